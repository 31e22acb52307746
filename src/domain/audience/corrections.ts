import type { TenantTx } from '../../data/database';
import type { Keys, PersonKey } from '../../data/keys';
import { AppError } from '../../errors';
import { maskOther } from '../../phone';
import { attributesTable } from './attributes.table';
import { contactsTable } from './contacts.table';
import { identifiersTable } from './identifiers.table';
import { canonicalEmail, knownOf } from './identity';
import { rectifiedTable } from './rectified.table';
import { refreshStanding } from './standing.table';
import type { Suppressions } from './suppressions';

/** What is kept of a person that can be put right: `name`, `email`, or a column of the customer's own by its key. */
export interface Held {
  field: string;
  value: string;
}

const longest = 200;
const shown = /[\p{L}\p{N}]/u;

/** Puts right what is wrong about a person, where they had it corrected; a list never says otherwise afterwards. */
export class Corrections {
  constructor(
    private readonly keys: Keys,
    private readonly suppressions: Suppressions,
  ) {}

  /** All that could be wrong, as it stands. Of a number's former holder: nothing. */
  async held(tx: TenantTx, contact: string): Promise<Held[]> {
    const row = await contactsTable.get(tx, contact);
    if (!row || row.of_former) return [];
    const key = await this.keys.person(tx, contact);
    const { name = '', fields = {} } = aboutIn(key, row.sealed);
    const mails = (await identifiersTable.ofContact(tx, contact)).filter(({ kind }) => kind === 'email');
    const email = mails[0] ? key.open(mails[0].sealed, 'identifier|email').toString() : '';
    const own = { ...fields, ...(await attributesTable.of(tx, contact)) };
    return [
      { field: 'name', value: name },
      { field: 'email', value: email },
      ...Object.entries(own).map(([field, value]) => ({ field, value })),
    ];
  }

  /** The value in its one form. @throws VALUE_UNFIT */
  fit(field: string, value: string): string {
    const text = value.normalize('NFC').replace(/\s+/g, ' ').trim();
    const fitting = field === 'email' ? canonicalEmail(text) : shown.test(text) && text.length <= longest && text;
    if (!fitting) throw new AppError('VALUE_UNFIT');
    return fitting;
  }

  /** Whether somebody else is known by it: then nobody becomes one with anybody, and it is not theirs to take. */
  async isTaken(tx: TenantTx, contact: string, field: string, value: string): Promise<boolean> {
    if (field !== 'email') return false;
    const known = knownOf(await this.keys.of(tx), { email: value });
    return (await identifiersTable.byTokens(tx, known)).some((row) => row.contact_id !== contact);
  }

  /** @throws VALUE_UNFIT, VALUE_TAKEN */
  async correct(tx: TenantTx, contact: string, field: string, value: string, now: Date): Promise<void> {
    const text = this.fit(field, value);
    if (field === 'email') await this.setEmail(tx, contact, text, now);
    else await this.setField(tx, contact, field, text);
    await rectifiedTable.note(tx, contact, field, now);
  }

  private async setField(tx: TenantTx, contact: string, field: string, value: string): Promise<void> {
    if (field in (await attributesTable.of(tx, contact))) return attributesTable.set(tx, contact, field, value);
    const key = await this.keys.person(tx, contact);
    const about = aboutIn(key, (await contactsTable.get(tx, contact))?.sealed ?? null);
    const after =
      field === 'name' ? { ...about, name: value } : { ...about, fields: { ...about.fields, [field]: value } };
    await contactsTable.seal(tx, contact, key.seal(JSON.stringify(after), 'contact'));
  }

  /** What was refused by the old address goes for the new one too, and stays for the old one. */
  private async setEmail(tx: TenantTx, contact: string, email: string, now: Date): Promise<void> {
    const keys = await this.keys.current(tx);
    const [fresh] = knownOf(keys, { email });
    if (!fresh) throw new AppError('VALUE_UNFIT');
    await identifiersTable.lock(tx, [fresh.find]);
    if (await this.isTaken(tx, contact, 'email', email)) throw new AppError('VALUE_TAKEN');
    const key = await this.keys.person(tx, contact);
    const old = (await identifiersTable.ofContact(tx, contact)).filter(
      ({ kind, find }) => kind === 'email' && !find.equals(fresh.find),
    );
    const { kind, find, stop } = fresh;
    const row = { kind, find, stop, contact_id: contact, sealed: key.seal(email, 'identifier|email') };
    await identifiersTable.insert(tx, row, 'person', now);
    await this.suppressions.spread(tx, await this.suppressions.tokensOf(tx, [contact]));
    for (const one of old) await identifiersTable.remove(tx, 'email', one.find);
    await refreshStanding(tx, [contact]);
  }
}

interface About {
  name?: string;
  fields?: Record<string, string>;
}
const aboutIn = (key: PersonKey, sealed: Buffer | null): About =>
  sealed ? (JSON.parse(key.open(sealed, 'contact').toString()) as About) : {};

/** How what is held is shown to somebody who may not be the one it is about: `M•••`, `a•••@tienda.cl`. */
export const maskedValue = (value: string): string => {
  if (value === '') return '';
  return value.includes('@') ? maskOther(value) : `${[...value][0]}•••`;
};
