import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import type { Member, Members } from '../accounts/members.service';
import type { Audit } from '../audit/audit.service';
import { keepersTable } from './keepers.table';

const deciders: readonly string[] = ['privacy', 'owner'];

/** Handing a case on says who looks after it, never who may decide. */
export class Keepers {
  constructor(
    private readonly members: Members,
    private readonly audit: Audit,
  ) {}

  /** Whoever may decide at all. */
  async candidates(tx: TenantTx, now: Date): Promise<Member[]> {
    return (await this.members.list(tx, now)).filter(({ roles }) => roles.some((role) => deciders.includes(role)));
  }

  /** By name; a case that nobody was given is nobody's. */
  of(tx: TenantTx, cases: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return keepersTable.of(tx, cases);
  }

  /** Whom the case is about. */
  async about(tx: TenantTx, id: string): Promise<{ contact: string }> {
    return { contact: await keepersTable.contact(tx, id) };
  }

  /** @param by whoever hands it on, who may decide. @throws ROLE_REQUIRED, KEEPER_NOT_FOUND */
  async hand(
    tx: TenantTx,
    id: string,
    member: string,
    by: { member: string; roles: readonly string[] },
    now: Date,
  ): Promise<Member> {
    if (!by.roles.some((role) => deciders.includes(role))) throw new AppError('ROLE_REQUIRED');
    const found = (await this.candidates(tx, now)).find((one) => one.id === member);
    if (!found) throw new AppError('KEEPER_NOT_FOUND');
    await keepersTable.set(tx, id, found.id);
    const entry = { actor: `member:${by.member}`, act: 'case.handed', subject: `case:${id}`, detail: { to: found.id } };
    await this.audit.record(tx, entry, now);
    return found;
  }
}
