import type { TenantTx } from '../../data/database';
import { guards } from './guards';
import { type Hold, heldBefore } from './guards.table';
import { mark, type Progress, progressOf } from './spikes.table';

const codes = ['OPT_OUT_SPIKE', 'FAILURE_SPIKE'] as const;
type Spike = (typeof codes)[number];

/** What is too much, of the whole or of its last window. @param held what it was held for before: that takes more the next time */
export function judgeSpikes(
  whole: Progress,
  before: Progress,
  held: readonly string[],
): { code: Spike; percent: number } | undefined {
  const last = {
    tried: whole.tried - before.tried,
    failed: whole.failed - before.failed,
    reached: whole.reached - before.reached,
    gone: whole.gone - before.gone,
  };
  for (const code of codes)
    for (const one of [whole, last]) {
      const percent = tooMuch(code, one, held.includes(code));
      if (percent !== undefined) return { code, percent };
    }
  return undefined;
}

/** @returns how many percent it is, where that is too much */
function tooMuch(code: Spike, { tried, failed, reached, gone }: Progress, isAgain: boolean): number | undefined {
  const { percent, fewest, count } = guards.spikes[code];
  const [cases, of] = code === 'OPT_OUT_SPIKE' ? [gone, reached] : [failed, tried];
  const most = percent * (isAgain ? guards.spikes.again : 1);
  return of >= fewest && cases >= count && cases * 100 > most * of ? (cases * 100) / of : undefined;
}

/** Whether a campaign that is being sent must stop now. Called at every look at it, twice a second: how far it has come is marked meanwhile. */
export async function spikeOf(
  tx: TenantTx,
  { id, batch_id: batch }: { id: string; batch_id: string },
  now: Date,
): Promise<Hold | undefined> {
  const { windowMinutes, OPT_OUT_SPIKE, FAILURE_SPIKE } = guards.spikes;
  const since = new Date(now.getTime() - windowMinutes * 60_000);
  const { whole, before, lastMark } = await progressOf(tx, batch, since);
  const everyMs = (windowMinutes * 60_000) / 10;
  if (!lastMark || now.getTime() - lastMark.getTime() >= everyMs) await mark(tx, batch, whole, now, since);
  if (whole.gone < OPT_OUT_SPIKE.count && whole.failed < FAILURE_SPIKE.count) return undefined;
  const spike = judgeSpikes(whole, before, await heldBefore(tx, id));
  return spike && { ...spike, sent: whole.reached };
}
