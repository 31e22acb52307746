import { windowEnd } from '../delivery/gate';
import type { CaseState, Right } from './case-state';
import type { CaseRow } from './cases.table';

export interface CaseView {
  id: string;
  /** `SOL-000204` */
  number: string;
  right: Right;
  state: CaseState;
  receivedAt: Date;
  dueAt: Date;
  masked: string;
  records: number;
  decidedBy?: string;
  reason?: string;
  /** Until when WhatsApp takes our answer to this person; none: they are to write again first. */
  answerUntil?: Date;
  /** The answer is proved sent, or the company told them by another way. */
  told: boolean;
}

/** What is shown of a case: never a number, never a name of the person. */
export const viewOf = (row: CaseRow): CaseView => ({
  id: row.id,
  number: `SOL-${String(row.number).padStart(6, '0')}`,
  right: row.right,
  state: row.state,
  receivedAt: row.received_at,
  dueAt: row.due_at,
  masked: row.masked,
  records: row.records,
  told: row.answered_at !== null,
  ...(row.last_inbound_at && { answerUntil: windowEnd(row.last_inbound_at) }),
  ...(row.decider && { decidedBy: row.decider }),
  ...(row.ground && { reason: row.ground }),
});
