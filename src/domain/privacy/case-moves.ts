import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { type CaseEvent, next } from './case-state';
import { type CaseView, viewOf } from './case-view';
import { type CaseChange, type CaseRow, casesTable } from './cases.table';
import { rulesOf } from './rights';

/** `member:<id>`, `contact:<id>`, `system:<what>` */
export type Actor = string;
type Detail = Readonly<Record<string, string | number | boolean | null>>;

/** Whoever decides for the controller. */
export interface Decider {
  member: string;
  roles: readonly string[];
}

/** @throws ROLE_REQUIRED */
export function mayDecide(by: Decider): void {
  if (!by.roles.includes('privacy') && !by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
}

/** By its id or its number; another customer's is as unknown as one that never was. @throws CASE_NOT_FOUND */
export async function findCase(tx: TenantTx, id: string): Promise<CaseRow> {
  const number = /^SOL-0*(\d{1,9})$/i.exec(id)?.[1];
  const row = number
    ? await casesTable.byNumber(tx, Number(number))
    : isId(id)
      ? await casesTable.get(tx, id)
      : undefined;
  if (!row) throw new AppError('CASE_NOT_FOUND');
  return row;
}

/** Somebody asks for somebody else, and the company has not seen on what paper: it is nobody's data yet, least of all theirs who wrote. */
export const waitsForMandate = ({ relation, is_represented }: Pick<CaseRow, 'relation' | 'is_represented'>): boolean =>
  !!relation && relation !== 'self' && !is_represented;

/** It protects a child. Whoever holds the phone can't end it: it may be the child. */
export const isMinors = ({ right, cause }: Pick<CaseRow, 'right' | 'cause'>): boolean =>
  right === 'block' && cause === 'minor';

export async function lockCase(tx: TenantTx, id: string): Promise<CaseRow> {
  const found = await findCase(tx, id);
  return (await casesTable.lock(tx, found.id)) ?? found;
}

/** The one way in which a case changes: by the machine, with who did it, when and why on record, and its cards drawn again. */
export class CaseMoves {
  constructor(
    private readonly audit: Audit,
    private readonly onChanged: (tx: TenantTx, view: CaseView, now: Date) => Promise<void>,
  ) {}

  /** @param row locked; beside: what is noted in the same statement; detail: what the record says of it, never anybody's words */
  async move(
    tx: TenantTx,
    row: CaseRow,
    event: CaseEvent,
    by: { actor: Actor; now: Date; beside?: CaseChange; detail?: Detail },
  ): Promise<CaseRow> {
    const { actor, now, beside = {}, detail = {} } = by;
    // An extension has a row of its own.
    const { extended_at: _, right: __, ...moved } = next(row, event, now, rulesOf(row));
    const ends = moved.state === 'closed' || moved.state === 'withdrawn';
    await casesTable.change(tx, row.id, { ...beside, ...moved, ...(ends && { closed_at: now }) });
    return this.note(tx, row.id, { actor, act: `case.${event.act}`, now, detail });
  }

  /** What changes nothing of where it stands, and is on record all the same. */
  async note(
    tx: TenantTx,
    id: string,
    { actor, act, now, detail = {} }: { actor: Actor; act: string; now: Date; detail?: Detail },
  ): Promise<CaseRow> {
    await this.audit.record(tx, { actor, act, subject: `case:${id}`, detail }, now);
    const after = await findCase(tx, id);
    await this.onChanged(tx, viewOf(after, now), now);
    return after;
  }
}
