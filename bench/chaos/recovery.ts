import { sharedMs } from '../stand-in/ledger';
import { pause } from './crew';
import type { World } from './world';

/** How long it took, and after what. */
export interface Recovered {
  fault: string;
  ms: number;
}

/** Longer than that is not waited for. */
const patienceMs = 60_000;

/**
 * Waits after a fault, while nothing else is broken, until nothing is held any more by whoever died and sending goes on. Processes that ended of
 * themselves meanwhile are begun again, as a supervisor would.
 */
export async function recover(world: World, tenant: string, fault: string): Promise<Recovered> {
  const at = sharedMs();
  const [row] = await world.ask<{ moment: Date }>('SELECT clock_timestamp() AS moment');
  for (;;) {
    for (const member of await world.crew.fallen()) await world.crew.replace(member);
    const { lastAt } = await world.standIn.count();
    const [now] = await world.ask<{ held: Date | null; planned: boolean }>(
      `SELECT min(m.claimed_at) FILTER (WHERE m.state = 'sending') AS held, coalesce(bool_or(m.state = 'planned'), false) AS planned
       FROM campaign c JOIN message m ON m.tenant_id = c.tenant_id AND m.batch_id = c.batch_id
       WHERE c.tenant_id = $1 AND c.state = 'sending'`,
      [tenant],
    );
    const isFree = !now?.held || !row || now.held > row.moment;
    const ms = Math.round(sharedMs() - at);
    if ((isFree && (lastAt > at || !now?.planned)) || ms > patienceMs) return { fault, ms };
    await pause(50);
  }
}

/** Of all the middle, and the longest with its fault. */
export function middleAndMost(all: readonly Recovered[]): { p50: number; max: number; after?: string } {
  const sorted = [...all].sort((a, b) => a.ms - b.ms);
  const last = sorted.at(-1);
  const p50 = sorted[Math.floor(sorted.length / 2)]?.ms ?? 0;
  return { p50, max: last?.ms ?? 0, ...(last && { after: last.fault }) };
}
