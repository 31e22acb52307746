import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Surface } from '../../src/channel';
import { Posts } from '../../src/conversation/posts';
import { FolderBlobs } from '../../src/data/blobs';
import { newId } from '../../src/data/ids';
import { SystemKeys } from '../../src/data/system-keys';
import { localVault } from '../../src/data/vault';
import { createDomain } from '../../src/domain';
import { templatesTable } from '../../src/domain/campaigns/templates.table';
import { freezeOn } from '../../src/domain/delivery/freezing';
import { climb } from '../../src/domain/delivery/ladder.table';
import { recordPapers, usualPapers } from '../../src/domain/registers/papers';
import { silentLog } from '../../src/log';
import { type BenchPlace, benchStart } from '../frame';

const author = { id: '00000000-0000-7000-8000-00000000000b', roles: ['operator'] };
const approver = { id: '00000000-0000-7000-8000-00000000000a', roles: ['owner', 'approver'] };

/** A customer with a number to send from. */
export interface Customer {
  tenant: string;
  sender: string;
  /** The number's id at Meta. */
  providerId: string;
  template: string;
}
export interface Launched {
  id: string;
  batch: string;
  /** From the wish to send until everything is ready to leave. */
  launchMs: number;
}

/** The domain as the product wires it, for whoever prepares what is measured. Nothing is posted to Slack. */
export function domainOf({ database, keys, master, folder }: BenchPlace) {
  const log = silentLog;
  const posts = new Posts({
    ...{ database, keys, log, wake: () => {}, surface: {} as Surface },
    ...{ workspace: async () => undefined, draw: async () => ({ text: '' }) },
  });
  const systemKeys = new SystemKeys([master], localVault([master]));
  return createDomain({
    ...{ database, keys, systemKeys, posts, clock: { now: () => benchStart }, wake: () => {} },
    ...{ publicUrl: 'https://connectus.example', blobs: new FolderBlobs(join(folder, 'blobs')) },
  });
}
type Domain = ReturnType<typeof domainOf>;

/** @param perSecond of its number; by itself more than any machine sends */
export async function aCustomer(
  { database }: BenchPlace,
  domain: Domain,
  { tenant, perSecond = 20_000 }: { tenant?: string; perSecond?: number } = {},
): Promise<Customer> {
  const id = tenant ?? (await domain.tenants.create({ name: 'Bench', legalName: 'Bench SpA' }, benchStart));
  const providerId = `1${String(randomBytes(6).readUIntBE(0, 6)).padStart(15, '0')}`;
  const number = { channel: 'whatsapp', app: 'default', providerId, token: 'token', label: 'bench' };
  const sender = await domain.tenants.addSender(id, { ...number, ratePerSecond: perSecond }, benchStart);
  const template = newId(benchStart);
  await database.withTenant(id, async (tx) => {
    await recordPapers(tx, usualPapers('Ana Owner', benchStart), 'system:bench', benchStart);
    await climb(tx, null, benchStart); // known as a sender before: no daily maximum of a new company
    // The same people get one campaign after another: no maximum a week.
    await tx.query('INSERT INTO sending_limit (tenant_id, promotions_a_week) VALUES ($1, NULL)', [id]);
    await templatesTable.insert(tx, {
      ...{ id: template, channel: 'whatsapp', name: 'promo_cyber', language: 'es_CL', category: 'MARKETING' },
      ...{ status: 'APPROVED', body: 'Hola {{1}}, hoy {{2}}. Responde BAJA para no recibir más.' },
      variables: [{ from: 'name', otherwise: 'cliente' }, { text: '30 %' }],
      ...{ stop_word: 'BAJA', version: 1 },
    });
  });
  return { tenant: id, sender, providerId, template };
}

/** A campaign to a group, asked for by one and approved by another; with no hour it leaves at once. */
export async function launch(
  { database }: BenchPlace,
  { audience, campaigns }: Domain,
  { tenant, template }: Customer,
  group: string,
  { now = benchStart, at }: { now?: Date; at?: Date } = {},
): Promise<Launched> {
  const inside = <T>(work: Parameters<typeof database.withTenant<T>>[1]) => database.withTenant(tenant, work);
  const began = performance.now();
  const drafted = await inside(async (tx) => {
    const segment = await audience.addSegment(tx, { name: `clientes ${group}`, key: 'grupo', value: group }, now);
    return campaigns.draft(tx, { template, segment, ...(at && { at }) }, author, now);
  });
  const asked = await inside((tx) => campaigns.askApproval(tx, drafted.id, drafted.version, author, now));
  const batch = await inside(async (tx) => {
    const [row] = await tx.query<{ batch: string }>('SELECT batch_id AS batch FROM campaign WHERE id = $1', [asked.id]);
    return row?.batch ?? '';
  });
  // Its worker's part: page by page, each in a transaction of its own.
  while (await inside((tx) => freezeOn(tx, batch)));
  await inside((tx) => campaigns.approve(tx, asked.id, asked.version, approver, now));
  const launchMs = performance.now() - began;
  return { id: asked.id, batch, launchMs };
}
