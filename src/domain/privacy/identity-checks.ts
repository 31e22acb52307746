import { randomInt, timingSafeEqual } from 'node:crypto';
import type { OutboundContent } from '../../channel';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { signLink } from '../../data/links';
import type { Audit } from '../audit/audit.service';
import type { Outbox } from '../delivery/outbox';
import { dayIn } from './calendar';
import { caseNumber } from './case-view';
import { type CheckRow, identityTable, type StandingRow } from './identity.table';
import { identityRules } from './identity-policy';
import type { Target } from './identity-ways';

interface Said {
  channel: string;
  number: string;
  language: string;
  zone: string;
}
export type IdentityWords = Said & ({ what: 'code'; code: string; minutes: number } | { what: 'proved' });
/** What a code is sent with, or what is said when something was right. */
export type SayIdentity = (tx: TenantTx, said: IdentityWords) => Promise<OutboundContent>;

/** desk: a person of the company has to see it · tomorrow: there were too many today */
export type Begun =
  | { way: 'enough' | 'desk' | 'tomorrow' }
  | { way: 'code'; channel: string; until: Date; isNew: boolean }
  | { way: 'form'; path: string; until: Date };

const { code: codes, form: forms, tries_a_day } = identityRules;
const minuteMs = 60_000;

/** Codes that are out and forms that are open: sent once, tried a few times a day, gone when they are over. */
export class IdentityChecks {
  constructor(
    private readonly keys: Keys,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly say: SayIdentity,
  ) {}

  /** @param under the one that is out already: nothing is sent twice */
  async code(
    tx: TenantTx,
    row: StandingRow,
    target: Target,
    under: CheckRow | undefined,
    now: Date,
  ): Promise<Extract<Begun, { way: 'code' }> | { way: 'tomorrow' }> {
    const { proof, channel, sender, token } = target;
    if (under) return { way: 'code', channel, until: under.expires_at, isNew: false };
    const day = dayIn(now, row.zone);
    const { sent, wrong } = await identityTable.tries(tx, token, day);
    if (sent >= codes.a_day || wrong >= tries_a_day) return { way: 'tomorrow' };
    const id = newId(now);
    const code = String(randomInt(10 ** codes.digits)).padStart(codes.digits, '0');
    const until = new Date(now.getTime() + codes.minutes * minuteMs);
    const hash = await this.hash(tx, id, code);
    const check = { id, case_id: row.case_id, proof, channel, token, code: hash, expires_at: until };
    await identityTable.insert(tx, check, now);
    await identityTable.count(tx, token, day, 'sent');
    const content = await this.say(tx, { what: 'code', channel, ...saidOf(row), code, minutes: codes.minutes });
    const single = { contact: row.contact_id, sender, channel, purpose: 'case', boundTo: row.case_id } as const;
    await identityTable.carriedBy(tx, id, await this.outbox.enqueue(tx, single, content, now));
    await this.note(tx, row.case_id, 'identity.code_sent', { channel, proof }, now);
    return { way: 'code', channel, until, isNew: true };
  }

  async form(
    tx: TenantTx,
    { case_id }: StandingRow,
    token: Buffer,
    under: CheckRow | undefined,
    now: Date,
  ): Promise<Extract<Begun, { way: 'form' }>> {
    const until = under?.expires_at ?? new Date(now.getTime() + forms.hours * 60 * minuteMs);
    const id = under?.id ?? newId(now);
    if (!under) {
      const check = { id, case_id, proof: 'match', channel: null, token, code: null, expires_at: until } as const;
      await identityTable.insert(tx, check, now);
      await this.note(tx, case_id, 'identity.form_offered', {}, now);
    }
    const link = signLink(await this.keys.of(tx), 'identity', { subject: id, expires: until });
    return { way: 'form', path: `/identity/${link}`, until };
  }

  /** Of several codes that are out any may be meant. A wrong one counts once for each place that one went to. @returns the one that it is */
  async which(
    tx: TenantTx,
    checks: readonly CheckRow[],
    code: string,
    zone: string,
    now: Date,
  ): Promise<CheckRow | undefined> {
    const day = dayIn(now, zone);
    const tried = new Map<string, Buffer>();
    for (const check of checks) {
      if (!check.code || (await this.isSpent(tx, check.token, day))) continue;
      if (timingSafeEqual(check.code, await this.hash(tx, check.id, code))) return check;
      tried.set(check.token.toString('hex'), check.token);
    }
    for (const token of tried.values()) await identityTable.count(tx, token, day, 'wrong');
    return undefined;
  }

  /** There were too many wrong answers today. */
  async isSpent(tx: TenantTx, token: Buffer, day: string): Promise<boolean> {
    return (await identityTable.tries(tx, token, day)).wrong >= tries_a_day;
  }

  /** Where they hold the number, and nowhere else. */
  async tell(tx: TenantTx, row: StandingRow, now: Date): Promise<void> {
    const { contact_id: contact, case_id: boundTo, sender_id: sender, channel } = row;
    if (!sender || !channel) return;
    const content = await this.say(tx, { what: 'proved', channel, ...saidOf(row) });
    await this.outbox.enqueue(tx, { contact, sender, channel, purpose: 'case', boundTo }, content, now);
  }

  private async hash(tx: TenantTx, check: string, code: string): Promise<Buffer> {
    return (await this.keys.of(tx)).findRaw('identity-code', `${check}|${code}`);
  }

  private async note(tx: TenantTx, caseId: string, act: string, detail: Record<string, string>, now: Date) {
    await this.audit.record(tx, { actor: 'system:identity', act, subject: `case:${caseId}`, detail }, now);
  }
}

const saidOf = ({ number, language, zone }: StandingRow) => ({ number: caseNumber(number), language, zone });
