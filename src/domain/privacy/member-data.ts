import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import type { Members } from '../accounts/members.service';
import { type Activity, memberDataTable } from './member-data.table';

export interface MemberData {
  name: string;
  roles: readonly string[];
  language: string;
  since: Date;
  grantedUntil?: Date;
  /** Rows by table of the data map. */
  counts: Readonly<Record<string, number>>;
  /** Entries of the record of what was done, of the last thirty days. */
  acts: number;
}

const days = 30;
const most = 20;
const mostCounted = 10_000;
const dayMs = 86_400_000;

/**
 * What is held about somebody who works in a customer's team. Of these data Connectus itself is the controller, so it answers at once. Nothing here
 * reads what is held about the people whom the customer writes to, and nothing there reads this.
 */
export class MemberRights {
  constructor(private readonly members: Members) {}

  /** @throws ROLE_REQUIRED when they are no member */
  async read(tx: TenantTx, id: string, now: Date): Promise<MemberData> {
    const member = await this.members.get(tx, id, now);
    const row = await memberDataTable.own(tx, id);
    if (!member || !row) throw new AppError('ROLE_REQUIRED');
    const acts = await memberDataTable.activity(tx, id, since(now), mostCounted);
    return {
      ...{
        name: member.name,
        roles: member.roles,
        language: member.language,
        since: row.created_at,
        acts: acts.length,
      },
      ...(row.granted_until && { grantedUntil: row.granted_until }),
      counts: await memberDataTable.count(tx, id),
    };
  }

  activity(tx: TenantTx, id: string, now: Date): Promise<Activity[]> {
    return memberDataTable.activity(tx, id, since(now), most);
  }

  /**
   * Out of the team, at once: name, Slack user, roles and language are gone, and so is what we wrote to them. What they did stays on record by an id that
   * leads to nobody. @throws MEMBER_LAST_OWNER: somebody must be able to run the account
   */
  async erase(tx: TenantTx, id: string, now: Date): Promise<void> {
    const member = await this.members.get(tx, id, now);
    if (!member) throw new AppError('ROLE_REQUIRED');
    const owners = await this.members.list(tx, now, 'owner');
    if (owners.length === 1 && owners[0]?.id === id) throw new AppError('MEMBER_LAST_OWNER');
    await this.members.leave(tx, id, `member:${id}`, now);
  }
}

const since = (now: Date): Date => new Date(now.getTime() - days * dayMs);
