import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { TenantTx } from '../../data/database';
import type { Campaigns } from '../campaigns/campaigns.service';
import type { CampaignRow } from '../campaigns/campaigns.table';
import { meantRows, seqOf, type WaveFigures, waitingUpTo, waveFigures } from './waves.table';

const percent = z.number().positive().max(100);
const rules = z
  .strictObject({
    shares: z.array(percent).refine((all) => all.at(-1) === 100 && all.every((one, at) => one > (all[at - 1] ?? 0))),
    watchMinutes: z.number().positive(),
    mostFailed: percent,
    mostLeft: percent,
    fewest: z.int().positive(),
    mayWait: z.number().min(0).max(100),
  })
  .parse(load(readFileSync(join(__dirname, 'waves.yaml'), 'utf8')));

/** Why no further wave may follow by itself. */
export function judgeWave({ sent, failed, left }: WaveFigures): 'WAVE_FAILURES' | 'WAVE_OPT_OUTS' | undefined {
  const isTooMuch = (count: number, of: number, most: number) =>
    count >= rules.fewest && count * 100 > most * Math.max(1, of);
  if (isTooMuch(failed, sent + failed, rules.mostFailed)) return 'WAVE_FAILURES';
  return isTooMuch(left, sent, rules.mostLeft) ? 'WAVE_OPT_OUTS' : undefined;
}

/** With how many of so many people a wave ends; undefined: with all of them. */
export function endOfWave(wave: number, people: number): number | undefined {
  const share = rules.shares[wave] ?? 100;
  return share === 100 ? undefined : Math.ceil((people * share) / 100);
}

type Waved = Pick<CampaignRow, 'pace' | 'wave' | 'batch_id'>;

/** Up to which row a campaign may be claimed now; undefined: to its end. Rows of people who get nothing are no part of a wave: it would try nothing. */
export async function waveEnd(tx: TenantTx, row: Waved): Promise<number | undefined> {
  return (await waveNow(tx, row))?.end;
}

async function waveNow(tx: TenantTx, { pace, wave, batch_id: batch }: Waved) {
  if (pace.kind !== 'waves') return undefined;
  const people = endOfWave(wave, await meantRows(tx, batch));
  const end = people ? await seqOf(tx, batch, people) : undefined;
  return people && end ? { people, end } : undefined;
}

/** How long a wave is watched, and once it is out, when the next one begins by itself. */
export interface NextWave {
  minutes: number;
  at?: Date;
}

/** undefined: the last one goes out, or there are none. */
export function nextWave({
  pace,
  wave,
  wave_over_at: over,
}: Pick<CampaignRow, 'pace' | 'wave' | 'wave_over_at'>): NextWave | undefined {
  const isLast = pace.kind !== 'waves' || wave >= rules.shares.length - 1;
  return isLast ? undefined : { minutes: rules.watchMinutes, ...(over && { at: watchedUntil(over) }) };
}

const watchedUntil = (since: Date): Date => new Date(since.getTime() + rules.watchMinutes * 60_000);

/** Whether the wave is out, for how long it is watched, and what follows. @returns undefined where it goes on now */
export async function tendWave(
  tx: TenantTx,
  campaigns: Pick<Campaigns, 'setWave'>,
  row: CampaignRow,
  now: Date,
): Promise<{ halts?: ReturnType<typeof judgeWave>; next?: Date } | undefined> {
  const going = await waveNow(tx, row);
  if (!going) return undefined;
  const mayWait = Math.floor((going.people * rules.mayWait) / 100);
  if (!row.wave_over_at) {
    if ((await waitingUpTo(tx, row.batch_id, going.end, mayWait + 1)) > mayWait) return undefined;
    await campaigns.setWave(tx, row, row.wave, now);
    return { next: watchedUntil(now) };
  }
  if (watchedUntil(row.wave_over_at) > now) return { next: watchedUntil(row.wave_over_at) };
  const halts = judgeWave(await waveFigures(tx, row.batch_id, row.started_at ?? now));
  if (halts) return { halts };
  await campaigns.setWave(tx, row, row.wave + 1, null);
  return undefined;
}
