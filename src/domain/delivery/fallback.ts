import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TenantTx } from '../../data/database';
import { liftedRules, promotionsCap } from './campaign-facts.table';
import { cancelInstead, type Family, familiesOf, type MessageAt, planInstead, wakeFallback } from './fallback.table';

const rules = load(readFileSync(join(__dirname, 'fallback.yaml'), 'utf8')) as {
  settle_seconds: number;
  late_days: number;
};
/** A paused or held one keeps them until it goes on. */
const under: ReadonlySet<string> = new Set(['sending', 'paused', 'held']);

export interface Ended {
  /** What became of these messages was just learned. */
  known: readonly MessageAt[];
  /** Those of them that failed for good, and whose person another channel may reach. */
  failed: readonly MessageAt[];
}

/**
 * In the transaction in which it is learned what became of messages: who could not be reached is written to by the campaign's next channel that they
 * agreed to, after a while; and who turned out to be reached is not. Asks nothing where no campaign names another channel.
 */
export async function tryElsewhere(
  tx: TenantTx,
  { known, failed }: Ended,
  now: Date,
  settleSeconds = rules.settle_seconds,
): Promise<void> {
  const batches = [...new Set(known.map(({ batch }) => batch))].filter((batch) => batch !== '0');
  if (batches.length === 0) return;
  for (const family of await familiesOf(tx, batches))
    for (const [at, { batch }] of family.batches.entries()) {
      const later = family.batches.slice(at + 1);
      if (later.length === 0) continue;
      const [reached, lost] = [known, failed].map((all) =>
        all.filter((one) => one.batch === batch).map(({ seq }) => seq),
      );
      if (reached?.length)
        await cancelInstead(
          tx,
          batch,
          reached,
          later.map((one) => one.batch),
        );
      if (lost?.length && mayStill(family, now))
        await planNext(tx, family, { batch, seqs: lost, later }, now, settleSeconds);
    }
}

const mayStill = ({ state, done_at: doneAt }: Family, now: Date): boolean =>
  under.has(state) ||
  (state === 'done' && doneAt !== null && now.getTime() - doneAt.getTime() < rules.late_days * 86_400_000);

/** By the first channel that may be used for each. */
async function planNext(
  tx: TenantTx,
  { campaign }: Family,
  { batch, seqs, later }: { batch: string; seqs: readonly string[]; later: Family['batches'] },
  now: Date,
  settleSeconds: number,
): Promise<void> {
  const asked = { lifted: await liftedRules(tx, campaign), cap: await promotionsCap(tx), settleSeconds, now };
  let left = seqs;
  for (const to of later) {
    const made = new Set(await planInstead(tx, batch, left, to, asked));
    if (made.size > 0) await wakeFallback(tx, to.batch, settleSeconds);
    left = left.filter((seq) => !made.has(seq));
  }
}
