import type { TenantTx } from '../../../data/database';
import { writtenId } from '../../../data/ids';
import type { Keys } from '../../../data/keys';
import { contactsTable } from '../contacts.table';
import { identifiersTable } from '../identifiers.table';
import { refreshStanding } from '../standing.table';
import type { Suppressions } from '../suppressions';
import { type Address, type Batch, type Candidate, freshOf, type Makers, reachOf } from './candidates';
import { type Counts, noCounts } from './counts';
import { bitsOf, grantsOf, type StorePorts } from './grants';
import { type NewPerson, storeTable } from './store.table';
import { UpdateKnown } from './update-known';

/** Known by nobody, or by a contact; what stands against them. */
interface Asked {
  candidate: Candidate;
  owner?: string;
  refused: ReadonlySet<string>;
  /** Addresses that are nobody else's. */
  own: readonly Address[];
}
type Made = Asked & { person: NewPerson };

const hex = (token: Buffer): string => token.toString('latin1');

/** One batch: everybody is asked about by their tokens before anything of them is stored. */
export class Store {
  constructor(
    private readonly keys: Keys,
    private readonly suppressions: Suppressions,
    private readonly makers: Makers,
  ) {}

  /** What a batch would do. Stores nothing. */
  async look(tx: TenantTx, batch: Batch): Promise<Counts> {
    const asked = await this.ask(tx, batch, false);
    const counts = countsOf(batch, asked);
    const known = asked.flatMap(({ owner, refused }) => (owner && !refused.has('all') ? [owner] : []));
    return { ...counts, unproven: counts.created + (known.length - (await storeTable.proven(tx, known))) };
  }

  /**
   * Asked about and stored in one transaction; whoever another was first with meanwhile is asked about again.
   * @param isFree nobody is expected to be: a unique violation where somebody was, and then it is tried without
   */
  async store(
    tx: TenantTx,
    batch: Batch,
    source: string,
    channels: readonly string[],
    { grant }: StorePorts,
    isFree = false,
  ): Promise<Counts> {
    const { now } = this.makers;
    await storeTable.takeTurn(tx);
    const all: Asked[] = [];
    let unproven = 0;
    for (let left = batch.candidates; left.length > 0; ) {
      const asked = await this.ask(tx, { ...batch, candidates: left }, true);
      const fresh = asked
        .filter(({ owner, refused }) => !owner && !refused.has('all'))
        .map((one) => ({ ...one, person: this.fresh(one) }));
      for (const one of fresh) one.person.consented = bitsOf(channels, one.person.reach, one.refused);
      const people = fresh.map(({ person }) => person);
      const late = await storeTable.insertPeople(tx, people, source, now, isFree);
      const isIn = late.size === 0 ? () => true : ({ person }: Made) => !late.has(writtenId(person.id));
      const taken = fresh.filter(isIn);
      await this.permit(tx, taken, channels, grant);
      unproven += taken.filter(({ person }) => person.consented === 0).length;
      left = fresh.filter((one) => !isIn(one)).map(({ candidate }) => candidate);
      all.push(...asked.filter(({ candidate }) => !left.includes(candidate)));
    }
    const known = all.flatMap(({ owner, ...one }) => (owner && !one.refused.has('all') ? [{ ...one, owner }] : []));
    const update = new UpdateKnown(this.keys, this.suppressions, now);
    unproven += await update.run(tx, known, source, channels, grant);
    return { ...countsOf(batch, all), unproven };
  }

  /** What was attested of new people, and what they refused on one channel alone: that goes for all their addresses, and into their standing. */
  private async permit(
    tx: TenantTx,
    made: readonly Made[],
    channels: readonly string[],
    grant: StorePorts['grant'],
  ): Promise<void> {
    const grants = made.flatMap(({ candidate, person, refused }) =>
      grantsOf(person.id, candidate.person.row, channels, person.reach, refused),
    );
    await grant(tx, grants, true);
    for (const { person, refused } of made) {
      if (refused.size === 0) continue;
      const id = writtenId(person.id);
      await this.suppressions.spread(tx, await this.suppressions.tokensOf(tx, [id]));
      await refreshStanding(tx, [id]);
    }
  }

  private fresh({ candidate, own }: Asked): NewPerson {
    const made = candidate.fresh ?? freshOf(this.makers, candidate.person, candidate.addresses);
    if (own.length === candidate.addresses.length) return made;
    const identifiers = made.identifiers.filter(({ find }) => own.some((address) => address.find.equals(find)));
    return { ...made, identifiers, reach: reachOf(identifiers) };
  }

  /** @param isFinal their rows are held from here to the end: whoever leaves meanwhile was first, or comes after */
  private async ask(tx: TenantTx, batch: Batch, isFinal: boolean): Promise<Asked[]> {
    const { candidates } = batch;
    if (candidates.length === 0) return [];
    const current = await this.keys.current(tx);
    if (current.stopVersion !== batch.stopVersion) this.lift(batch, current);
    const all = candidates.flatMap(({ addresses }) => addresses);
    const owners = new Map((await storeTable.owners(tx, all)).map(({ find, contact }) => [hex(find), contact]));
    const contacts = [...new Set(owners.values())];
    if (isFinal && contacts.length > 0) await contactsTable.lock(tx, contacts);
    if (current.stopPhase === 'moving') await this.suppressions.tokensOf(tx, contacts);
    const theirs = contacts.length > 0 ? await identifiersTable.ofContacts(tx, contacts) : [];
    const stops = [...all, ...theirs].map(({ stop }) => stop);
    const refused = new Map<string, Set<string>>();
    for (const { token, channel } of await storeTable.refused(tx, stops))
      refused.set(hex(token), (refused.get(hex(token)) ?? new Set()).add(channel));
    const byContact = new Map<string, { kind: string; stop: Buffer }[]>();
    for (const row of theirs) byContact.set(row.contact_id, [...(byContact.get(row.contact_id) ?? []), row]);
    return candidates.map((candidate) => asked(candidate, owners, byContact, refused));
  }

  /** The stop key was changed since the batch was made. */
  private lift(batch: Batch, current: Makers['keys']): void {
    const lift = <One extends { stop: Buffer }>(one: One): One => ({
      ...one,
      stop: current.lift(one.stop, batch.stopVersion),
    });
    for (const candidate of batch.candidates) {
      candidate.addresses = candidate.addresses.map(lift);
      if (candidate.fresh) candidate.fresh.identifiers = candidate.fresh.identifiers.map(lift);
    }
    batch.stopVersion = current.stopVersion;
  }
}

/** By the phone; by the mail only where whoever has it has no phone or the row none: two people may share a mail, and nobody becomes one with anybody by a list, nor by an id of the customer's that stands in it. */
function asked(
  candidate: Candidate,
  owners: ReadonlyMap<string, string>,
  byContact: ReadonlyMap<string, readonly { kind: string; stop: Buffer }[]>,
  refused: ReadonlyMap<string, ReadonlySet<string>>,
): Asked {
  const { addresses } = candidate;
  const ownerOf = (find: Buffer): string | undefined => (owners.size > 0 ? owners.get(hex(find)) : undefined);
  const [first, second] = addresses.filter(({ kind }) => kind !== 'external');
  let owner = first && ownerOf(first.find);
  const byMail = second && ownerOf(second.find);
  if (!owner && byMail && !byContact.get(byMail)?.some(({ kind }) => kind === 'phone')) owner = byMail;
  const own = addresses.filter(({ find }) => [undefined, owner].includes(ownerOf(find)));
  const against = new Set<string>();
  if (refused.size > 0)
    for (const { stop } of [...addresses, ...((owner && byContact.get(owner)) || [])])
      for (const channel of refused.get(hex(stop)) ?? []) against.add(channel);
  return { candidate, own, refused: against, ...(owner && { owner }) };
}

function countsOf(batch: Batch, asked: readonly Asked[]): Counts {
  const counts = { ...noCounts(), rows: batch.rows, duplicate: batch.duplicates, invalid: batch.refused.length };
  for (const { owner, refused } of asked) {
    if (refused.has('all')) counts.suppressed += 1;
    else if (owner) counts.updated += 1;
    else counts.created += 1;
  }
  for (const { reason, row } of batch.refused) {
    counts.reasons[reason] ??= { count: 0, rows: [] };
    const one = counts.reasons[reason];
    one.count += 1;
    if (one.rows.length < 5) one.rows.push(row);
  }
  return counts;
}
