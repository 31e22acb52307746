import { randomInt, timingSafeEqual } from 'node:crypto';
import type { OutboundContent } from '../../channel';
import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { signLink } from '../../data/links';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { Outbox } from '../delivery/outbox';
import { dayIn } from './calendar';
import { type CheckRow, identityTable, type StandingRow } from './identity.table';
import { type Data, isMatch } from './identity-match';
import { type IdentityLevel, identityPolicy, identityRules, isEnough, type Proof } from './identity-policy';
import { heldOf, placesFor, type Target } from './identity-ways';
import type { Decider } from './privacy.service';

interface Said {
  channel: string;
  number: string;
  language: string;
  zone: string;
}
export type IdentityWords = Said & ({ what: 'code'; code: string; minutes: number } | { what: 'proved' });
export interface IdentityPorts {
  /** What a code is sent with, or what is said when it was right. */
  words(tx: TenantTx, said: IdentityWords): Promise<OutboundContent>;
  /** Somebody proved who they are: what waited for it goes on. */
  onProved(tx: TenantTx, caseId: string, now: Date): Promise<void>;
}
export interface IdentityView {
  needed: IdentityLevel;
  has: IdentityLevel;
  isEnough: boolean;
}
/** desk: a person of the company has to see it · tomorrow: there were too many today */
export type Begun =
  | { way: 'enough' | 'desk' | 'tomorrow' }
  | { way: 'code'; channel: string; until: Date; isNew: boolean }
  | { way: 'form'; path: string; until: Date };

const { code: codes, form, tries_a_day, artefact_hours, match_at_least } = identityRules;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const shortestHow = 10;

/** Who asks: the lowest level that fits, proved by what the company already holds, and by nothing that would have to be asked for in a chat. */
export class Identity {
  constructor(
    private readonly keys: Keys,
    private readonly audience: Audience,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly ports: IdentityPorts,
    readonly policy = identityPolicy(),
  ) {}

  /** @throws CASE_NOT_FOUND */
  async of(tx: TenantTx, caseId: string): Promise<IdentityView> {
    const { needed, has } = await this.standing(tx, caseId);
    return { needed, has, isEnough: isEnough(has, needed) };
  }

  /** Begins the next step that is missing. Said again while one is under way, nothing is sent twice. @throws CASE_NOT_FOUND */
  async begin(tx: TenantTx, caseId: string, now: Date): Promise<Begun> {
    const row = await this.standing(tx, caseId);
    if (isEnough(row.has, row.needed)) return { way: 'enough' };
    if (row.needed === 'L3') return { way: 'desk' };
    const { target, asker } = await placesFor(tx, row);
    const under = (await identityTable.open(tx, caseId, now)).find((one) => target?.proof === one.proof || !one.code);
    if (target) return this.code(tx, row, target, under, now);
    if (!asker || !(await this.canMatch(tx, row))) return { way: 'desk' };
    return this.form(tx, row, asker, under, now);
  }

  /** Whether the company holds another number or mailbox of theirs than the one they wrote from: by which channel. @throws CASE_NOT_FOUND */
  async otherWay(tx: TenantTx, caseId: string): Promise<string | undefined> {
    return (await placesFor(tx, await this.standing(tx, caseId), false)).target?.channel;
  }

  /** A code to that one, however sure it is already: what is handed over leaves by two ways. @throws CASE_NOT_FOUND */
  async sendCode(tx: TenantTx, caseId: string, now: Date): Promise<Begun> {
    const row = await this.standing(tx, caseId);
    const { target } = await placesFor(tx, row, false);
    if (!target) return { way: 'desk' };
    const under = (await identityTable.open(tx, caseId, now)).find((one) => one.proof === target.proof);
    return this.code(tx, row, target, under, now);
  }

  /** Somebody asks for more than it seemed: it has to be as sure as that. */
  async require(tx: TenantTx, caseId: string, level: IdentityLevel): Promise<void> {
    const { case_id: id, needed } = await this.standing(tx, caseId);
    if (!isEnough(needed, level)) await identityTable.setNeeded(tx, id, level);
  }

  /** @returns whether it proved something; for a code that is wrong, over or of nobody the same */
  async prove(tx: TenantTx, caseId: string, code: string, now: Date): Promise<boolean> {
    const row = await this.standing(tx, caseId);
    return (await this.tryCodes(tx, await identityTable.open(tx, row.case_id, now), code, row.zone, now)) !== undefined;
  }

  /** A code that was written in a chat. @returns the case it was for; `wrong`; undefined: none is waited for, and it is talk like any other */
  async hear(tx: TenantTx, contact: string, code: string, zone: string, now: Date) {
    const waiting = await identityTable.awaiting(tx, contact, now);
    if (waiting.length === 0) return undefined;
    return (await this.tryCodes(tx, waiting, code, zone, now)) ?? 'wrong';
  }

  /** Whether a form may be filled in: whose words it is in, and until when. undefined for one that is over. */
  async formOf(tx: TenantTx, checkId: string, now: Date): Promise<{ language: string; until: Date } | undefined> {
    const check = await identityTable.get(tx, checkId, now);
    const row = check && !check.code ? await identityTable.standing(tx, check.case_id) : undefined;
    return check && row && { language: row.language, until: check.expires_at };
  }

  /** What was written in the form. Says nothing of it: who wrote hears of success where they have proved to be. */
  async answer(tx: TenantTx, checkId: string, written: Data, now: Date): Promise<void> {
    const check = await identityTable.get(tx, checkId, now);
    const row = check && !check.code ? await identityTable.standing(tx, check.case_id) : undefined;
    if (!check || !row) return;
    const day = dayIn(now, row.zone);
    if ((await identityTable.tries(tx, check.token, day)).wrong >= tries_a_day) return;
    const held = await heldOf(tx, this.keys, this.audience, row.contact_id);
    if (!isMatch(written, held, match_at_least)) return identityTable.count(tx, check.token, day, 'wrong');
    await this.proved(tx, check, now);
    await this.tell(tx, row, now);
  }

  /** A person of the company saw who it is, and says what they saw: never the paper itself. @throws ROLE_REQUIRED, IDENTITY_HOW, CASE_NOT_FOUND */
  async record(tx: TenantTx, caseId: string, { how }: { how: string }, by: Decider, now: Date): Promise<void> {
    mayVouch(by);
    if (how.trim().length < shortestHow) throw new AppError('IDENTITY_HOW');
    const { case_id: id, has } = await this.standing(tx, caseId);
    const proof = newId(now);
    const sealed = (await this.keys.of(tx)).seal(how.trim(), `identity_proof|${proof}`);
    const gives = this.policy.after(has, 'desk');
    await identityTable.addProof(tx, { id: proof, caseId: id, proof: 'desk', gives, sealed, member: by.member }, now);
    await this.raise(tx, id, gives, 'desk', `member:${by.member}`, now);
    await identityTable.end(tx, await identityTable.ofCase(tx, id));
  }

  /** What stays of it: how, up to which level, when. */
  async proofs(tx: TenantTx, caseId: string): Promise<readonly { proof: Proof; gives: IdentityLevel; at: Date }[]> {
    return identityTable.proofs(tx, caseId);
  }

  /** What was only needed to ask goes, with the messages' words. */
  async purge(tx: TenantTx, now: Date): Promise<void> {
    await identityTable.end(tx, await identityTable.over(tx, now));
    await identityTable.dropTries(tx, dayIn(new Date(now.getTime() - artefact_hours * hourMs), 'UTC'));
  }

  private async code(tx: TenantTx, row: StandingRow, target: Target, under: CheckRow | undefined, now: Date) {
    const { proof, channel, sender, token } = target;
    if (under) return { way: 'code', channel, until: under.expires_at, isNew: false } as const;
    const day = dayIn(now, row.zone);
    const { sent, wrong } = await identityTable.tries(tx, token, day);
    if (sent >= codes.a_day || wrong >= tries_a_day) return { way: 'tomorrow' } as const;
    const id = newId(now);
    const code = String(randomInt(10 ** codes.digits)).padStart(codes.digits, '0');
    const until = new Date(now.getTime() + codes.minutes * minuteMs);
    const hash = await this.hash(tx, id, code);
    const check = { id, case_id: row.case_id, proof, channel, token, code: hash, expires_at: until };
    await identityTable.insert(tx, check, now);
    await identityTable.count(tx, token, day, 'sent');
    const content = await this.ports.words(tx, { what: 'code', channel, ...said(row), code, minutes: codes.minutes });
    const single = { contact: row.contact_id, sender, channel, purpose: 'case', boundTo: row.case_id } as const;
    await identityTable.carriedBy(tx, id, await this.outbox.enqueue(tx, single, content, now));
    await this.note(tx, row.case_id, 'identity.code_sent', { channel, proof }, now);
    return { way: 'code', channel, until, isNew: true } as const;
  }

  private async form(tx: TenantTx, row: StandingRow, token: Buffer, under: CheckRow | undefined, now: Date) {
    const until = under?.expires_at ?? new Date(now.getTime() + form.hours * hourMs);
    const id = under?.id ?? newId(now);
    const check = {
      id,
      case_id: row.case_id,
      proof: 'match',
      channel: null,
      token,
      code: null,
      expires_at: until,
    } as const;
    if (!under) await identityTable.insert(tx, check, now);
    if (!under) await this.note(tx, row.case_id, 'identity.form_offered', {}, now);
    const link = signLink(await this.keys.of(tx), 'identity', { subject: id, expires: until });
    return { way: 'form', path: `/identity/${link}`, until } as const;
  }

  /** Of several codes that are out any may be meant. A wrong one counts once for each place that one went to. */
  private async tryCodes(tx: TenantTx, checks: readonly CheckRow[], code: string, zone: string, now: Date) {
    const day = dayIn(now, zone);
    const tried = new Map<string, Buffer>();
    for (const check of checks) {
      if (!check.code || (await identityTable.tries(tx, check.token, day)).wrong >= tries_a_day) continue;
      if (timingSafeEqual(check.code, await this.hash(tx, check.id, code))) {
        await this.proved(tx, check, now);
        return check.case_id;
      }
      tried.set(check.token.toString('hex'), check.token);
    }
    for (const token of tried.values()) await identityTable.count(tx, token, day, 'wrong');
    return undefined;
  }

  private async proved(tx: TenantTx, check: CheckRow, now: Date): Promise<void> {
    const row = await identityTable.standing(tx, check.case_id);
    if (!row) return;
    const { id, case_id: caseId, proof, channel } = check;
    const gives = this.policy.after(row.has, proof);
    await identityTable.end(tx, [id]);
    await identityTable.addProof(tx, { id: newId(now), caseId, proof, gives, channel }, now);
    await this.raise(tx, caseId, gives, proof, `contact:${row.contact_id}`, now);
  }

  private async raise(tx: TenantTx, caseId: string, level: IdentityLevel, proof: Proof, actor: string, now: Date) {
    await identityTable.setLevel(tx, caseId, level);
    const entry = { actor, act: 'identity.proved', subject: `case:${caseId}`, detail: { proof, level } };
    await this.audit.record(tx, entry, now);
    await this.ports.onProved(tx, caseId, now);
  }

  /** Where they hold the number, and nowhere else. */
  private async tell(tx: TenantTx, row: StandingRow, now: Date): Promise<void> {
    const { contact_id: contact, case_id: boundTo, sender_id: sender, channel } = row;
    if (!sender || !channel) return;
    const content = await this.ports.words(tx, { what: 'proved', channel, ...said(row) });
    await this.outbox.enqueue(tx, { contact, sender, channel, purpose: 'case', boundTo }, content, now);
  }

  private async note(tx: TenantTx, caseId: string, act: string, detail: Record<string, string>, now: Date) {
    await this.audit.record(tx, { actor: 'system:identity', act, subject: `case:${caseId}`, detail }, now);
  }

  /** Whether anything is held that a form could be compared with. */
  private async canMatch(tx: TenantTx, { contact_id: contact }: StandingRow): Promise<boolean> {
    const held = await heldOf(tx, this.keys, this.audience, contact);
    const kinds = Object.keys(held) as (keyof Data)[];
    return kinds.some((kind) => kinds.length >= match_at_least[kind]);
  }

  private async hash(tx: TenantTx, check: string, code: string): Promise<Buffer> {
    return (await this.keys.of(tx)).findRaw('identity-code', `${check}|${code}`);
  }

  private async standing(tx: TenantTx, caseId: string): Promise<StandingRow> {
    const row = isId(caseId) ? await identityTable.standing(tx, caseId) : undefined;
    if (!row) throw new AppError('CASE_NOT_FOUND');
    return row;
  }
}

const said = ({ number, language, zone }: StandingRow) => ({
  number: `SOL-${String(number).padStart(6, '0')}`,
  language,
  zone,
});

function mayVouch(by: Decider): void {
  if (!by.roles.includes('privacy') && !by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
}
