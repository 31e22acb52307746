import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import { contactsTable } from '../audience/contacts.table';
import { contactOfCase } from './found.table';

/** The person meant by a phone, a mail or the number of their request. @returns undefined when nobody here is */
export async function whom(tx: TenantTx, audience: Audience, said: string): Promise<string | undefined> {
  // A button names them by our own id, so that no number stands in it.
  if (isId(said)) return (await audience.place(tx, said)) ? said : undefined;
  const number = /^SOL-(\d{1,6})$/i.exec(said)?.[1];
  return number ? contactOfCase(tx, Number(number)) : audience.findByAddress(tx, said);
}

/** What is blocked is stored and nothing else: nobody of the team sees it. */
export const isBlocked = async (tx: TenantTx, contact: string): Promise<boolean> =>
  (await contactsTable.blocked(tx, [contact])).length > 0;

/** @throws PERSON_BLOCKED */
export async function mustBeShown(tx: TenantTx, contact: string): Promise<void> {
  if (await isBlocked(tx, contact)) throw new AppError('PERSON_BLOCKED');
}
