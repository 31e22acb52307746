import { createHash } from 'node:crypto';
import type { Sender } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Keys, PersonKey, TenantKeys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Senders } from '../accounts/senders.service';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience } from '../audience/audience.service';
import type { Campaigns } from '../campaigns/campaigns.service';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { fallbacksTable } from '../campaigns/fallbacks.table';
import { fill } from '../campaigns/template-parts';
import { type TemplateRow, templatesTable } from '../campaigns/templates.table';
import { disclosures } from '../registers/disclosures';
import type { Breaker } from './breaker';
import { askCampaign, roomIn } from './campaign-facts';
import { giveBack } from './claim-doubt';
import type { ClaimDoubt } from './claim-doubt.table';
import { openRows } from './counts.table';
import { tryElsewhere } from './fallback';
import { stillFailed, wakeFallback } from './fallback.table';
import { hoursAt, WaitingPlaces } from './hours';
import { insist } from './insist';
import { refusedLinks } from './link-rules';
import { OutcomeWriter } from './outcome-writer';
import { verdictOf } from './outcomes';
import { type OutcomeRow, writeOutcomes } from './outcomes.table';
import { ParcelSize } from './parcel-size';
import { type ClaimAsk, type Claimed, claimParcel } from './parcels.table';
import { referenceOf } from './reference';
import { type Around, render } from './rendering';
import { rememberSent, sentToken } from './sent-ids.table';
import { countBack, queueForLimit } from './spending.table';
import type { Counting, TrackedLinks } from './tracked-links';
import type { Transport } from './transport';
import { waveEnd } from './waves';

/**
 * Claimed rows of which no byte has left by then go back: an opt-out that came meanwhile must find them. Of promotions it counts from just before the claim's
 * commit: their rows are held until then, so whoever leaves after the gate was asked commits later. Of all else, from before the gate is asked.
 */
const freshMs = 80;
const sliceMs = 2_000;
/** How many messages a process may have on their way. */
export const mostInFlight = 96;
// From here on whoever takes from a limit takes alone.
const nearLimit = 500;
const nobody: Omit<Loaded, 'keys'> = {
  taken: [],
  began: '',
  startBy: 0,
  looked: 0,
  people: new Map(),
  personKeys: new Map(),
  counted: new Set(),
};

/** Moments between two steps of a send, in their order. */
export type Moment = 'granted' | 'claimed' | 'begun' | 'answered' | 'written';

export interface SlicesDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  campaigns: Campaigns;
  senders: Senders;
  audience: Audience;
  transport: Transport;
  /** A link by which this person stops promotions at once, for mail. */
  unsubscribe(tx: TenantTx, contact: string): Promise<string>;
  links: Pick<TrackedLinks, 'prepare' | 'covered' | 'around'>;
  /** The provider's copy of what stands above a template's words, left there first where it has none. Absent: nothing has any. */
  medium?(tenant: string, template: TemplateRow, own: { id: string; sender: Sender }): Promise<Around['medium']>;
  rate: {
    take(sender: string, perSecond: number, wanted: number): Promise<{ granted: number; waitMs: number }>;
    slowDown(sender: string, perSecond: number): Promise<void>;
  };
  /** Stops what leaves from a number by which nothing goes through. */
  breaker: Pick<Breaker, 'passage' | 'note'>;
  /** The provider says that this person stopped promotions there. */
  onProviderStop(tx: TenantTx, contact: string, evidence: string, now: Date): Promise<void>;
  /** Who takes what is sent: so that others know whose it is when this process is gone. */
  worker?(): string | undefined;
  /** After the commit: a campaign is to be looked at. */
  wake(kind: 'campaign'): void;
  /** What one message costs by country: JSON. */
  prices(tx: TenantTx, template: TemplateRow, now: Date): Promise<string>;
  /** Told at every step: whoever wants to end the process there may. */
  onMoment?(moment: Moment): void;
}
interface Slice {
  tenant: string;
  batch: string;
  row: CampaignRow;
  template: TemplateRow;
  sender: Sender;
  perSecond: number;
  prices: string;
  /** Of a number by which nothing goes through, one is tried; `stopped`: that was found while it ran. */
  breaker: { isProbe: boolean; stopped: boolean };
  writer: OutcomeWriter;
  /** Where its links are counted. */
  counting: Counting | undefined;
  /** What the provider calls what stands above its words. */
  medium?: Around['medium'];
  /** Who writes, beneath a mail. */
  imprint?: Around['imprint'];
}
interface Sends {
  going: Set<Promise<void>>;
  failed?: { error: unknown };
}
type Counted = Parameters<typeof countBack>[1] & Pick<Slice, 'breaker'>;
type Person = { identity: Parameters<Transport['send']>[1]; name?: string; unsubscribe?: string };
interface Loaded {
  taken: readonly Claimed[];
  /** When the claim began, as it stands in its rows. */
  began: string;
  startBy: number;
  looked: number;
  people: ReadonlyMap<string, Person>;
  keys: TenantKeys;
  personKeys: ReadonlyMap<string, PersonKey>;
  /** Whose clicks may be. */
  counted: ReadonlySet<string>;
}

/** Sends campaigns, a slice at a time: tokens of the sender's rate first, then exactly that many rows, claimed through the gate. */
export class CampaignSlices {
  private inFlight = 0;
  private readonly size = new ParcelSize(mostInFlight / 2);
  /** Rows before this are decided or on their way, as far as this process knows. */
  private readonly from = new Map<string, string>();
  private readonly places = new WaitingPlaces();

  constructor(private readonly deps: SlicesDeps) {}

  /** A ticket's worth: parcels until two seconds are over, nothing is left to take, or the process stops. Ends when all that began has an outcome. */
  async run(ticket: { tenant: string; batch: string }, stopping: AbortSignal): Promise<void> {
    const slice = await this.deps.database.withTenant(ticket.tenant, (tx) => this.open(tx, ticket.batch));
    if (!slice || !(await this.hasMedium(slice))) return;
    const end = performance.now() + sliceMs;
    const sends: Sends = { going: new Set() };
    try {
      while (performance.now() < end && !stopping.aborted && !slice.breaker.stopped) {
        const most = slice.breaker.isProbe ? 1 : Math.ceil(slice.perSecond / 20);
        const wanted = Math.min(most, this.size.now);
        // A claim costs about as much for one as for fifty: it waits until there is room for as many as there may be.
        const { granted, waitMs } =
          wanted <= mostInFlight - this.inFlight
            ? await this.deps.rate.take(slice.sender.id, slice.perSecond, wanted)
            : full;
        if (granted === 0) await pause(Math.min(250, waitMs));
        else if ((await this.parcel(slice, granted, sends)) === 0 || slice.breaker.isProbe) break;
      }
    } finally {
      await Promise.all(sends.going);
      await slice.writer.drain();
    }
    if (sends.failed) throw sends.failed.error;
    await this.deps.database.withTenant(slice.tenant, (tx) => this.sayOver(tx, slice));
  }

  /** A campaign whose picture the provider does not take waits for somebody. */
  private async hasMedium(slice: Slice): Promise<boolean> {
    const { tenant, template, row, sender, batch } = slice;
    if ((template.parts?.header?.kind ?? 'text') === 'text') return true;
    const own = { id: row.sender_id, sender };
    const medium = await this.deps.medium?.(tenant, template, own).catch((error) => {
      if (error instanceof AppError) return undefined;
      throw error;
    });
    if (medium) slice.medium = medium;
    else
      await this.deps.database.withTenant(tenant, (tx) =>
        this.deps.campaigns.halt(tx, batch, 'MEDIUM_NOT_UPLOADED', this.deps.clock.now()),
      );
    return medium !== undefined;
  }

  /** With nothing left its end need not wait for the next look at it. */
  private async sayOver(tx: TenantTx, { batch, row }: Slice): Promise<void> {
    const { planned, sending } = await openRows(tx, batch);
    if (planned || sending) return;
    await campaignsTable.wake(tx, batch);
    if (row.before) await wakeFallback(tx, batch, 0);
    tx.afterCommit(() => this.deps.wake('campaign'));
  }

  private async open(tx: TenantTx, batch: string): Promise<Slice | undefined> {
    const row = (await campaignsTable.byBatch(tx, batch)) ?? (await fallbacksTable.byBatch(tx, batch));
    if (row?.state !== 'sending' && !(row?.before && row.state === 'done')) return undefined;
    const template = await templatesTable.get(tx, row.template_id);
    const own = await tenantsTable.sender(tx, row.sender_id);
    if (!template || !own) return undefined;
    const passage = await this.deps.breaker.passage(tx, row.sender_id);
    if (passage === 'none') return undefined;
    const breaker = { isProbe: passage === 'one', stopped: false };
    const { tenant } = tx;
    await disclosures.note(tx, batch, template, this.deps.clock.now());
    const sender = await this.deps.senders.sender(tx, row.sender_id);
    const prices = await this.deps.prices(tx, template, this.deps.clock.now());
    const of = { sender: row.sender_id, batch, prices, breaker };
    const writer = new OutcomeWriter((rows) => this.write(tenant, of, rows));
    const counting = await this.deps.links.prepare(
      tx,
      { batch, template, purpose: row.purpose },
      this.deps.clock.now(),
    );
    const company = template.channel === 'email' ? await tenantsTable.get(tx) : undefined;
    const imprint = company && { imprint: { company: company.legal_name, address: company.address } };
    const perSecond = own.rate_per_second;
    return { tenant, batch, row, template, sender, perSecond, prices, breaker, writer, counting, ...imprint };
  }

  /** Claims and begins. Returns how many rows were looked at. */
  private async parcel(slice: Slice, granted: number, sends: Sends): Promise<number> {
    this.inFlight += granted;
    this.deps.onMoment?.('granted');
    const doubt: ClaimDoubt = { batch: slice.batch, seqs: [], began: '', worker: this.deps.worker?.() };
    try {
      const { database } = this.deps;
      const loaded = await database
        .withTenant(slice.tenant, (tx) => this.claim(tx, slice, granted, doubt))
        .catch(async (error) => {
          await giveBack(database, slice.tenant, doubt, (tx, seqs) => this.takeBack(tx, slice, seqs, doubt));
          throw error;
        });
      this.deps.onMoment?.('claimed');
      let late = 0;
      const begun = loaded.taken.map((row) =>
        this.one(slice, loaded, row).then(
          (isLate) => {
            if (isLate) late += 1;
          },
          // What could not be told of stays as begun; its lease makes it unknown.
          (error) => {
            sends.failed ??= { error };
          },
        ),
      );
      const all = Promise.all(begun).then(() => {
        sends.going.delete(all);
        this.size.note(begun.length, late);
      });
      sends.going.add(all);
      this.inFlight -= granted - loaded.taken.length;
      return loaded.looked;
    } catch (error) {
      this.inFlight -= granted;
      throw error;
    }
  }

  /** @param doubt told what is about to be taken */
  private async claim(tx: TenantTx, slice: Slice, count: number, doubt: ClaimDoubt): Promise<Loaded> {
    const { batch } = slice;
    const { keys, clock } = this.deps;
    const now = clock.now();
    const loaded = { ...nobody, keys: await keys.of(tx) };
    const ask = await this.ask(tx, slice, count, now, doubt.worker);
    if (!ask) return loaded;
    const from = this.from.get(batch) ?? '0';
    const { before } = slice.row;
    const among = before && (await stillFailed(tx, batch, before, from, ask.most));
    const parcel = await claimParcel(tx, { ...ask, among }, from, ask.most, now, async (own, began) => {
      doubt.seqs = own.map(({ seq }) => seq);
      doubt.began = began;
      const contacts = own.map(({ contact }) => contact);
      const opening = keys.people(tx, contacts);
      [loaded.personKeys, loaded.people, loaded.counted] = await Promise.all([
        opening,
        this.read(tx, slice, contacts, opening),
        slice.counting ? this.deps.links.covered(tx, slice.counting, contacts) : nobody.counted,
      ]);
      loaded.startBy = performance.now() + freshMs;
    });
    // Rows that went back may lie behind us: with nothing ahead, the next look starts at the beginning.
    if (parcel.first) this.from.set(batch, parcel.first);
    else this.from.delete(batch);
    if (slice.row.purpose === 'marketing') loaded.startBy = performance.now() + freshMs;
    return { ...loaded, began: doubt.began, taken: parcel.taken, looked: parcel.looked };
  }

  private async read(
    tx: TenantTx,
    { template }: Slice,
    contacts: readonly string[],
    opening: Promise<ReadonlyMap<string, PersonKey>>,
  ): Promise<ReadonlyMap<string, Person>> {
    const people = await this.deps.audience.readMany(tx, contacts, opening);
    if (template.channel !== 'email') return people;
    const withWayOut = new Map<string, Person>();
    for (const [contact, person] of people)
      withWayOut.set(contact, { ...person, unsubscribe: await this.deps.unsubscribe(tx, contact) });
    return withWayOut;
  }

  /** What no person decides is asked once, in the same transaction; with it, for how many there is room. @returns undefined where nothing may leave now */
  private async ask(
    tx: TenantTx,
    { batch, row, template, prices }: Slice,
    count: number,
    now: Date,
    worker: string | undefined,
  ): Promise<(ClaimAsk & { most: number }) | undefined> {
    const current = await templatesTable.get(tx, template.id);
    let answer = await askCampaign(tx, row, current, now);
    if (roomIn(answer, prices) < nearLimit) {
      await queueForLimit(tx, row.sender_id);
      answer = await askCampaign(tx, row, current, now);
    }
    const most = Math.min(count, roomIn(answer, prices));
    if (answer.refused.length > 0 || most === 0) return undefined;
    const { lifted, cap } = answer;
    const { purpose, pace } = row;
    const hours = hoursAt(await this.places.of(tx, batch), { purpose, channel: template.channel, lifted, pace }, now);
    if (hours.allClosed) return undefined;
    const until = await waveEnd(tx, row);
    return { batch, until, purpose, lifted, cap, hours, most, worker, sender: row.sender_id, prices };
  }

  /** @returns whether it was too late for it */
  private async one(slice: Slice, loaded: Loaded, row: Claimed): Promise<boolean> {
    const { seq } = row;
    try {
      const person = loaded.people.get(row.contact);
      const outcome = !person
        ? { ...unsent, seq, reason: 'PERSON_ERASED' }
        : // A list may have put a link where a name should be.
          refusedLinks(person.name ?? '', []).length > 0
          ? { ...unsent, seq, reason: 'LINK_REFUSED' }
          : await this.send(slice, loaded, row, person);
      slice.writer.add({ ...outcome, began: loaded.began });
      return outcome.state === 'planned' && outcome.reason === null;
    } finally {
      this.inFlight -= 1;
    }
  }

  private async send(slice: Slice, loaded: Loaded, row: Claimed, person: Person): Promise<OutcomeRow> {
    const { batch, template, sender } = slice;
    const { unsubscribe } = person;
    const seq = loaded.counted.has(row.contact) ? row.seq : undefined;
    const links = slice.counting && this.deps.links.around(loaded.keys, slice.counting, seq);
    const { medium, imprint } = slice;
    const content = render(template, person, {
      ...links,
      ...(unsubscribe && { unsubscribe }),
      ...(medium && { medium }),
      ...(imprint && { imprint }),
    });
    const reference = referenceOf(loaded.keys, { batch, seq: row.seq });
    this.deps.onMoment?.('begun');
    const outcome = await this.deps.transport.send(sender, person.identity, content, reference, loaded.startBy);
    this.deps.onMoment?.('answered');
    const verdict = verdictOf(outcome, 'planned', row.attempts);
    if (verdict.slower) await this.deps.rate.slowDown(sender.id, slice.perSecond);
    if (verdict.stop || verdict.halt)
      await insist(() => this.deps.database.withTenant(slice.tenant, (tx) => this.react(tx, slice, row, verdict)));
    const { providerId } = verdict;
    const text = JSON.stringify({ variables: fill(template.variables, person), version: template.version, providerId });
    return {
      seq: row.seq,
      ...verdict.row,
      provider: providerId ? loaded.keys.findRaw('wamid', providerId) : null,
      // SMS carries no reference of ours: its receipts come by the carrier's id.
      sentAs: providerId && sender.channel === 'sms' ? sentToken(loaded.keys, { ...sender, providerId }) : null,
      sealed: loaded.personKeys.get(row.contact)?.seal(text, `message|${batch}|${row.seq}`) ?? null,
      hash: createHash('sha256').update(JSON.stringify(content)).digest(),
    };
  }

  /** Before the outcome is written: a crash between leaves the person stopped and the message unknown. */
  private async react(tx: TenantTx, slice: Slice, row: Claimed, verdict: ReturnType<typeof verdictOf>): Promise<void> {
    const now = this.deps.clock.now();
    const evidence = `message:${slice.batch}.${row.seq}`;
    if (verdict.stop) await this.deps.onProviderStop(tx, row.contact, evidence, now);
    if (verdict.halt) await this.deps.campaigns.halt(tx, slice.batch, verdict.row.reason ?? '', now);
  }

  /** As if it had not been claimed. */
  private async takeBack(tx: TenantTx, slice: Slice, seqs: readonly string[], { began }: ClaimDoubt): Promise<void> {
    const now = this.deps.clock.now();
    const { batch, row, prices } = slice;
    const planned = seqs.map((seq) => ({ ...unsent, seq, state: 'planned' as const, reason: null, began }));
    const back = await writeOutcomes(tx, batch, planned, now);
    await countBack(tx, { sender: row.sender_id, batch, prices }, back, now);
  }

  /** What did not leave after all counts against no limit. */
  private async write(tenant: string, of: Counted, rows: readonly OutcomeRow[]): Promise<void> {
    const now = this.deps.clock.now();
    await this.deps.database.withTenant(tenant, async (tx) => {
      const back = await writeOutcomes(tx, of.batch, rows, now);
      await rememberSent(tx, of.batch, rows, now);
      const failed = rows.filter(({ elsewhere }) => elsewhere).map(({ seq }) => ({ batch: of.batch, seq }));
      await tryElsewhere(tx, { known: failed, failed }, now);
      await countBack(tx, of, back, now);
      if (await this.deps.breaker.note(tx, of.sender, rows, now)) of.breaker.stopped = true;
    });
    this.deps.onMoment?.('written');
  }
}

const unsent = { state: 'failed', provider: null, sentAs: null, sealed: null, hash: null, pause: 0 } as const;
/** Everything that may be under way is. */
const full = { granted: 0, waitMs: 5 };
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
