import type { Database } from '../data/database';
import { describeError, type Log } from '../log';
import { beat, freeGone, register, unregister } from './heartbeat.table';

const everyMs = 500;
/** Only who was itself heard without a break may say that others are gone: after an outage everybody is late. */
const steadyMs = 2_000;

/** Says that this worker is there, and frees what others held who no longer are. */
export class Heartbeat {
  /** Missing until the first beat, and while it is said anew: what is held then is freed by its lease alone. */
  worker: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;
  private last = Number.NEGATIVE_INFINITY;
  private steadySince = 0;
  private onThere: (() => void) | undefined;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    private readonly ports: { onFreed(): void } = { onFreed: () => {} },
  ) {}

  /** @param onThere once, when this worker is known: from then on what it takes is freed by others should it die */
  start(onThere: () => void = () => {}): void {
    this.onThere = onThere;
    this.timer = setInterval(() => this.turn(), everyMs);
    this.turn();
  }

  /** When nothing is held any more. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.onThere = undefined;
    await this.beating;
    const { worker } = this;
    this.worker = undefined;
    if (worker) await this.database.withSystem('dispatcher', (tx) => unregister(tx, worker)).catch(() => {});
  }

  private turn(): void {
    this.beating ??= this.beat()
      .catch((error) => {
        this.last = Number.NEGATIVE_INFINITY;
        const fields = { event: 'heartbeat.failed', ...describeError(error) };
        this.log.warn(fields, 'nobody hears that this worker is there; it says so again at once');
      })
      .finally(() => {
        this.beating = undefined;
      });
  }

  private async beat(): Promise<void> {
    const began = performance.now();
    const { worker } = this;
    const isThere = worker && (await this.database.withSystem('dispatcher', (tx) => beat(tx, worker)));
    if (!isThere) {
      // What the old one held is somebody else's by now.
      this.worker = undefined;
      this.worker = await this.database.withSystem('dispatcher', register);
    }
    this.onThere?.();
    this.onThere = undefined;
    if (began - this.last > steadyMs / 2) this.steadySince = began;
    this.last = began;
    if (began - this.steadySince < steadyMs) return;
    const gone = await this.database.withSystem('dispatcher', freeGone);
    if (gone.length === 0) return;
    this.log.warn({ event: 'worker.gone', workers: gone.join(' ') }, 'a worker is gone; what it held is free');
    this.ports.onFreed();
  }
}
