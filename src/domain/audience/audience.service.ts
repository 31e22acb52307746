import type { Identity } from '../../channel';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys, PersonKey } from '../../data/keys';
import { AppError } from '../../errors';
import { canonicalPhone, maskOther, maskPhone } from '../../phone';
import { tenantsTable } from '../accounts/tenants.table';
import { bandOf } from './ages';
import { attributesTable } from './attributes.table';
import { contactsTable, type Holder, type Place } from './contacts.table';
import { Corrections } from './corrections';
import { Holders } from './holders';
import { identifiersTable } from './identifiers.table';
import { knownOf } from './identity';
import { storeTable } from './import/store.table';
import { type PersonView, readPeople } from './people';
import { learnPlace, type PlaceFrom } from './places';
import type { AudiencePorts } from './ports';
import { type Origin, Recognition } from './recognition';
import { segmentsTable } from './segments.table';
import { refreshStanding } from './standing.table';
import { Suppressions } from './suppressions';

/** As long as a number is silent before a bounce says that nobody has it. */
const silenceMs = 90 * 86_400_000;

/** The people a customer writes to, and how each is recognised. */
export class Audience {
  /** Who must not be written to. */
  readonly suppressions: Suppressions;
  /** What is wrong about a person is put right. */
  readonly corrections: Corrections;
  private readonly recognition: Recognition;
  private readonly holders: Holders;

  constructor(
    private readonly keys: Keys,
    ports: AudiencePorts,
  ) {
    this.suppressions = new Suppressions(keys);
    this.corrections = new Corrections(keys, this.suppressions);
    this.holders = new Holders(this.suppressions, ports);
    this.recognition = new Recognition(keys, this.suppressions, this.holders, ports);
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

  /** Whoever a list is just bringing in is known after this: asked before an address that is nobody's is refused. */
  async afterLists(tx: TenantTx): Promise<void> {
    await storeTable.waitForBatch(tx);
  }

  /** A phone, a mail or the customer's own id, as a member types it. */
  async findByAddress(tx: TenantTx, address: string): Promise<string | undefined> {
    return this.find(tx, await typed(tx, address));
  }

  /** Takes one person of a list. A person who left is not even stored. */
  async importPerson(
    tx: TenantTx,
    person: { identity: Identity; name?: string; attributes?: Readonly<Record<string, string>> },
    origin: Origin,
  ): Promise<{ contact: string } | { leftOut: 'stopped' | 'unreadable' }> {
    const known = knownOf(await this.keys.current(tx), person.identity, origin.place?.country);
    if (known.length === 0) return { leftOut: 'unreadable' };
    const out = await this.suppressedAmong(
      tx,
      known.map((one) => one.stop),
    );
    if (out.size > 0) return { leftOut: 'stopped' };
    const { contact } = await this.findOrCreate(tx, person.identity, { ...origin, isClaim: true });
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
  readMany(
    tx: TenantTx,
    contacts: readonly string[],
    opening?: Promise<ReadonlyMap<string, PersonKey>>,
  ): Promise<ReadonlyMap<string, PersonView>> {
    return readPeople(this.keys, tx, contacts, opening);
  }

  /** How a person is shown to those who need not know the number. */
  async masked(tx: TenantTx, contact: string, channel?: string): Promise<string> {
    const { identity } = await this.read(tx, contact);
    if (channel === 'email' && identity.email) return maskOther(identity.email);
    return identity.phone ? maskPhone(identity.phone) : maskOther(identity.email ?? identity.bsuid ?? '');
  }

  /** The same of an address that may be nobody's. @returns undefined when it can be none */
  async maskedAddress(tx: TenantTx, address: string): Promise<string | undefined> {
    const { phone, email } = await typed(tx, address);
    return email ? maskOther(email) : phone && maskPhone(phone);
  }

  /** Language, zone and country without opening anything. */
  async place(tx: TenantTx, contact: string): Promise<Place | undefined> {
    const row = await contactsTable.get(tx, contact);
    return row && { language: row.language, zone: row.zone, country: row.country };
  }

  async placeFrom(tx: TenantTx, contact: string): Promise<PlaceFrom | undefined> {
    return (await contactsTable.placeFrom(tx, contact)) as PlaceFrom | undefined;
  }

  /** They write or said so themselves: nothing is surer. */
  async setLanguage(tx: TenantTx, contact: string, language: string): Promise<void> {
    await learnPlace(tx, contact, { language }, 'person');
    await refreshStanding(tx, [contact]);
  }

  /** Which holder of the number this is. */
  holder(tx: TenantTx, contact: string): Promise<Holder | undefined> {
    return contactsTable.holder(tx, contact);
  }

  /** They say that they are not whom we took them for. @param at when they said so: what is older is never shown to them */
  async wrongNumber(tx: TenantTx, contact: string, at: Date, now: Date): Promise<void> {
    await this.holders.suspect(tx, contact, 'wrong_number', now, at);
  }

  /** Nothing reaches this number any more. After long silence it may soon be somebody else's. */
  async bounced(tx: TenantTx, contact: string, lastSign: Date, now: Date): Promise<void> {
    if (now.getTime() - lastSign.getTime() <= silenceMs) return;
    const holder = await this.holder(tx, contact);
    if (holder?.confirmed) await this.holders.suspect(tx, contact, 'bounced', now, now);
  }

  /** A minor gets no promotions, whatever they or anybody allowed. @returns how old they are, as far as anybody said */
  async setMinor(tx: TenantTx, contact: string, isMinor: boolean, words = ''): Promise<string | undefined> {
    await contactsTable.setMinor(tx, contact, isMinor ? bandOf(words) : null);
    await refreshStanding(tx, [contact]);
    return contactsTable.ageBand(tx, contact);
  }

  async setName(tx: TenantTx, contact: string, name: string): Promise<void> {
    const key = await this.keys.person(tx, contact);
    const sealed = (await contactsTable.get(tx, contact))?.sealed;
    const about = sealed ? JSON.parse(key.open(sealed, 'contact').toString()) : {};
    await contactsTable.seal(tx, contact, key.seal(JSON.stringify({ ...about, name }), 'contact'));
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
  stopTokens(tx: TenantTx, contact: string): Promise<Buffer[]> {
    return this.suppressions.tokensOf(tx, [contact]);
  }

  /** The stop token of an address that may be nobody's. */
  async stopTokensOf(tx: TenantTx, address: string): Promise<Buffer[]> {
    const known = knownOf(await this.keys.current(tx), await typed(tx, address));
    return known.map((one) => one.stop);
  }

  /** Those of many tokens that are out on every channel, in hex. @param tokens made with `Keys.current` in this transaction */
  suppressedAmong(tx: TenantTx, tokens: readonly Buffer[]): Promise<ReadonlySet<string>> {
    return this.suppressions.among(tx, tokens);
  }

  /** The lookup tokens of all that a person is known by; each may name a lane of theirs. */
  async findTokens(tx: TenantTx, contact: string): Promise<Buffer[]> {
    return (await identifiersTable.ofContact(tx, contact)).map((row) => row.find);
  }
}

/** A number without its country is dialled in the customer's; what is neither number nor mail can only be an id of theirs. */
async function typed(tx: TenantTx, address: string): Promise<Identity> {
  if (address.includes('@')) return { email: address };
  const phone = canonicalPhone(address, (await tenantsTable.get(tx))?.country);
  return phone ? { phone } : { external: address };
}
