import { newId } from '../../../src/data/ids';
import { noteCharges } from '../../../src/domain/delivery/charged.table';
import { aCampaign, type aTenant, batchOf, people, reaches, type World } from '../../support/world';

export type Tenant = Awaited<ReturnType<typeof aTenant>>;
export const sqlOf =
  (here: World) =>
  (tenant: Tenant, text: string, ...bind: unknown[]) =>
    here.in(tenant.id, (tx) => tx.query<Record<string, unknown>>(text, bind));

/** A campaign that is over, whose messages all arrived at that moment. @returns its batch */
export async function aCampaignThatArrived(here: World, tenant: Tenant, at: Date, count: number): Promise<string> {
  here.clock.at = at;
  const segment = `s${newId().slice(-8)}`;
  await people(here, tenant.id, count, { segment });
  const campaign = await aCampaign(here, tenant.id, { segment });
  await reaches(here, tenant.id, campaign.id, 'done');
  const batch = await batchOf(here, tenant.id, campaign.id);
  const sql = sqlOf(here);
  await sql(tenant, "UPDATE message SET state = 'delivered', accepted_at = $2 WHERE batch_id = $1", batch, at);
  return batch;
}

/** The provider says that one message of the batch was free. */
export const letFree = (here: World, tenant: Tenant, batch: string): Promise<void> =>
  here.in(tenant.id, async (tx) => {
    const [row] = await tx.query<{ seq: string }>('SELECT min(seq)::text AS seq FROM message WHERE batch_id = $1', [
      batch,
    ]);
    await noteCharges(tx, [{ batch, seq: row?.seq ?? '', as: 'free' }]);
  });
