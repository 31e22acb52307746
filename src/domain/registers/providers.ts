import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import type { Actor } from './authorities';
import { duties } from './duties';
import { type ContractRow, papersTable } from './papers.table';
import { contractStanding, type Subprocessor, subprocessor, subprocessors } from './subprocessors';

export interface SubprocessorView extends Subprocessor {
  standing: ReturnType<typeof contractStanding>;
  /** Since when this customer lets its data go through them. */
  authorisedAt?: Date;
  /** Nobody's data goes abroad to them without it. */
  hasGround: boolean;
}
export interface ProviderPorts {
  /** A contract on which this customer relies ends soon. */
  onEnding(tx: TenantTx, one: SubprocessorView, days: number, now: Date): Promise<void>;
  onChanged(tx: TenantTx): Promise<void>;
}

const mayDecide = ['owner', 'privacy'];

/** Whom a customer lets its data go through, and the papers it has with us. */
export class Providers {
  constructor(
    private readonly audit: Audit,
    private readonly ports: ProviderPorts,
  ) {}

  async list(tx: TenantTx, now: Date): Promise<readonly SubprocessorView[]> {
    const rows = await papersTable.authorisations(tx);
    const grounds = await papersTable.transfers(tx);
    return subprocessors.map((one) => {
      const row = rows.find(({ subprocessor: id, revoked_at: gone }) => id === one.id && !gone);
      const isOnRecord = grounds.some(({ subprocessor: id, country }) => id === one.id && country === one.country);
      return {
        ...one,
        standing: contractStanding(one, now),
        hasGround: !one.transfer || isOnRecord,
        ...(row && { authorisedAt: row.authorised_at }),
      };
    });
  }

  /** One by one, with the ground on which data goes abroad to them. @throws ROLE_REQUIRED, SUBPROCESSOR_UNKNOWN */
  async authorise(tx: TenantTx, id: string, by: Actor, now: Date): Promise<void> {
    const { country, transfer } = known(id, by);
    await papersTable.authorise(tx, id, `member:${by.id}`, now);
    if (transfer) {
      const { mechanism: ground, document } = transfer;
      await papersTable.transfer(tx, { subprocessor: id, country, ground, document }, now);
    }
    await this.changed(tx, 'subprocessor.authorised', id, by, now);
  }

  /** From now on nothing goes through them. @throws ROLE_REQUIRED, SUBPROCESSOR_UNKNOWN */
  async revoke(tx: TenantTx, id: string, by: Actor, now: Date): Promise<void> {
    known(id, by);
    await papersTable.revoke(tx, id, now);
    await this.changed(tx, 'subprocessor.revoked', id, by, now);
  }

  /** The impact on people was assessed: by which paper. @throws ROLE_REQUIRED, ASSESSMENT_INCOMPLETE */
  async assess(tx: TenantTx, reference: string, by: Actor, now: Date): Promise<void> {
    requireRole(by);
    if (reference.trim() === '') throw new AppError('ASSESSMENT_INCOMPLETE');
    await papersTable.assess(tx, { id: newId(now), reference: reference.trim(), at: now }, `member:${by.id}`);
    await this.changed(tx, 'impact.assessed', 'impact', by, now);
  }

  /** What this customer signed, and above how many people an assessment is due. */
  async papers(tx: TenantTx): Promise<{
    contract?: ContractRow;
    assessments: readonly { reference: string; people: number; made_at: Date }[];
    assessedAbove: number;
  }> {
    const contract = await papersTable.signed(tx);
    const assessments = await papersTable.assessments(tx);
    return { ...(contract && { contract }), assessments, assessedAbove: duties.assessed_above };
  }

  /** Looks whose contract ends soon; each warning is given once by whoever is told. */
  async warn(tx: TenantTx, now: Date): Promise<void> {
    for (const one of await this.list(tx, now))
      if (one.authorisedAt && one.standing.is === 'ending') await this.ports.onEnding(tx, one, one.standing.days, now);
  }

  private async changed(tx: TenantTx, act: string, id: string, by: Actor, now: Date): Promise<void> {
    await this.audit.record(tx, { actor: `member:${by.id}`, act, subject: `subprocessor:${id}` }, now);
    await this.ports.onChanged(tx);
  }
}

function known(id: string, by: Actor): Subprocessor {
  requireRole(by);
  const one = subprocessor(id);
  if (!one) throw new AppError('SUBPROCESSOR_UNKNOWN');
  return one;
}

function requireRole(by: Actor): void {
  if (!by.roles.some((role) => mayDecide.includes(role))) throw new AppError('ROLE_REQUIRED');
}
