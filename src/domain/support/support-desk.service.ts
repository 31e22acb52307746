import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import { holidaysOf } from '../audience/holidays';
import type { Audit } from '../audit/audit.service';
import { handOffsTable } from './hand-offs.table';
import { type CannedReply, type HoursRow, supportDeskTable } from './support-desk.table';
import { isAttended, leftSince, nextAttended } from './support-hours';
import { type Actor, mustAnswer } from './who-answers';

/** @property words the company's own, or empty */
export interface Away {
  until: Date;
  words: string;
}
const mostCanned = 100;
const longestName = 60;

/** When a team answers people, and what it answers often. */
export class SupportDesk {
  constructor(private readonly audit: Audit) {}

  /** Whether nobody is there, and the person is to be told: once each time the team is away. */
  async awayFor(tx: TenantTx, contact: string, now: Date): Promise<Away | undefined> {
    const hours = await supportDeskTable.hours(tx);
    const running = hours && (await handOffsTable.running(tx, contact));
    if (!hours || running?.state !== 'open') return undefined;
    const { zone = 'America/Santiago', country = '' } = (await tenantsTable.get(tx)) ?? {};
    const place = { zone, holidays: holidaysOf(country) };
    if (isAttended(hours, now, place)) return undefined;
    const told = running.absence_told_at;
    if (told && told >= leftSince(hours, now, place)) return undefined;
    await handOffsTable.noteAbsence(tx, running.id, now);
    return { until: nextAttended(hours, now, place), words: hours.words };
  }

  hours(tx: TenantTx): Promise<HoursRow | undefined> {
    return supportDeskTable.hours(tx);
  }

  /** @param hours none: people are told of no hours. @throws ROLE_REQUIRED, SUPPORT_HOURS_INVALID */
  async setHours(tx: TenantTx, hours: HoursRow | undefined, by: Actor, now: Date): Promise<void> {
    if (!by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    if (hours && (hours.days.length === 0 || hours.opens >= hours.closes)) throw new AppError('SUPPORT_HOURS_INVALID');
    await (hours ? supportDeskTable.setHours(tx, hours) : supportDeskTable.removeHours(tx));
    await this.audit.record(tx, { actor: `member:${by.id}`, act: 'handoff.hours', subject: 'company' }, now);
  }

  canned(tx: TenantTx): Promise<CannedReply[]> {
    return supportDeskTable.canned(tx);
  }

  /** @throws ROLE_REQUIRED, CANNED_FULL */
  async keep(tx: TenantTx, name: string, words: string, by: Actor): Promise<void> {
    mustAnswer(by);
    const known = await supportDeskTable.canned(tx);
    const short = name.trim().slice(0, longestName);
    if (!short || !words.trim()) throw new AppError('ACTION_INVALID');
    if (known.length >= mostCanned && !known.some((one) => one.name === short)) throw new AppError('CANNED_FULL');
    await supportDeskTable.keep(tx, { id: newId(), name: short, words: words.trim() });
  }

  /** Gone already is gone. @throws ROLE_REQUIRED */
  async drop(tx: TenantTx, id: string, by: Actor): Promise<void> {
    mustAnswer(by);
    if (isId(id)) await supportDeskTable.drop(tx, id);
  }
}
