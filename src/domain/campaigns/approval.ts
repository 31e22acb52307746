import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { CampaignRow } from './campaigns.table';

const positive = z.number().positive();
const rules = z
  .strictObject({
    remindMinutesBefore: positive,
    remindAfterHours: positive,
    expireAfterHours: positive,
    waitForTemplateMinutes: positive,
    resumeWithTwo: z.array(z.string()),
    sameGroupDays: positive,
  })
  .parse(load(readFileSync(join(__dirname, 'approval.yaml'), 'utf8')));

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

type Asked = Pick<CampaignRow, 'scheduled_at' | 'frozen_at' | 'reminded_at'>;

/** Until when it can be approved. */
export const expiresAt = ({ scheduled_at, frozen_at }: Asked): Date | undefined =>
  scheduled_at ?? (frozen_at ? after(frozen_at, rules.expireAfterHours * hourMs) : undefined);

/** When whoever is to approve it is told again; never where it was asked for later than that. */
export function remindAt({ scheduled_at, frozen_at, reminded_at }: Asked): Date | undefined {
  if (reminded_at || !frozen_at) return undefined;
  if (!scheduled_at) return after(frozen_at, rules.remindAfterHours * hourMs);
  const at = after(scheduled_at, -rules.remindMinutesBefore * minuteMs);
  return at > frozen_at ? at : undefined;
}

/** Until when an approved campaign waits for its template. */
export const waitsUntil = ({ scheduled_at, frozen_at }: Asked): Date =>
  after(scheduled_at ?? frozen_at ?? new Date(0), rules.waitForTemplateMinutes * minuteMs);

/** The provider has not decided about it yet. */
export const isInReview = (status: string | undefined): boolean =>
  status !== undefined && ['PENDING', 'IN_APPEAL', 'PENDING_REVIEW'].includes(status);

export const needsTwo = (heldWhy: string | null): boolean => heldWhy !== null && rules.resumeWithTwo.includes(heldWhy);

export const sameGroupSince = (now: Date): Date => after(now, -rules.sameGroupDays * 24 * hourMs);
