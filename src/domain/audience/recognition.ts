import type { Identity } from '../../channel';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import { contactsTable, type Place } from './contacts.table';
import type { Holders } from './holders';
import { identifiersTable } from './identifiers.table';
import { type Known, knownOf } from './identity';
import { mergeContacts } from './merge';
import { learnPlace, type PlaceSource, placeOf } from './places';
import type { AudiencePorts } from './ports';
import { recognise } from './recognise';
import { refreshStanding } from './standing.table';
import type { Suppressions } from './suppressions';

export interface Origin {
  /** `whatsapp`, `import:<list>`, … */
  source: string;
  now: Date;
  place?: Partial<Place>;
  /** Where the place is known from; of the number, unless said otherwise. */
  placeFrom?: PlaceSource;
  /** The company says so, no channel showed it: nobody becomes one with anybody by it. */
  isClaim?: boolean;
}

/** Finds the contact behind what an event shows; makes, merges and parts contacts by what is proved, never by guess. */
export class Recognition {
  constructor(
    private readonly keys: Keys,
    private readonly suppressions: Suppressions,
    private readonly holders: Holders,
    private readonly ports: AudiencePorts,
  ) {}

  /** Whoever an event shows; made if nobody is known by any of it. @throws BODY_UNREADABLE when it shows nothing */
  async findOrCreate(tx: TenantTx, identity: Identity, origin: Origin): Promise<{ contact: string; created: boolean }> {
    const known = knownOf(await this.keys.current(tx), identity, origin.place?.country);
    if (known.length === 0) throw new AppError('BODY_UNREADABLE');
    await identifiersTable.lock(
      tx,
      known.map((one) => one.find),
    );
    const { plan, owners } = await this.recognise(tx, known);
    if (origin.isClaim) return this.claimed(tx, plan.contact, known, origin);
    const contact = plan.contact ?? (await this.create(tx, origin));
    for (const other of plan.merge) await this.merge(tx, other, contact, origin.now);
    for (const kind of plan.move) await this.takeOver(tx, known, kind, owners, contact, origin.now);
    const added = await this.learn(tx, contact, known, origin);
    if (added && plan.contact) await learnPlace(tx, contact, origin.place ?? {}, origin.placeFrom ?? 'prefix');
    if (added || plan.merge.length > 0 || plan.move.length > 0) await this.agree(tx, [contact]);
    return { contact, created: plan.contact === undefined };
  }

  /** Who this is, without making anybody. */
  async find(tx: TenantTx, identity: Identity): Promise<string | undefined> {
    const { plan } = await this.recognise(tx, knownOf(await this.keys.of(tx), identity));
    return plan.contact;
  }

  /**
   * The provider says that a person's number or id changed. What they refused goes along in both directions; what they allowed stays where it was
   * given, and the old number is held, for it may soon be somebody else's. Returns the contact of the current identity.
   */
  async identityChanged(tx: TenantTx, previous: Identity, current: Identity, origin: Origin): Promise<string> {
    const found = await this.find(tx, previous);
    const place = found ? await contactsTable.get(tx, found) : undefined;
    const { contact } = await this.findOrCreate(tx, current, { ...origin, ...(place && { place }) });
    const before = found && (await this.find(tx, previous)); // they may have become one just now
    if (!before) return contact;
    if (before === contact) {
      await this.changeNumber(tx, contact, previous, current, origin.now);
      return contact;
    }
    await this.agree(tx, [before, contact]);
    await this.holders.left(tx, before, undefined, origin.now);
    return contact;
  }

  /** The same id with another number: the old one is theirs no longer, and what was allowed to it is confirmed anew. */
  private async changeNumber(tx: TenantTx, contact: string, previous: Identity, current: Identity, now: Date) {
    const keys = await this.keys.current(tx);
    const [old] = knownOf(keys, { ...(previous.phone && { phone: previous.phone }) });
    const [fresh] = knownOf(keys, { ...(current.phone && { phone: current.phone }) });
    if (!old || !fresh || old.find.equals(fresh.find)) return;
    for (const row of await this.holders.left(tx, contact, old.find, now))
      await identifiersTable.remove(tx, row.kind, row.find);
    await refreshStanding(tx, [contact]);
  }

  /** Nobody becomes one with anybody, and no number changes hands, because a list says so: what another has stays theirs. */
  private async claimed(tx: TenantTx, found: string | undefined, known: readonly Known[], origin: Origin) {
    const contact = found ?? (await this.create(tx, origin));
    const added = await this.learn(tx, contact, known, origin);
    if (found) await learnPlace(tx, contact, origin.place ?? {}, origin.placeFrom ?? 'import');
    if (added) await this.agree(tx, [contact]);
    return { contact, created: found === undefined };
  }

  private async recognise(tx: TenantTx, known: readonly Known[]) {
    const rows = await identifiersTable.byTokens(tx, known);
    const owners = new Map(rows.map((row) => [row.kind, row]));
    const id = known.find((one) => one.kind === 'bsuid');
    const others = await identifiersTable.ofContacts(tx, [...new Set(rows.map((row) => row.contact_id))]);
    const withOther = new Set(
      others.filter((row) => row.kind === 'bsuid' && !id?.find.equals(row.find)).map((row) => row.contact_id),
    );
    const same = new Set(
      others.filter((row) => row.kind === 'bsuid' && id?.find.equals(row.find)).map((row) => row.contact_id),
    );
    const seen = known.map(({ kind }) => {
      const owner = owners.get(kind)?.contact_id;
      return { kind, ...(owner && { owner }) };
    });
    return { owners, plan: recognise(seen, (contact) => withOther.has(contact) && !same.has(contact)) };
  }

  private async create(tx: TenantTx, origin: Origin): Promise<string> {
    const contact = newId(origin.now);
    const { place, from } = await placeOf(tx, origin.place, origin.placeFrom);
    await contactsTable.insert(tx, contact, place, from, origin.now);
    await this.keys.createPerson(tx, contact);
    await refreshStanding(tx, [contact]);
    return contact;
  }

  private async merge(tx: TenantTx, from: string, into: string, now: Date): Promise<void> {
    await contactsTable.lock(tx, [from, into]);
    await this.ports.onMerged(tx, from, into, now);
    await mergeContacts(tx, this.keys, from, into);
  }

  // A number that changed hands: what was refused by it stays refused, nothing that was allowed goes along.
  private async takeOver(
    tx: TenantTx,
    known: readonly Known[],
    kind: Known['kind'],
    owners: ReadonlyMap<string, { contact_id: string }>,
    to: string,
    now: Date,
  ): Promise<void> {
    const one = known.find((candidate) => candidate.kind === kind);
    const from = owners.get(kind)?.contact_id;
    if (!one || !from) return;
    const sealed = (await this.keys.person(tx, to)).seal(one.value, `identifier|${kind}`);
    await identifiersTable.move(tx, kind, one.find, to, sealed);
    // The history stays with the id that it was about, so nothing of it is hidden there.
    await this.holders.suspect(tx, from, 'other_id', now);
  }

  private async learn(tx: TenantTx, contact: string, known: readonly Known[], origin: Origin): Promise<boolean> {
    const have = new Set((await identifiersTable.ofContact(tx, contact)).map((row) => row.find.toString('hex')));
    const fresh = known.filter((one) => !have.has(one.find.toString('hex')));
    if (fresh.length === 0) return false;
    const key = await this.keys.person(tx, contact);
    for (const { kind, value, find, stop } of fresh) {
      const row = { kind, find, stop, contact_id: contact, sealed: key.seal(value, `identifier|${kind}`) };
      // A list that was being stored was first: what is done here is done again, as it stands then.
      if (!(await identifiersTable.insert(tx, row, origin.source, origin.now)) && !origin.isClaim)
        throw new AppError('ROW_OVERTAKEN');
    }
    return true;
  }

  private async agree(tx: TenantTx, contacts: readonly string[]): Promise<void> {
    await this.suppressions.spread(tx, await this.suppressions.tokensOf(tx, contacts));
    await refreshStanding(tx, contacts);
  }
}
