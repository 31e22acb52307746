import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { membersTable } from '../accounts/members.table';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audit } from '../audit/audit.service';
import { houseStopsTable, type StopKey, type StopRow, stopsTable } from './stops.table';

export type { StopKey };

interface Actor {
  id: string;
  roles: readonly string[];
}
const mayStop = ['operator', 'approver', 'owner', 'privacy', 'platform'];
const mayResume = ['operator', 'approver', 'owner'];
const channels = ['whatsapp', 'sms', 'email'];

/**
 * Stops sending at once: every claim asks, so within the next parcel nothing of it leaves. Answers to people go on. To stop takes anybody who works with
 * campaigns; to go on takes the owner, or two people of whom one may approve.
 */
export class Stops {
  constructor(private readonly audit: Audit) {}

  /** @returns whether it was not stopped before. @throws ROLE_REQUIRED, ACTION_INVALID when there is no such channel or number here */
  async stop(tx: TenantTx, key: StopKey, by: Actor, now: Date): Promise<boolean> {
    requireRole(by, mayStop);
    await this.mustExist(tx, key);
    const isNew = await stopsTable.insert(tx, key, by.id, now);
    if (isNew) await this.record(tx, 'sending.stopped', key, by, now);
    return isNew;
  }

  /** @returns `asked`: of two people this was the first. @throws ROLE_REQUIRED, RESUME_NEEDS_ANOTHER, STOP_NOT_FOUND */
  async resume(tx: TenantTx, key: StopKey, by: Actor, now: Date): Promise<'resumed' | 'asked'> {
    requireRole(by, mayResume);
    const row = await stopsTable.lock(tx, key);
    if (!row) throw new AppError('STOP_NOT_FOUND');
    if (!by.roles.includes('owner') && !(await this.isSecond(tx, row, by))) {
      await stopsTable.wantedBy(tx, key, by.id);
      await this.record(tx, 'sending.resume_asked', key, by, now);
      return 'asked';
    }
    await stopsTable.remove(tx, key);
    await this.record(tx, 'sending.resumed', key, by, now);
    return 'resumed';
  }

  /** Everything, of every customer. @throws ROLE_REQUIRED: only who runs the platform may */
  async stopHouse(tx: TenantTx, channel: string, by: Actor, now: Date): Promise<void> {
    requireRole(by, ['platform']);
    if (channel !== '*' && !channels.includes(channel)) throw new AppError('ACTION_INVALID');
    await houseStopsTable.insert(tx, channel, `member:${by.id}`, now);
    const entry = { actor: `member:${by.id}`, act: 'sending.house_stopped', subject: `channel:${channel}` };
    await this.audit.record(tx, entry, now);
  }

  async list(tx: TenantTx): Promise<{ own: readonly StopRow[]; house: readonly string[] }> {
    const house = (await houseStopsTable.list(tx)).map(({ channel }) => channel);
    return { own: await stopsTable.list(tx), house };
  }

  private async mustExist(tx: TenantTx, { scope, what }: StopKey): Promise<void> {
    const isThere =
      scope === 'company'
        ? what === ''
        : scope === 'channel'
          ? channels.includes(what)
          : (await tenantsTable.sender(tx, what)) !== undefined;
    if (!isThere) throw new AppError('ACTION_INVALID');
  }

  /** Whether somebody else wanted it to go on before, and one of the two may approve. */
  private async isSecond(tx: TenantTx, { resume_by: first }: StopRow, by: Actor): Promise<boolean> {
    if (first === by.id) throw new AppError('RESUME_NEEDS_ANOTHER');
    if (!first) return false;
    const before = await membersTable.byId(tx, first);
    const mayApprove = [...(before?.roles ?? []), ...by.roles].includes('approver');
    if (before && !mayApprove) throw new AppError('ROLE_REQUIRED');
    return before !== undefined;
  }

  private async record(tx: TenantTx, act: string, { scope, what }: StopKey, by: Actor, now: Date): Promise<void> {
    const subject = scope === 'company' ? `tenant:${tx.tenant}` : `${scope}:${what}`;
    await this.audit.record(tx, { actor: `member:${by.id}`, act, subject }, now);
  }
}

function requireRole(by: Actor, roles: readonly string[]): void {
  if (!by.roles.some((role) => roles.includes(role))) throw new AppError('ROLE_REQUIRED');
}
