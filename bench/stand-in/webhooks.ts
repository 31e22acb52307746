import { createHmac } from 'node:crypto';
import { Pool } from 'undici';

/** One status of one message, with what is to be done when the product has it. */
export interface Update {
  number: string;
  /** A status as Meta writes it. */
  wire: object;
  onTaken?(): void;
}
interface Waiting extends Update {
  /** When it happened: whoever keeps us from bringing it is slow to answer, too. */
  at: number;
}
interface Parcel {
  body: string;
  updates: readonly Waiting[];
  tries: number;
}

const sideBySide = 64;
const mostTaken = 100_000;
const patienceMs = 10_000;
/** Much shorter than Meta's, so that a restart of the product is not waited for. */
const pauseMs = (tries: number): number => Math.min(2_000, 100 * 2 ** tries);

/** Brings what happened to the product, signed, again until it answers 200. */
export class Webhooks {
  /** From `first` on: of millions that wait none is moved to take one. */
  private waiting: Waiting[] = [];
  private first = 0;
  private readonly due: Parcel[] = [];
  private underWay = 0;
  private resting = 0;
  /** From what happened to the answer of 200, in ms. */
  readonly answers: number[] = [];
  private pool: Pool | undefined;
  private path = '';

  /** @param together most updates in one webhook: 1, or as many as Meta puts in one on a busy day */
  constructor(
    private readonly secret: string,
    private readonly together: number,
  ) {}

  aim(url: string): void {
    const { origin, pathname } = new URL(url);
    this.pool = new Pool(origin, { connections: sideBySide, pipelining: 1, headersTimeout: patienceMs });
    this.path = pathname;
    this.pump();
  }

  push(update: Update): void {
    this.waiting.push({ ...update, at: performance.now() });
    if (this.together === 1) this.pump();
    else setImmediate(() => this.pump());
  }

  /** In any order from now on, those that wait. */
  shuffle(random: () => number): void {
    for (let at = this.waiting.length - 1; at > this.first; at--) {
      const other = this.first + Math.floor(random() * (at - this.first + 1));
      [this.waiting[at], this.waiting[other]] = [this.waiting[other] as Waiting, this.waiting[at] as Waiting];
    }
  }

  /** Not yet taken by the product. */
  get open(): number {
    return this.waiting.length - this.first + this.due.length + this.underWay + this.resting;
  }

  private pump(): void {
    while (this.pool && this.underWay < sideBySide) {
      const parcel = this.due.shift() ?? this.next();
      if (!parcel) return;
      this.underWay += 1;
      void this.bring(this.pool, parcel).finally(() => {
        this.underWay -= 1;
        this.pump();
      });
    }
  }

  private next(): Parcel | undefined {
    const updates = this.waiting.slice(this.first, this.first + this.together);
    this.first += updates.length;
    if (this.first === this.waiting.length || this.first >= mostTaken) {
      this.waiting = this.waiting.slice(this.first);
      this.first = 0;
    }
    return updates.length > 0 ? { updates, body: envelopeOf(updates), tries: 0 } : undefined;
  }

  private async bring(pool: Pool, parcel: Parcel): Promise<void> {
    const signature = createHmac('sha256', this.secret).update(parcel.body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
    const status = await pool
      .request({ path: this.path, method: 'POST', headers, body: parcel.body })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      })
      .catch(() => 0);
    if (status !== 200) return this.again(parcel);
    const now = performance.now();
    for (const update of parcel.updates) {
      this.answers.push(now - update.at);
      update.onTaken?.();
    }
  }

  private again(parcel: Parcel): void {
    this.resting += 1;
    setTimeout(() => {
      this.resting -= 1;
      this.due.push({ ...parcel, tries: parcel.tries + 1 });
      this.pump();
    }, pauseMs(parcel.tries));
  }
}

function envelopeOf(updates: readonly Update[]): string {
  const numbers = [...new Set(updates.map(({ number }) => number))];
  const changes = numbers.map((number) => ({
    field: 'messages',
    value: {
      ...{ messaging_product: 'whatsapp', metadata: { display_phone_number: number, phone_number_id: number } },
      statuses: updates.filter((update) => update.number === number).map(({ wire }) => wire),
    },
  }));
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'bench', changes }] });
}
