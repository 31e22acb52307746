import type { Clock } from '../../clock';
import type { Database } from '../../data/database';
import { numberChecksTable } from './number-checks.table';

/** Which of our numbers something came for. */
interface Came {
  tenant: string;
  channel: string;
  app: string;
  sender: string;
}

const everyMs = 30_000;

/** When a provider last told us anything of a number. Noted at most twice a minute, beside what came and never before it is stored: nobody waits for it. */
export class Heard {
  private readonly last = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  readonly note = (rows: readonly Came[]): void => {
    const now = performance.now();
    for (const { tenant, channel, app, sender } of rows) {
      const key = [tenant, channel, app, sender].join('|');
      if (now - (this.last.get(key) ?? Number.NEGATIVE_INFINITY) < everyMs) continue;
      this.last.set(key, now);
      // What can't be noted now is noted with the next that comes.
      void this.database
        .withTenant(tenant, (tx) => numberChecksTable.heard(tx, { channel, app, sender }, this.clock.now()))
        .catch(() => this.last.delete(key));
    }
  };
}
