import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

const percent = z.number().positive().max(100);
const count = z.int().positive();
const spike = z.strictObject({ percent, fewest: count, count });

/** Guards as data: guards.yaml says what each means. */
export const guards = z
  .strictObject({
    ladder: z.strictObject({
      steps: z.array(count).refine((all) => all.every((one, at) => one > (all[at - 1] ?? 0))),
      usedPercent: percent,
      lastDays: count,
      mostFailedPercent: percent,
      mostLeftPercent: percent,
    }),
    spikes: z.strictObject({
      windowMinutes: count,
      goneDays: count,
      again: z.number().min(1),
      OPT_OUT_SPIKE: spike,
      FAILURE_SPIKE: spike,
    }),
    suspicion: z.strictObject({
      limit: count,
      companyDays: count,
      hours: count,
      night: z.strictObject({ from: z.int().min(0).max(23), to: z.int().min(0).max(23) }),
      drafts: count,
      timesLarger: z.number().min(1),
      everybodyPercent: percent,
      points: z.strictObject({
        new_author: count,
        new_approver: count,
        night: count,
        new_domain: count,
        new_template: count,
        first_campaign: count,
        many_drafts: count,
        everybody: count,
        larger: count,
      }),
    }),
  })
  .parse(load(readFileSync(join(__dirname, 'guards.yaml'), 'utf8')));

/** Guards that hold a campaign once: after two people let it go on, what holds it is known. */
export const guardCodes = ['OPT_OUT_SPIKE', 'FAILURE_SPIKE', 'TAKEOVER_SUSPECTED'] as const;
export type GuardCode = (typeof guardCodes)[number];
