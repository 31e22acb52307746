import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { type Expression, readExpression, unknownIn } from '../audience/segments/expression';
import { commonest, vocabularyOf } from '../audience/segments/vocabulary.table';
import type { Vocabulary } from '../audience/segments/words/names';
import { type Segment, segmentsTable } from '../audience/segments.table';
import type { Audit } from '../audit/audit.service';
import type { Actor } from './campaigns.service';
import { campaignsTable } from './campaigns.table';

/** Of one segment now: how many, how many may be written to, and why the rest may not. */
export interface Headcount {
  selected: number;
  sendable: number;
  leftOut: readonly { code: string; count: number }[];
}

export interface SegmentPorts {
  /** Counts by what the gate says of each. */
  count(tx: TenantTx, expression: Expression, now: Date): Promise<Headcount>;
}

const makers = ['operator', 'approver', 'owner'];
const dayMs = 86_400_000;
/** So many campaigns can be spoken of. */
const newest = 30;

/** Groups of people that a campaign can go to: described, looked at, then saved under a name, each change as a version of its own. */
export class Segments {
  constructor(
    private readonly audit: Audit,
    private readonly ports: SegmentPorts,
  ) {}

  /** What was described, to be looked at. @param revises the saved one it would be a new version of. @throws ROLE_REQUIRED, SEGMENT_INVALID */
  async propose(
    tx: TenantTx,
    wish: { name: string; expression: Expression; revises?: string | undefined },
    by: Actor,
    now: Date,
  ): Promise<Segment> {
    requireMaker(by);
    const expression = readExpression(wish.expression);
    if (!expression) throw new AppError('SEGMENT_INVALID');
    await segmentsTable.sweep(tx, new Date(now.getTime() - dayMs));
    const id = newId(now);
    await segmentsTable.insert(
      tx,
      { id, name: wish.name, expression, saved: false, revises: wish.revises, member: by.id },
      now,
    );
    return this.get(tx, id);
  }

  /** Said otherwise before it is saved. @throws ROLE_REQUIRED, SEGMENT_NOT_FOUND, SEGMENT_INVALID */
  async change(tx: TenantTx, id: string, expression: Expression, by: Actor, now: Date): Promise<Segment> {
    requireMaker(by);
    const segment = await this.get(tx, id);
    const read = readExpression(expression);
    if (!read) throw new AppError('SEGMENT_INVALID');
    if (segment.saved) return this.propose(tx, { name: segment.name, expression: read, revises: id }, by, now);
    await segmentsTable.addVersion(tx, id, read, by.id, now);
    return this.get(tx, id);
  }

  /** From now on it can be chosen; as a new version where it revises one. Saved again, it is the same. @throws ROLE_REQUIRED, SEGMENT_NOT_FOUND, SEGMENT_INVALID, SEGMENT_NAME_TAKEN */
  async save(tx: TenantTx, id: string, name: string | undefined, by: Actor, now: Date): Promise<Segment> {
    requireMaker(by);
    const segment = await this.get(tx, id);
    if (segment.saved) return segment;
    if (unknownIn(segment.expression) !== undefined) throw new AppError('SEGMENT_INVALID');
    if (segment.revises) return this.revise(tx, segment, segment.revises, by, now);
    const called = (name?.trim() || segment.name).slice(0, 60);
    if (await segmentsTable.named(tx, called)) throw new AppError('SEGMENT_NAME_TAKEN');
    await segmentsTable.save(tx, id, called);
    await this.record(tx, 'segment.created', id, by, now);
    return this.get(tx, id);
  }

  /** What was only described goes, unless a draft uses it. */
  async discard(tx: TenantTx, id: string, by: Actor): Promise<void> {
    requireMaker(by);
    if (isId(id)) await segmentsTable.sweep(tx, new Date(0), id);
  }

  /** @throws SEGMENT_NOT_FOUND */
  async get(tx: TenantTx, id: string): Promise<Segment> {
    const segment = isId(id) ? await segmentsTable.get(tx, id) : undefined;
    if (!segment) throw new AppError('SEGMENT_NOT_FOUND');
    return segment;
  }

  list(tx: TenantTx): Promise<Segment[]> {
    return segmentsTable.list(tx);
  }

  /** The customer's own names, by which people can be described. */
  async vocabulary(tx: TenantTx): Promise<Vocabulary> {
    return { attributes: await vocabularyOf(tx), campaigns: await campaignsTable.list(tx, newest) };
  }

  /** What most people have in common. */
  common(tx: TenantTx, limit: number): Promise<{ key: string; value: string; count: number }[]> {
    return commonest(tx, limit);
  }

  count(tx: TenantTx, expression: Expression, now: Date): Promise<Headcount> {
    return this.ports.count(tx, expression, now);
  }

  private async revise(tx: TenantTx, proposed: Segment, id: string, by: Actor, now: Date): Promise<Segment> {
    const before = await this.get(tx, id);
    if (JSON.stringify(before.expression) !== JSON.stringify(proposed.expression)) {
      await segmentsTable.addVersion(tx, id, proposed.expression, by.id, now);
      await this.record(tx, 'segment.changed', id, by, now);
    }
    await segmentsTable.sweep(tx, new Date(0), proposed.id);
    return this.get(tx, id);
  }

  private async record(tx: TenantTx, act: string, id: string, by: Actor, now: Date): Promise<void> {
    await this.audit.record(tx, { actor: `member:${by.id}`, act, subject: `segment:${id}` }, now);
  }
}

function requireMaker(by: Actor): void {
  if (!by.roles.some((role) => makers.includes(role))) throw new AppError('ROLE_REQUIRED');
}
