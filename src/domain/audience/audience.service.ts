import type { Identity } from '../../channel';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import { canonicalPhone, maskOther, maskPhone } from '../../phone';
import { attributesTable } from './attributes.table';
import { contactsTable, type Place } from './contacts.table';
import { identifiersTable } from './identifiers.table';
import { knownOf } from './identity';
import { type PersonView, readPeople } from './people';
import { type AudiencePorts, type Origin, Recognition } from './recognition';
import { segmentsTable } from './segments.table';
import { refreshStanding } from './standing.table';
import { suppressionsTable } from './suppressions.table';

/** The people a customer writes to, and how each is recognised. */
export class Audience {
  private readonly recognition: Recognition;

  constructor(
    private readonly keys: Keys,
    ports: AudiencePorts,
  ) {
    this.recognition = new Recognition(keys, ports);
  }

  /** Whoever an event shows; made if nobody is known by any of it. @throws BODY_UNREADABLE when it shows nothing */
  findOrCreate(tx: TenantTx, identity: Identity, origin: Origin): Promise<{ contact: string; created: boolean }> {
    return this.recognition.findOrCreate(tx, identity, origin);
  }

  /** Who this is, without making anybody. */
  find(tx: TenantTx, identity: Identity): Promise<string | undefined> {
    return this.recognition.find(tx, identity);
  }

  /** The provider says that a number or id changed. Returns the contact of the current one: refusals went along, permissions did not. */
  identityChanged(tx: TenantTx, previous: Identity, current: Identity, origin: Origin): Promise<string> {
    return this.recognition.identityChanged(tx, previous, current, origin);
  }

  /** A phone or mail as a member types it. */
  async findByAddress(tx: TenantTx, address: string): Promise<string | undefined> {
    return this.find(tx, address.includes('@') ? { email: address } : { phone: address });
  }

  /** Takes one person of a list. A person who left is not even stored. */
  async importPerson(
    tx: TenantTx,
    person: { identity: Identity; name?: string; attributes?: Readonly<Record<string, string>> },
    origin: Origin,
  ): Promise<{ contact: string } | { leftOut: 'stopped' | 'unreadable' }> {
    const known = knownOf(await this.keys.of(tx), person.identity, origin.place?.country);
    if (known.length === 0) return { leftOut: 'unreadable' };
    if (
      (
        await suppressionsTable.of(
          tx,
          known.map((one) => one.stop),
        )
      ).length > 0
    )
      return { leftOut: 'stopped' };
    const { contact } = await this.findOrCreate(tx, person.identity, origin);
    if (person.name) await this.setName(tx, contact, person.name);
    for (const [key, value] of Object.entries(person.attributes ?? {}))
      await attributesTable.set(tx, contact, key, value);
    return { contact };
  }

  /** @throws PERSON_ERASED */
  async read(tx: TenantTx, contact: string): Promise<PersonView> {
    const person = (await readPeople(this.keys, tx, [contact])).get(contact);
    if (!person) throw new AppError('PERSON_ERASED');
    return person;
  }

  /** Many at once; erased people are left out. */
  readMany(tx: TenantTx, contacts: readonly string[]): Promise<ReadonlyMap<string, PersonView>> {
    return readPeople(this.keys, tx, contacts);
  }

  /** How a person is shown to those who need not know the number. */
  async masked(tx: TenantTx, contact: string): Promise<string> {
    const { identity } = await this.read(tx, contact);
    return identity.phone ? maskPhone(identity.phone) : maskOther(identity.email ?? identity.bsuid ?? '');
  }

  /** The same of an address that may be nobody's. @returns undefined when it can be none */
  maskedAddress(address: string): string | undefined {
    if (address.includes('@')) return maskOther(address);
    const phone = canonicalPhone(address);
    return phone && maskPhone(phone);
  }

  /** Language, zone and country without opening anything. */
  async place(tx: TenantTx, contact: string): Promise<Place | undefined> {
    const row = await contactsTable.get(tx, contact);
    return row && { language: row.language, zone: row.zone, country: row.country };
  }

  async setLanguage(tx: TenantTx, contact: string, language: string): Promise<void> {
    await contactsTable.setLanguage(tx, contact, language);
    await refreshStanding(tx, [contact]);
  }

  async setName(tx: TenantTx, contact: string, name: string): Promise<void> {
    const key = await this.keys.person(tx, contact);
    await contactsTable.seal(tx, contact, key.seal(JSON.stringify({ name }), 'contact'));
  }

  async setAttribute(tx: TenantTx, contact: string, key: string, value: string): Promise<void> {
    await attributesTable.set(tx, contact, key, value);
  }

  async attributes(tx: TenantTx, contact: string): Promise<Record<string, string>> {
    return attributesTable.of(tx, contact);
  }

  /** A saved segment of those who share one value. @returns its id; there already by that name, it is the same */
  async addSegment(
    tx: TenantTx,
    { name, key, value }: { name: string; key: string; value: string },
    now: Date,
  ): Promise<string> {
    const known = await segmentsTable.named(tx, name);
    if (known) return known.id;
    const id = newId(now);
    await segmentsTable.insert(tx, { id, name, expression: { attribute: key, is: value }, saved: true }, now);
    return id;
  }

  /** What can be chosen, by name. */
  segmentNames(tx: TenantTx): Promise<readonly { id: string; name: string }[]> {
    return segmentsTable.names(tx);
  }

  /** The stop tokens of all that a person is known by. */
  async stopTokens(tx: TenantTx, contact: string): Promise<Buffer[]> {
    return (await identifiersTable.ofContact(tx, contact)).map((row) => row.stop);
  }

  /** The stop token of an address that may be nobody's. */
  async stopTokensOf(tx: TenantTx, address: string): Promise<Buffer[]> {
    const known = knownOf(await this.keys.of(tx), address.includes('@') ? { email: address } : { phone: address });
    return known.map((one) => one.stop);
  }

  /** The lookup tokens of all that a person is known by; each may name a lane of theirs. */
  async findTokens(tx: TenantTx, contact: string): Promise<Buffer[]> {
    return (await identifiersTable.ofContact(tx, contact)).map((row) => row.find);
  }
}
