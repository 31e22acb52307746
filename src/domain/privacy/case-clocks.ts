import type { TenantTx } from '../../data/database';
import { agencyClaimsTable } from './agency-claims.table';
import { caseClocksTable } from './case-clocks.table';
import type { CaseMoves } from './case-moves';
import { isOpen, isUndecided } from './case-state';
import { type CaseView, viewOf } from './case-view';
import type { CaseRow } from './cases.table';
import { type Audience, type ClockRule, clocksOf, deadlines } from './deadlines';

/** Something was to have happened and has not. */
export interface CaseNotice {
  /** Its name in deadlines.yaml: `C2_7` */
  clock: string;
  dueAt: Date;
  tell: readonly Audience[];
}
export type OnNotice = (tx: TenantTx, view: CaseView, notice: CaseNotice, now: Date) => Promise<void>;

const ruleOf = (clock: string): ClockRule | undefined => deadlines.clocks[clock] ?? deadlines.claim_clocks[clock];

/** Whether what a clock waits for has happened. Forwarded is what stands in the controller's workspace, not what we meant to post. */
async function hasHappened(tx: TenantTx, row: CaseRow, { until }: ClockRule): Promise<boolean> {
  if (until === 'claim_answered')
    return !(await agencyClaimsTable.ofCase(tx, row.id)).some((one) => !one.answered_at && !one.closed_at);
  if (row.state === 'withdrawn') return true;
  if (until === 'acked') return row.acked_at !== null;
  if (until === 'routed') return row.acknowledged_at !== null || caseClocksTable.isPosted(tx, row.id);
  if (until === 'acknowledged') return row.acknowledged_at !== null || !isUndecided(row.state);
  if (until === 'decided') return !isUndecided(row.state);
  return row.answered_at !== null;
}

/** Sets what runs from now on: at the opening, when it was handed over, when its date moved. */
export const setClocks = (tx: TenantTx, row: CaseRow): Promise<void> => caseClocksTable.set(tx, row.id, clocksOf(row));

/**
 * What rings now is told, in the transaction that says it has rung: nothing is told twice, and nothing is lost in a crash. Of a series that fell due
 * while nobody was there only the last is told.
 */
export async function ring(
  tx: TenantTx,
  moves: CaseMoves,
  row: CaseRow,
  now: Date,
  onNotice: OnNotice,
): Promise<CaseRow> {
  const ringing = await caseClocksTable.ringing(tx, row.id, now);
  if (ringing.length === 0) return row;
  await caseClocksTable.rang(
    tx,
    row.id,
    ringing.map((one) => one.clock),
    now,
  );
  let after = row;
  for (const { clock, due_at } of ringing) {
    const rule = ruleOf(clock);
    if (!rule || (await hasHappened(tx, after, rule))) continue;
    const isOverdue = rule.overdue && isOpen(after.state) && after.overdue_at === null && now > after.due_at;
    const by = { actor: 'system:clocks', now, detail: { clock } };
    if (isOverdue) after = await moves.move(tx, after, { act: 'overdue' }, by);
    const isLater = ringing.some((other) => other.due_at > due_at && ruleOf(other.clock)?.series === rule.series);
    if (rule.series && isLater) continue;
    if (!isOverdue) after = await moves.note(tx, row.id, { ...by, act: 'case.reminded' });
    await onNotice(tx, viewOf(after, now), { clock, dueAt: due_at, tell: rule.tell }, now);
  }
  return after;
}
