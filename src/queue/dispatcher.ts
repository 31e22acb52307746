import type { Database } from '../data/database';
import { describeError, type Log } from '../log';
import { comeBack, endLease, hurry, type Lease, leaseLanes } from './ready.table';
import type { Work } from './work';

const pollMs = 500;
const mostTries = 5;

/** Runs what is due. Woken through Bull, and by a poll that needs no Redis. */
export class Dispatcher {
  private readonly works: ReadonlyMap<string, Work>;
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private claiming: Promise<void> | undefined;
  private wanted = false;
  private stopped = true;

  constructor(
    private readonly database: Database,
    works: readonly Work[],
    private readonly log: Log,
    private readonly concurrency = 8,
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

  async hurry(kind: string): Promise<void> {
    await this.database.withSystem('dispatcher', (tx) => hurry(tx, kind));
    this.poke();
  }

  /** Takes nothing new and finishes what it holds. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.claiming;
    await Promise.all(this.running);
  }

  private async claim(): Promise<void> {
    while (this.wanted && !this.stopped && this.running.size < this.concurrency) {
      this.wanted = false;
      const free = this.concurrency - this.running.size;
      const leases = await this.database
        .withSystem('dispatcher', (tx) => leaseLanes(tx, [...this.works.keys()], free))
        .catch((error) => {
          this.log.error(
            { event: 'dispatch.failed', ...describeError(error) },
            'looking for work failed; the poll tries again',
          );
          return [];
        });
      for (const lease of leases) this.run(lease);
      if (leases.length === free) this.wanted = true;
    }
  }

  private run(lease: Lease): void {
    const task = this.work(lease).finally(() => {
      this.running.delete(task);
      this.poke();
    });
    this.running.add(task);
  }

  private async work(lease: Lease): Promise<void> {
    const work = this.works.get(lease.kind) as Work;
    try {
      const next = await work.run(lease.tenant, lease.lane, lease.tries);
      await this.database.withSystem('dispatcher', (tx) =>
        next === 'again' ? comeBack(tx, lease, 0, true) : endLease(tx, lease),
      );
    } catch (error) {
      this.log.error(
        { event: 'work.failed', kind: lease.kind, tenant: lease.tenant, tries: lease.tries, ...describeError(error) },
        'a piece of work failed',
      );
      await this.failed(work, lease).catch((again) =>
        this.log.error(
          { event: 'work.lost', kind: lease.kind, ...describeError(again) },
          'its lease will bring it back',
        ),
      );
    }
  }

  private async failed(work: Work, lease: Lease): Promise<void> {
    if (lease.tries < mostTries)
      return this.database.withSystem('dispatcher', (tx) =>
        comeBack(tx, lease, Math.min(60, 0.2 * 3 ** lease.tries), false),
      );
    this.log.error(
      { event: 'work.parked', kind: lease.kind, tenant: lease.tenant, tries: lease.tries },
      'set aside after five tries',
    );
    await work.parked?.(lease.tenant, lease.lane);
    await this.database.withSystem('dispatcher', (tx) =>
      work.parked ? comeBack(tx, lease, 0, true) : endLease(tx, lease),
    );
  }
}
