import type { TenantTx } from '../../data/database';
import type { Audit } from '../audit/audit.service';
import { type PolicyVersion, policyHead, policyLedger } from './policy-ledger';
import { policyNoticesTable } from './policy-notices.table';

export interface PolicyNoticePorts {
  /** A card for one member, with a button by which they say that they read it. */
  tell(tx: TenantTx, member: string, version: string, now: Date): Promise<void>;
  onRead(tx: TenantTx, version: string): Promise<void>;
}

/** Who of a team was told of a version of our policy, and who read it. Only a material change is told by itself. */
export class PolicyNotices {
  constructor(
    private readonly audit: Audit,
    private readonly ports: PolicyNoticePorts,
    private readonly head: PolicyVersion = policyHead,
  ) {}

  /** Whoever has not been told yet, newcomers too. */
  async sweep(tx: TenantTx, now: Date): Promise<number> {
    return this.head.change === 'material' ? this.announce(tx, now) : 0;
  }

  /** The same whatever kind of change it is. @returns how many were told */
  async announce(tx: TenantTx, now: Date): Promise<number> {
    const { version } = this.head;
    const untold = await policyNoticesTable.untold(tx, version);
    for (const { id } of untold) {
      // Another worker may have come first.
      if (!(await policyNoticesTable.told(tx, id, version, now))) continue;
      await this.ports.tell(tx, id, version, now);
    }
    if (untold.length > 0)
      await this.audit.record(
        tx,
        {
          actor: 'system:policy',
          act: 'policy.announced',
          subject: `policy:${version}`,
          detail: { told: untold.length },
        },
        now,
      );
    return untold.length;
  }

  async read(tx: TenantTx, member: string, version: string, now: Date): Promise<void> {
    await policyNoticesTable.read(tx, member, version, now);
    await this.audit.record(tx, { actor: `member:${member}`, act: 'policy.read', subject: `policy:${version}` }, now);
    await this.ports.onRead(tx, version);
  }

  /** Each member with when they were told, and when they read it. */
  standing = (tx: TenantTx, version = this.head.version) => policyNoticesTable.list(tx, version);

  /** Every version, the newest first. */
  versions = (): readonly PolicyVersion[] => [...policyLedger].reverse();
}
