import { pause } from './crew';
import type { Chosen } from './outside';
import type { World } from './world';

/** Waited for that long with nothing that moves, it is stuck. */
const patienceMs = 90_000;
/** After so long without any movement, leases of the dead are made to end as if time had passed. */
const hastenAfterMs = 4_000;

/**
 * Nothing is broken any more: waits until every message is decided and every receipt is folded. Leases end sooner than they would by themselves, for a
 * program that waits for minutes is not run.
 */
export async function settle(world: World, tenant: string, campaigns: readonly Chosen[]): Promise<void> {
  const batches = campaigns.map(({ batch }) => batch);
  let moved = performance.now();
  let hastened = 0;
  for (let last = ''; ; ) {
    for (const member of await world.crew.fallen()) await world.crew.replace(member);
    const { sends, open } = await world.standIn.count();
    const [now] = await world.ask<{ planned: number; sending: number; receipts: number; turns: number }>(
      `SELECT count(*) FILTER (WHERE state IN ('planned', 'queued'))::int AS planned, count(*) FILTER (WHERE state = 'sending')::int AS sending,
         (SELECT count(*)::int FROM inbox WHERE kind = 'receipts') AS receipts,
         (SELECT count(*)::int FROM inbox WHERE kind = 'turn' AND handled_at IS NULL) AS turns
       FROM message WHERE tenant_id = $1 AND batch_id = ANY($2::bigint[])`,
      [tenant, batches],
    );
    const { planned = 0, sending = 0, receipts = 0, turns = 0 } = now ?? {};
    if (planned + sending + receipts + turns + open === 0) return;
    const here = JSON.stringify([sends, planned, sending, receipts, turns, open]);
    if (here !== last) moved = performance.now();
    last = here;
    const stillMs = performance.now() - moved;
    if (stillMs > patienceMs) throw new Error(`nothing moves any more: ${here} ${await whereItStands(world)}`);
    if (stillMs > hastenAfterMs && performance.now() - hastened > hastenAfterMs) {
      hastened = performance.now();
      await hasten(world);
    }
    await pause(100);
  }
}

/** As if those who are gone had been gone for long. */
export async function hasten({ ask }: World): Promise<void> {
  await ask(
    `UPDATE edge.ready SET due_at = due_at - interval '1 minute', leased_until = leased_until - interval '1 minute'`,
  );
  await ask("UPDATE message SET lease_until = lease_until - interval '2 minutes' WHERE state = 'sending'");
}

async function whereItStands({ ask }: World): Promise<string> {
  const campaigns = await ask('SELECT state, comment, count(*)::int AS n FROM campaign GROUP BY 1, 2');
  const ready = await ask('SELECT kind, tries, count(*)::int AS n FROM edge.ready GROUP BY 1, 2');
  return JSON.stringify({ campaigns, ready });
}
