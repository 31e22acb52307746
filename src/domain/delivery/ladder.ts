import type { TenantTx } from '../../data/database';
import { guards } from './guards';
import { type Conduct, climb, conductOf, stepOf } from './ladder.table';

const { steps, usedPercent, lastDays, mostFailedPercent, mostLeftPercent } = guards.ladder;
const dayMs = 86_400_000;

/** How many messages in 24 hours on this step; undefined: there is no cap of ours. */
export const capOf = (step: number | null): number | undefined => (step === null ? undefined : steps[step]);

/** Whether a company may send more from now on: it used what it had, and what it sent did well. */
export function mayClimb(cap: number, { day, tried, failed, reached, gone, held }: Conduct): boolean {
  const isUsed = day * 100 >= usedPercent * cap;
  const isGood = failed * 100 <= mostFailedPercent * tried && gone * 100 <= mostLeftPercent * reached;
  return isUsed && isGood && held === 0;
}

/** Looked at now and then: at most one step up a day, never one down. */
export async function climbLadder(tx: TenantTx, now: Date): Promise<boolean> {
  const { step, since } = await stepOf(tx);
  const cap = capOf(step);
  if (step === null || cap === undefined) return false;
  if (since && now.getTime() - since.getTime() < dayMs) return false;
  if (!mayClimb(cap, await conductOf(tx, new Date(now.getTime() - lastDays * dayMs), now))) return false;
  await climb(tx, step + 1, now);
  return true;
}
