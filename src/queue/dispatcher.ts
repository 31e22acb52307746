import type { Database, SystemTx } from '../data/database';
import { describeError, type Log } from '../log';
import { within } from './bull';
import { endLease, freeUnheard, goOn, hurry, type Lease, leaseLanes, leaseMs, rest } from './ready.table';
import type { Work } from './work';

const pollMs = 500;
const mostTries = 5;
const mostUnheard = 100;

/** Runs what is due. Woken through Bull, and by a poll that needs no Redis. */
export class Dispatcher {
  private readonly works: ReadonlyMap<string, Work>;
  private readonly running = new Map<Promise<void>, string>();
  private timer: NodeJS.Timeout | undefined;
  private claiming: Promise<void> | undefined;
  private wanted = false;
  private stopped = true;
  /** Of leases: each look for work has its own. */
  private number = 0;
  /** Looks of which nobody heard what they gave, and whose they were. */
  private unheard: { worker: string | undefined; numbers: number[] } = { worker: undefined, numbers: [] };

  /** @param concurrency lanes at a time; one tenant gets three quarters of them at most, so that a slow one leaves room for the others · worker: who holds what is leased; while it is nobody that others know, nothing is taken */
  constructor(
    private readonly database: Database,
    works: readonly Work[],
    private readonly log: Log,
    private readonly concurrency = 12,
    private readonly worker?: () => string | undefined,
  ) {
    this.works = new Map(works.map((work) => [work.kind, work]));
  }

  start(): void {
    this.stopped = false;
    this.timer = setInterval(() => this.poke(), pollMs);
    this.poke();
  }

  /** Looks for due work now; a wish that comes while it looks makes it look again. */
  poke(): void {
    if (this.stopped) return;
    this.wanted = true;
    this.claiming ??= this.claim().finally(() => {
      this.claiming = undefined;
    });
  }

  /** What waits for a moment of this kind is looked at now: the product's clock was moved. */
  async hurry(kind: string): Promise<void> {
    await this.once((tx) => hurry(tx, kind));
    this.poke();
  }

  /** Takes nothing new and finishes what it holds; what takes longer comes back by its lease. */
  async stop(ms = 25_000): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.claiming;
    await within(ms, Promise.all(this.running.keys()));
  }

  private async claim(): Promise<void> {
    while (this.wanted && !this.stopped && this.running.size < this.concurrency) {
      this.wanted = false;
      const worker = this.worker?.();
      if (this.worker && worker === undefined) return; // the poll looks again
      const free = this.concurrency - this.running.size;
      const number = ++this.number;
      const leases = await this.look(free, worker, number).catch((error) => {
        // A worker that came back under another name lost what it held.
        const numbers = this.unheard.worker === worker ? this.unheard.numbers : [];
        this.unheard = { worker, numbers: [...numbers, number].slice(-mostUnheard) };
        const fields = { event: 'dispatch.failed', ...describeError(error) };
        this.log.error(fields, 'looking for work failed; the poll tries again');
        return [];
      });
      for (const lease of leases) this.run(lease);
      if (leases.length > 1) this.wanted = true; // one alone was all that was due
    }
  }

  private async look(free: number, worker: string | undefined, number: number): Promise<Lease[]> {
    const { unheard } = this;
    if (unheard.numbers.length > 0) {
      await this.once((tx) => freeUnheard(tx, unheard.worker, unheard.numbers));
      this.unheard = { worker: undefined, numbers: [] };
    }
    return this.once((tx) => this.lease(tx, free, worker, number));
  }

  private lease(tx: SystemTx, free: number, worker: string | undefined, number: number): Promise<Lease[]> {
    const held = new Map<string, number>();
    for (const tenant of this.running.values()) held.set(tenant, (held.get(tenant) ?? 0) + 1);
    const most = Math.max(1, Math.floor(this.concurrency * 0.75));
    return leaseLanes(tx, [...this.works.keys()], free, most, held, worker, number);
  }

  private run(lease: Lease): void {
    const task = this.work(lease).finally(() => {
      this.running.delete(task);
      this.poke();
    });
    this.running.set(task, lease.tenant);
  }

  private async work(lease: Lease): Promise<void> {
    const work = this.works.get(lease.kind) as Work;
    const { kind, tenant, tries } = lease;
    const until = performance.now() + leaseMs - pollMs;
    let said: (tx: SystemTx) => Promise<void>;
    try {
      const next = await work.run(tenant, lease.lane, tries);
      said = (tx) => (next === 'again' ? goOn(tx, lease) : endLease(tx, lease));
    } catch (error) {
      this.log.error({ event: 'work.failed', kind, tenant, tries, ...describeError(error) }, 'a piece of work failed');
      const rests = Math.min(60, 0.2 * 3 ** tries);
      const isParked = await this.park(work, lease);
      said = (tx) => (isParked ? goOn(tx, lease) : rest(tx, lease, rests));
    }
    await this.tell(kind, said, until);
  }

  /**
   * What became of it. While Postgres is away it can't be told: again and again until it can, for this worker lives and nobody else would free the lane
   * before its lease ends. @param until from then on the lane may be somebody else's
   */
  private async tell(kind: string, said: (tx: SystemTx) => Promise<void>, until: number): Promise<void> {
    do
      try {
        return await this.system(said);
      } catch (error) {
        const fields = { event: 'work.lost', kind, ...describeError(error) };
        this.log.error(fields, 'its lane is not free yet; it is tried again, and its lease would bring it back');
        await pause(pollMs);
      }
    while (performance.now() < until && !this.stopped);
  }

  /** Once and never again in this turn: a second time would set aside what came behind it. @returns whether it was */
  private async park(work: Work, { kind, tenant, lane, tries }: Lease): Promise<boolean> {
    if (tries < mostTries || !work.parked) return false;
    this.log.error({ event: 'work.parked', kind, tenant, tries }, 'set aside after five tries');
    try {
      await work.parked(tenant, lane);
      return true;
    } catch (error) {
      this.log.error({ event: 'work.lost', kind, ...describeError(error) }, 'it could not be set aside; it rests');
      return false;
    }
  }

  private once<T>(work: (tx: SystemTx) => Promise<T>): Promise<T> {
    return this.database.withSystemOnce('dispatcher', work);
  }

  private system<T>(work: (tx: SystemTx) => Promise<T>): Promise<T> {
    return this.database.withSystem('dispatcher', work);
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
