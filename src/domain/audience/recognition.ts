import type { Identity } from '../../channel';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import { contactsTable, type Place } from './contacts.table';
import { identifiersTable } from './identifiers.table';
import { type Known, knownOf } from './identity';
import { mergeContacts } from './merge';
import { recognise } from './recognise';
import { refreshStanding } from './standing.table';
import { suppressionsTable } from './suppressions.table';

export interface AudiencePorts {
  /** Two contacts are becoming one: the ledger of the first goes over before it disappears. Never widens a permission. */
  onMerged(tx: TenantTx, from: string, into: string, now: Date): Promise<void>;
}
export interface Origin {
  /** `whatsapp`, `import:<list>`, … */
  source: string;
  now: Date;
  place?: Partial<Place>;
}
const usual: Place = { language: 'es', zone: 'America/Santiago', country: 'CL' };

/** Finds the contact behind what an event shows; makes, merges and parts contacts by what is proved, never by guess. */
export class Recognition {
  constructor(
    private readonly keys: Keys,
    private readonly ports: AudiencePorts,
  ) {}

  /** Whoever an event shows; made if nobody is known by any of it. @throws BODY_UNREADABLE when it shows nothing */
  async findOrCreate(tx: TenantTx, identity: Identity, origin: Origin): Promise<{ contact: string; created: boolean }> {
    const known = knownOf(await this.keys.of(tx), identity, origin.place?.country);
    if (known.length === 0) throw new AppError('BODY_UNREADABLE');
    await identifiersTable.lock(
      tx,
      known.map((one) => one.find),
    );
    const { plan, owners } = await this.recognise(tx, known);
    const contact = plan.contact ?? (await this.create(tx, origin));
    for (const other of plan.merge) await this.merge(tx, other, contact, origin.now);
    for (const kind of plan.move) await this.takeOver(tx, known, kind, owners, contact);
    const added = await this.learn(tx, contact, known, origin);
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
    const before = await this.find(tx, previous);
    const place = before ? await contactsTable.get(tx, before) : undefined;
    const { contact } = await this.findOrCreate(tx, current, { ...origin, ...(place && { place }) });
    if (!before || before === contact) return contact;
    await this.agree(tx, [before, contact]);
    const old = (await identifiersTable.ofContact(tx, before)).filter((row) => row.kind === 'phone');
    const wish = { strength: 'hold', effectiveAt: origin.now, source: 'number_changed' } as const;
    await suppressionsTable.put(
      tx,
      old.map((row) => row.stop),
      wish,
    );
    await contactsTable.nextHolder(tx, before);
    await refreshStanding(tx, [before]);
    return contact;
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
    await contactsTable.insert(tx, contact, { ...usual, ...placeOnly(origin.place) }, origin.now);
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
  ): Promise<void> {
    const one = known.find((candidate) => candidate.kind === kind);
    const from = owners.get(kind)?.contact_id;
    if (!one || !from) return;
    const sealed = (await this.keys.person(tx, to)).seal(one.value, `identifier|${kind}`);
    await identifiersTable.move(tx, kind, one.find, to, sealed);
    await contactsTable.nextHolder(tx, from);
    await refreshStanding(tx, [from]);
  }

  private async learn(tx: TenantTx, contact: string, known: readonly Known[], origin: Origin): Promise<boolean> {
    const have = new Set((await identifiersTable.ofContact(tx, contact)).map((row) => row.find.toString('hex')));
    const fresh = known.filter((one) => !have.has(one.find.toString('hex')));
    if (fresh.length === 0) return false;
    const key = await this.keys.person(tx, contact);
    for (const { kind, value, find, stop } of fresh) {
      const row = { kind, find, stop, contact_id: contact, sealed: key.seal(value, `identifier|${kind}`) };
      await identifiersTable.insert(tx, row, origin.source, origin.now);
    }
    return true;
  }

  private async agree(tx: TenantTx, contacts: readonly string[]): Promise<void> {
    const rows = await identifiersTable.ofContacts(tx, contacts);
    await suppressionsTable.spread(
      tx,
      rows.map((row) => row.stop),
    );
    await refreshStanding(tx, contacts);
  }
}

const placeOnly = (place: Partial<Place> = {}): Partial<Place> => ({
  ...(place.language && { language: place.language }),
  ...(place.zone && { zone: place.zone }),
  ...(place.country && { country: place.country }),
});
