import type { TenantTx } from '../../data/database';
import type { Consent } from '../consent/consent.service';
import { waitsForMandate } from './case-moves';
import { isOpen } from './case-state';
import { type CaseRow, casesTable } from './cases.table';
import { endPromotions, namesPromotions, objectedTo } from './objections';
import { rights } from './rights';

/** A wish about one's data stops promotions while it is open, or for good. */
export async function stopPromotions(
  tx: TenantTx,
  consent: Consent,
  wish: Pick<CaseRow, 'right' | 'cause' | 'objected'> & { contact: string; id: string; at: Date; now: Date },
): Promise<void> {
  const said = { source: 'case', evidence: wish.id, now: wish.now, at: wish.at };
  if (namesPromotions(wish)) await consent.withdraw(tx, wish.contact, said);
  else await consent.hold(tx, wish.contact, said);
}

/** Whether they stay out whatever becomes of it: they wished to be left alone. Whoever asks for another, and showed no mandate, said nothing of themselves. */
export const leavesForGood = (
  row: Pick<CaseRow, 'right' | 'cause' | 'objected' | 'relation' | 'is_represented'>,
): boolean => !waitsForMandate(row) && (rights[row.right].after === 'stop' || objectedTo(row).includes('promotions'));

/** What a case that ends does to promotions. */
export async function settlePromotions(tx: TenantTx, consent: Consent, row: CaseRow, now: Date): Promise<void> {
  if (waitsForMandate(row)) return;
  if (leavesForGood(row)) await endPromotions(tx, consent, row, 'all', now);
  else await endHold(tx, consent, row, now);
}

/** What this case held goes on, unless another case of the same person is open. */
export async function endHold(tx: TenantTx, consent: Consent, row: CaseRow, now: Date): Promise<void> {
  const cases = await casesTable.ofContact(tx, row.contact_id);
  if (cases.some((one) => one.id !== row.id && isOpen(one.state))) return;
  await consent.release(tx, row.contact_id, now, 'case');
}
