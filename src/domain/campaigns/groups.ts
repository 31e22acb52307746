import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { AppError } from '../../errors';
import { segmentsTable } from '../audience/segments.table';
import type { Audit } from '../audit/audit.service';
import type { Actor } from './campaigns.service';

/** What people have in common: an attribute and its value. */
export interface Common {
  key: string;
  value: string;
}
export interface Group {
  id: string;
  name: string;
  count: number;
}

const makers = ['operator', 'approver', 'owner'];

/** Groups that a campaign can go to, made of what people have in common. */
export const groups = {
  /** What no group asks for yet, most people first. */
  offered(tx: TenantTx, limit: number): Promise<(Common & { count: number })[]> {
    return segmentsTable.ungrouped(tx, limit);
  },

  /** Made once: asked for again, it is the same. @throws ROLE_REQUIRED, SEGMENT_NOT_FOUND when nobody has that in common */
  async add(tx: TenantTx, { key, value }: Common, by: Actor, audit: Audit, now: Date): Promise<Group> {
    if (!by.roles.some((role) => makers.includes(role))) throw new AppError('ROLE_REQUIRED');
    const known = await segmentsTable.list(tx);
    const same = known.find((one) => one.key === key && one.value === value);
    if (same) return same;
    const count = await segmentsTable.sharedBy(tx, key, value);
    if (count === 0) throw new AppError('SEGMENT_NOT_FOUND');
    const name = known.some((one) => one.name.toLowerCase() === value.toLowerCase()) ? `${value} (${key})` : value;
    const id = await segmentsTable.insert(tx, { id: newId(now), name, key, value });
    await audit.record(tx, { actor: `member:${by.id}`, act: 'segment.created', subject: `segment:${id}` }, now);
    return { id, name, count };
  },
};
