import { sharedMs } from '../stand-in/ledger';
import { pause } from './crew';
import type { World } from './world';

interface Open {
  /** On the database's clock, and on ours. */
  moment: string;
  at: number;
}

/** After each fault: how long until nothing is held any more by whoever died, and sending goes on. */
export class Recovery {
  readonly tookMs: number[] = [];
  private open: Open[] = [];
  private going: Promise<void> = Promise.resolve();
  private isOver = false;

  constructor(
    private readonly world: World,
    private readonly tenant: string,
  ) {}

  begin(): void {
    this.going = this.watch();
  }

  /** A fault is over. */
  async faced(): Promise<void> {
    const at = sharedMs();
    const [row] = await this.world.ask<{ moment: string }>('SELECT clock_timestamp()::text AS moment');
    this.open.push({ moment: row?.moment ?? '', at });
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.going;
  }

  private async watch(): Promise<void> {
    while (!this.isOver || this.open.length > 0) {
      await pause(100);
      if (this.open.length === 0) continue;
      const { lastAt } = await this.world.standIn.count();
      const [row] = await this.world.ask<{ held: string | null; planned: boolean }>(
        `SELECT min(m.claimed_at) FILTER (WHERE m.state = 'sending')::text AS held, coalesce(bool_or(m.state = 'planned'), false) AS planned
         FROM campaign c JOIN message m ON m.tenant_id = c.tenant_id AND m.batch_id = c.batch_id
         WHERE c.tenant_id = $1 AND c.state = 'sending'`,
        [this.tenant],
      );
      const { held = null, planned = false } = row ?? {};
      const isOver = ({ moment, at }: Open): boolean =>
        (held === null || new Date(held) > new Date(moment)) && (lastAt > at || !planned);
      for (const one of this.open.filter(isOver)) this.tookMs.push(sharedMs() - one.at);
      this.open = this.open.filter((one) => !isOver(one));
    }
  }
}

export function middleAndMost(all: readonly number[]): { p50: number; max: number } {
  const sorted = [...all].sort((a, b) => a - b).map(Math.round);
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}
