import type { Clock } from '../clock';
import { post } from '../post';
import type { WebhookLog } from '../webhook-log';
import { type Batch, compose, takeFrom, type Update } from './batches';
import { metaJson, signature } from './signing';

export interface Tuning {
  /** Share of webhooks that come twice. */
  duplicate: number;
  /** Updates, and the fields in them, in any order. */
  shuffle: boolean;
  /** Most updates in one webhook. 0: as Meta does it on a quiet day, messages alone, receipts of a number together. */
  batch: number;
  delayMs: number;
}

const usual: Tuning = { duplicate: 0, shuffle: false, batch: 0, delayMs: 0 };
const sideBySide = 16;
const patienceMs = 10_000;
const mostWaiting = 50_000;
const second = 1_000;
const hour = 3_600 * second;
/** The first ones are shorter than Meta's, so that a restart of the product is not waited for. */
const pauses = [0.5, 2, 5, 15, 30, 120, 600].map((seconds) => seconds * second);
const lateHours = 6;
const givenUpAfterMs = 7 * 24 * hour;

interface Parcel extends Batch {
  attempt: number;
  since: number;
}

/** Tells the product what happened, as Meta does: signed bytes, several updates at once, again until 200. */
export class Webhooks {
  tuning = usual;
  private isHeld = false;
  private waiting: Update[] = [];
  /** Made up and not yet taken by the product. */
  private readonly open = new Set<Parcel>();
  private readonly due: Parcel[] = [];
  /** People of whom something is under way: what follows about them waits, else it could overtake. */
  private readonly busy = new Set<string>();
  private underWay = 0;
  private isPlanned = false;

  constructor(
    private readonly clock: Clock,
    private readonly url: string,
    private readonly secret: string,
    private readonly log: WebhookLog,
    /** Whether the application hears of this account. */
    private readonly isHeard: (waba: string) => boolean,
  ) {}

  push(update: Update): void {
    if (!this.isHeard(update.waba)) return;
    if (this.waiting.length >= mostWaiting) this.waiting.shift();
    this.waiting.push(update);
    this.plan();
  }

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    this.plan();
  }

  tune(changes: Partial<Tuning>): void {
    this.tuning = { ...this.tuning, ...changes };
  }

  state() {
    const { duplicate, shuffle, batch, delayMs } = this.tuning;
    const { isHeld: held, underWay } = this;
    return {
      duplicate,
      shuffle,
      batch,
      delayMs,
      held,
      waiting: this.waiting.length,
      again: this.open.size - underWay,
      underWay,
    };
  }

  /** Bodies that the product has not taken yet. */
  unsent(): string[] {
    const parcels = [...this.open].map(({ body }) => body);
    const updates = this.waiting.map((update) => metaJson(compose([update], this.tuning).envelope));
    return [...parcels, ...updates];
  }

  resume(bodies: readonly string[]): void {
    for (const body of bodies) this.due.push(this.parcel({ body, keys: [], copies: 1 }));
    this.plan();
  }

  /** After the current turn, so that what happens together travels together. */
  private plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    setImmediate(() => {
      this.isPlanned = false;
      this.pump();
    });
  }

  private pump(): void {
    while (!this.isHeld && this.underWay < sideBySide) {
      const parcel = this.due.shift() ?? this.next();
      if (!parcel) return;
      this.underWay += 1;
      for (const key of parcel.keys) this.busy.add(key);
      void this.deliver(parcel).finally(() => {
        this.underWay -= 1;
        for (const key of parcel.keys) this.busy.delete(key);
        this.plan();
      });
    }
  }

  private next(): Parcel | undefined {
    const batch = takeFrom(this.waiting, this.busy, this.tuning);
    if (batch.length === 0) return undefined;
    const { envelope, keys, copies } = compose(batch, this.tuning);
    const taken = () => {
      for (const update of batch) update.taken?.();
    };
    return this.parcel({ body: metaJson(envelope), keys, copies, taken });
  }

  private parcel(batch: Batch): Parcel {
    const parcel = { ...batch, attempt: 0, since: this.clock.ms() };
    this.open.add(parcel);
    return parcel;
  }

  private async deliver(parcel: Parcel): Promise<void> {
    if (this.tuning.delayMs > 0) await new Promise((done) => setTimeout(done, this.tuning.delayMs).unref());
    const copies = parcel.copies + (Math.random() < this.tuning.duplicate ? 1 : 0);
    const replies = await Promise.all(Array.from({ length: copies }, () => this.send(parcel)));
    if (!replies.some((status) => status === 200)) return this.retry(parcel);
    this.open.delete(parcel);
    parcel.taken?.();
  }

  private async send({ body, attempt }: Parcel): Promise<number> {
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature(this.secret, body) };
    const reply = await post(this.url, headers, body, patienceMs);
    this.log.add(this.url, body, attempt + 1, reply);
    return reply.status;
  }

  private retry(parcel: Parcel): void {
    if (this.clock.ms() - parcel.since > givenUpAfterMs || this.open.size >= mostWaiting)
      return void this.open.delete(parcel);
    const pause = pauses[parcel.attempt] ?? lateHours * hour;
    Object.assign(parcel, { copies: 1, attempt: parcel.attempt + 1 });
    this.clock.after(pause, () => {
      this.due.push(parcel);
      this.plan();
    });
  }
}
