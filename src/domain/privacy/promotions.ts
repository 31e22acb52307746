import type { TenantTx } from '../../data/database';
import type { Consent } from '../consent/consent.service';
import { isOpen, type Right } from './case-state';
import { type CaseRow, casesTable } from './cases.table';
import { rights } from './rights';

/** A wish about one's data stops promotions while it is open, or for good. */
export async function stopPromotions(
  tx: TenantTx,
  consent: Consent,
  wish: { contact: string; right: Right; id: string; at: Date; now: Date },
): Promise<void> {
  const said = { source: 'case', evidence: wish.id, now: wish.now, at: wish.at };
  if (rights[wish.right].promotions === 'stop') await consent.withdraw(tx, wish.contact, said);
  else await consent.hold(tx, wish.contact, said);
}

/** What this case held goes on, unless another case of the same person is open. */
export async function endHold(tx: TenantTx, consent: Consent, row: CaseRow, now: Date): Promise<void> {
  const cases = await casesTable.ofContact(tx, row.contact_id);
  if (cases.some((one) => one.id !== row.id && isOpen(one.state))) return;
  await consent.release(tx, row.contact_id, now, 'case');
}
