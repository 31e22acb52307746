import { describeError, type Log } from '../log';

interface Sweep {
  name: string;
  everyMs: number;
  run(): Promise<void>;
  last: number;
  running?: Promise<void>;
}

/** Regular work that other rooms register: sealing, expiry, clearing up. What is due is always found in Postgres, so a missed tick is only late. */
export class Ticker {
  private readonly sweeps: Sweep[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly log: Log) {}

  /** Never runs beside itself; what it throws is logged and tried again at its next turn. */
  every(everyMs: number, name: string, run: () => Promise<void>): void {
    this.sweeps.push({ name, everyMs, run, last: Number.NEGATIVE_INFINITY });
  }

  /** The same for each customer. */
  everyCustomer(
    everyMs: number,
    name: string,
    tenants: () => Promise<readonly string[]>,
    run: (tenant: string) => Promise<unknown>,
  ): void {
    this.every(everyMs, name, async () => this.each(name, 'tenant', await tenants(), run));
  }

  /** What goes wrong at one of them keeps no other from being done; the sweep has failed all the same. @param field under which the log names which */
  async each(
    job: string,
    field: 'tenant' | 'team',
    ids: readonly string[],
    run: (id: string) => Promise<unknown>,
  ): Promise<void> {
    const failed: unknown[] = [];
    for (const id of ids)
      try {
        await run(id);
      } catch (error) {
        failed.push(error);
        const at = { event: 'sweep.one_failed', job, [field]: id, ...describeError(error) };
        this.log.error(at, 'a sweep failed at one of many; it goes on with the others');
      }
    if (failed.length > 0) throw failed[0];
  }

  /** @param everyMs how often it looks what is due */
  start(everyMs = 1_000): void {
    const tick = (): void => {
      for (const sweep of this.sweeps) this.turn(sweep);
    };
    this.timer = setInterval(tick, everyMs);
    tick();
  }

  /** Finishes what runs. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.sweeps.map((sweep) => sweep.running));
  }

  private turn(sweep: Sweep): void {
    const now = performance.now();
    if (sweep.running || now - sweep.last < sweep.everyMs) return;
    sweep.last = now;
    sweep.running = sweep
      .run()
      .catch((error) =>
        this.log.error(
          { event: 'sweep.failed', job: sweep.name, ...describeError(error) },
          'a sweep failed; it runs again at its next turn',
        ),
      )
      .finally(() => {
        delete sweep.running;
      });
  }
}
