import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { contactsTable } from './contacts.table';
import { identifiersTable } from './identifiers.table';
import { mergeTable } from './merge.table';
import { forgetStanding, refreshStanding } from './standing.table';

/** Two contacts turn out to be one person: all that was sealed for one is sealed anew for the other, then the first is gone. Consents are the caller's port. */
export async function mergeContacts(tx: TenantTx, keys: Keys, from: string, into: string): Promise<void> {
  const theirs = await keys.person(tx, from);
  const ours = await keys.person(tx, into);
  const reseal = (sealed: Buffer, about: string): Buffer => ours.seal(theirs.open(sealed, about), about);
  for (const row of await identifiersTable.ofContact(tx, from))
    await identifiersTable.move(tx, row.kind, row.find, into, reseal(row.sealed, `identifier|${row.kind}`));
  for (const row of await mergeTable.sealedMessages(tx, from)) {
    const sealed = reseal(row.sealed, `message|${row.batch_id}|${row.seq}`);
    await mergeTable.moveMessage(tx, { ...row, sealed }, into);
  }
  for (const { id, sealed } of await mergeTable.misunderstood(tx, from))
    await mergeTable.moveMisunderstood(tx, { id, sealed: reseal(sealed, `misunderstood|${id}`) }, into);
  for (const row of await mergeTable.corrections(tx, from))
    await mergeTable.resealCorrection(tx, {
      ...row,
      sealed: reseal(row.sealed, `rectification|${row.case_id}|${row.field}`),
    });
  for (const { id, sealed } of await mergeTable.packages(tx, from))
    await mergeTable.movePackage(tx, { id, sealed: reseal(sealed, `package|${id}`) });
  const name = (await contactsTable.get(tx, from))?.sealed;
  if (name && !(await contactsTable.get(tx, into))?.sealed) await contactsTable.seal(tx, into, reseal(name, 'contact'));
  await mergeTable.movePlain(tx, from, into);
  await keys.destroyPerson(tx, from);
  await forgetStanding(tx, from);
  await mergeTable.remove(tx, from);
  await refreshStanding(tx, [into]);
}
