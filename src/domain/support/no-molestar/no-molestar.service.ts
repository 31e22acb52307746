import { createHash } from 'node:crypto';
import type { Database, TenantTx } from '../../../data/database';
import { tenantsTable } from '../../accounts/tenants.table';
import type { Audience } from '../../audience/audience.service';
import { holidaysOf } from '../../audience/holidays';
import { instantOf, localTime, nextDay } from '../../audience/local-time';
import type { Audit } from '../../audit/audit.service';
import type { Consent } from '../../consent/consent.service';
import { type Malformed, type Notice, readNotices } from './reading';
import { type LateSend, sendsSince } from './sends.table';

export interface NoticesTaken {
  rows: number;
  /** Out from here on who were not before; those who were out already. */
  out: number;
  alreadyOut: number;
  /** They came back by their own words after they had asked. */
  cameBack: number;
  /** Messages that waited and do not go. */
  cancelled: number;
  /** Rows that were older than the working day that the law gives. */
  late: number[];
  /** Rows whose channel was not understood: they are out on all. */
  unclear: number[];
  malformed: Malformed[];
  /** What went to them between their asking and this file, by row, masked. */
  sends: { row: number; masked: string; requested: Date; messages: LateSend[] }[];
}
type Outcome = 'out' | 'alreadyOut' | 'cameBack';
const perTransaction = 100;
const source = 'sernac';

/** Who asked for silence at SERNAC's No Molestar: out from the moment they asked, whether or not they are known here. The same file twice changes nothing. */
export class NoMolestar {
  constructor(
    private readonly database: Database,
    private readonly audience: Audience,
    private readonly consent: Consent,
    private readonly audit: Audit,
  ) {}

  /** @param by `member:<id>`, or `system` at the command line. @throws as `readNotices` */
  async take(tenant: string, file: Buffer, by: string, now: Date): Promise<NoticesTaken> {
    const { zone = 'UTC', country = 'CL' } =
      (await this.database.withTenant(tenant, (tx) => tenantsTable.get(tx))) ?? {};
    const rows = await readNotices(file, zone, now);
    const notices = rows.filter((row): row is Notice => 'at' in row);
    const evidence = `no-molestar:${createHash('sha256').update(file).digest('hex').slice(0, 16)}`;
    const taken: NoticesTaken = {
      ...{ rows: rows.length, out: 0, alreadyOut: 0, cameBack: 0, cancelled: 0 },
      late: notices.filter(({ at }) => now > lastMoment(at, zone, country)).map(({ row }) => row),
      unclear: notices.filter(({ isClear }) => !isClear).map(({ row }) => row),
      malformed: rows.filter((row): row is Malformed => 'reason' in row),
      sends: [],
    };
    for (let at = 0; at < notices.length; at += perTransaction) {
      const page = notices.slice(at, at + perTransaction);
      await this.database.withTenant(tenant, async (tx) => {
        await this.audience.afterLists(tx);
        for (const notice of page)
          await this.obey(tx, notice, taken, { evidence: `${evidence}#${notice.row}`, by, now });
      });
    }
    const { late, unclear, malformed, sends, ...counts } = taken;
    const detail = { ...counts, late: late.length, malformed: malformed.length, sentBetween: sends.length, evidence };
    const entry = { actor: by, act: 'suppression.imported', subject: 'list:no-molestar', detail };
    await this.database.withTenant(tenant, (tx) => this.audit.record(tx, entry, now));
    return taken;
  }

  private async obey(
    tx: TenantTx,
    { row, address, channel, at }: Notice,
    taken: NoticesTaken,
    { evidence, by, now }: { evidence: string; by: string; now: Date },
  ): Promise<void> {
    const wish = { source, evidence, channel, at, by, now };
    const contact = await this.audience.findByAddress(tx, address);
    if (!contact) {
      const { alreadyOut } = await this.consent.refuse(tx, await this.audience.stopTokensOf(tx, address), wish);
      taken[alreadyOut ? 'alreadyOut' : 'out'] += 1;
      return;
    }
    const messages = await sendsSince(tx, contact, channel, at);
    const masked = (await this.audience.maskedAddress(tx, address)) ?? '';
    if (messages.length > 0) taken.sends.push({ row, masked, requested: at, messages });
    const { alreadyOut, cancelled } = await this.consent.withdraw(tx, contact, wish);
    taken.cancelled += cancelled;
    taken[await this.outcome(tx, contact, channel, alreadyOut)] += 1;
  }

  private async outcome(
    tx: TenantTx,
    contact: string,
    channel: Notice['channel'],
    alreadyOut: boolean,
  ): Promise<Outcome> {
    if (alreadyOut) return 'alreadyOut';
    return (await this.consent.suppression(tx, contact, channel)) === 'stop' ? 'out' : 'cameBack';
  }
}

/** The end of the next working day there. */
function lastMoment(at: Date, zone: string, country: string): Date {
  const holidays = holidaysOf(country);
  const rests = (day: string): boolean =>
    holidays.has(day) || [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
  let day = nextDay(localTime(at, zone).day);
  while (rests(day)) day = nextDay(day);
  return instantOf(nextDay(day), 0, zone);
}
