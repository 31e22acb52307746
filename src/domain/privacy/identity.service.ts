import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { Outbox } from '../delivery/outbox';
import { readReference } from '../delivery/reference';
import { dayIn } from './calendar';
import { findCase, waitsForMandate } from './case-moves';
import { type CheckRow, identityTable, type StandingRow } from './identity.table';
import { type Begun, IdentityChecks, type SayIdentity } from './identity-checks';
import { type Data, isMatch } from './identity-match';
import { type IdentityLevel, identityPolicy, identityRules, isEnough, type Proof } from './identity-policy';
import { heldOf, placesFor, type Talk } from './identity-ways';

import type { Decider } from './privacy.service';

export interface IdentityPorts {
  words: SayIdentity;
  /** Somebody proved who they are: what waited for it goes on. */
  onProved(tx: TenantTx, caseId: string, now: Date): Promise<void>;
}
interface IdentityView {
  needed: IdentityLevel;
  has: IdentityLevel;
  isEnough: boolean;
}
const { code: codes, mail_thread, artefact_hours, match_at_least } = identityRules;
const hourMs = 3_600_000;
const shortestHow = 10;

/** Who asks: the lowest level that fits, proved by what the company already holds, and by nothing that would have to be asked for in a chat. */
export class Identity {
  private readonly checks: IdentityChecks;

  constructor(
    private readonly keys: Keys,
    private readonly audience: Audience,
    outbox: Outbox,
    private readonly audit: Audit,
    private readonly ports: IdentityPorts,
    readonly policy = identityPolicy(),
  ) {
    this.checks = new IdentityChecks(keys, outbox, audit, ports.words);
  }

  /** @throws CASE_NOT_FOUND */
  async of(tx: TenantTx, caseId: string): Promise<IdentityView> {
    const { needed, has } = await this.standing(tx, caseId);
    return { needed, has, isEnough: isEnough(has, needed) };
  }

  /**
   * Begins the next step that is missing. Said again while one is under way, nothing is sent twice.
   * @param talk where they speak from; without, where the request came from. @throws CASE_NOT_FOUND
   */
  async begin(tx: TenantTx, caseId: string, now: Date, talk?: Talk): Promise<Begun> {
    const row = await this.noticed(tx, await this.standing(tx, caseId), talk, now);
    const isSure = talk ? await this.isSure(tx, row.case_id, talk, now) : row.has !== 'L0';
    if (isSure && isEnough(row.has, row.needed)) return { way: 'enough' };
    if (row.needed === 'L3') return { way: 'desk' };
    const { target, asker } = await placesFor(tx, row, isSure ? 'there' : 'here', talk?.inbox);
    const under = (await identityTable.open(tx, row.case_id, now)).find((one) =>
      target ? target.proof === one.proof : !one.code,
    );
    if (target) return this.checks.code(tx, row, target, under, now);
    if (!isSure || !asker || !(await this.canMatch(tx, row))) return { way: 'desk' };
    return this.checks.form(tx, row, asker, under, now);
  }

  /** What a message proves by itself: the channel it came by, or that it answers a mail of ours that only its reader knows. */
  async levelOf(
    tx: TenantTx,
    contact: string,
    said: { channel: string; kind?: string; replyTo?: string },
    now: Date,
  ): Promise<IdentityLevel> {
    const own = this.policy.byChannel(said.channel);
    const named = said.channel === 'email' ? said.replyTo?.split('@')[0] : undefined;
    const ours = readReference(await this.keys.of(tx), named);
    if (ours?.batch !== '0') return own;
    const since = new Date(now.getTime() - mail_thread.hours * hourMs);
    return (await identityTable.isOurs(tx, ours.seq, contact, since)) ? mail_thread.level : own;
  }

  /** They speak of their request by a way that proves more than it had. */
  async seen(tx: TenantTx, caseId: string, talk: Talk, now: Date): Promise<void> {
    await this.noticed(tx, await this.standing(tx, caseId), talk, now);
  }

  /** What they say of their request counts only where it is sure that they hold what they say it from. @throws IDENTITY_FIRST, CASE_NOT_FOUND */
  async mustBeSure(tx: TenantTx, caseId: string, talk: Talk, now: Date): Promise<void> {
    const row = await this.noticed(tx, await this.standing(tx, caseId), talk, now);
    if (!(await this.isSure(tx, row.case_id, talk, now))) throw new AppError('IDENTITY_FIRST');
  }

  /** Whether the company holds another number or mailbox of theirs than the one they wrote from: by which channel. @throws CASE_NOT_FOUND */
  async otherWay(tx: TenantTx, caseId: string): Promise<string | undefined> {
    return (await placesFor(tx, await this.standing(tx, caseId), 'there')).target?.channel;
  }

  /** A code to that one, however sure it is already: what is handed over leaves by two ways. @throws CASE_NOT_FOUND */
  async sendCode(tx: TenantTx, caseId: string, now: Date): Promise<Begun> {
    const row = await this.standing(tx, caseId);
    const { target } = await placesFor(tx, row, 'there');
    if (!target) return { way: 'desk' };
    const under = (await identityTable.open(tx, caseId, now)).find((one) => one.proof === target.proof);
    return this.checks.code(tx, row, target, under, now);
  }

  /** Somebody asks for more than it seemed: it has to be as sure as that. */
  async require(tx: TenantTx, caseId: string, level: IdentityLevel): Promise<void> {
    const { case_id: id, needed } = await this.standing(tx, caseId);
    if (!isEnough(needed, level)) await identityTable.setNeeded(tx, id, level);
  }

  /** @returns whether it proved something; for a code that is wrong, over or of nobody the same */
  async prove(tx: TenantTx, caseId: string, code: string, now: Date): Promise<boolean> {
    const row = await this.standing(tx, caseId);
    const out = await identityTable.open(tx, row.case_id, now);
    const check = await this.checks.which(tx, out, code, row.zone, now);
    if (check) await this.proved(tx, check, now);
    return check !== undefined;
  }

  /** A code that was written in a chat. @returns the case it was for; `wrong`; undefined: none is waited for, and it is talk like any other */
  async hear(tx: TenantTx, contact: string, code: string, zone: string, now: Date) {
    const waiting = await identityTable.awaiting(tx, contact, now);
    if (waiting.length === 0) return undefined;
    const check = await this.checks.which(tx, waiting, code, zone, now);
    if (!check) return 'wrong';
    await this.proved(tx, check, now);
    return check.case_id;
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
    if (await this.checks.isSpent(tx, check.token, day)) return;
    const held = await heldOf(tx, this.keys, this.audience, row.contact_id);
    if (!isMatch(written, held, match_at_least)) return identityTable.count(tx, check.token, day, 'wrong');
    await this.proved(tx, check, now);
    await this.checks.tell(tx, row, now);
  }

  /** A person of the company saw who it is, and says what they saw: never the paper itself. @throws ROLE_REQUIRED, IDENTITY_HOW, MANDATE_FIRST, CASE_NOT_FOUND */
  async record(tx: TenantTx, caseId: string, { how }: { how: string }, by: Decider, now: Date): Promise<void> {
    mayVouch(by);
    if (how.trim().length < shortestHow) throw new AppError('IDENTITY_HOW');
    const { case_id: id, has } = await this.standing(tx, caseId);
    if (waitsForMandate(await findCase(tx, id))) throw new AppError('MANDATE_FIRST'); // who they are says nothing of whom they ask for
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

  private async isSure(tx: TenantTx, caseId: string, { channel, level }: Talk, now: Date): Promise<boolean> {
    const since = new Date(now.getTime() - codes.holds_hours * hourMs);
    return level !== 'L0' || identityTable.provenBy(tx, caseId, channel, since);
  }

  private async noticed(tx: TenantTx, row: StandingRow, talk: Talk | undefined, now: Date): Promise<StandingRow> {
    if (!talk || talk.level === 'L0' || isEnough(row.has, this.policy.after(row.has, 'possession'))) return row;
    const has = this.policy.after(row.has, 'possession');
    const { case_id: caseId } = row;
    await identityTable.addProof(
      tx,
      { id: newId(now), caseId, proof: 'possession', gives: has, channel: talk.channel },
      now,
    );
    await this.raise(tx, caseId, has, 'possession', `contact:${row.contact_id}`, now);
    return { ...row, has };
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

  /** Whether anything is held that a form could be compared with. */
  private async canMatch(tx: TenantTx, { contact_id: contact }: StandingRow): Promise<boolean> {
    const held = await heldOf(tx, this.keys, this.audience, contact);
    const kinds = Object.keys(held) as (keyof Data)[];
    return kinds.some((kind) => kinds.length >= match_at_least[kind]);
  }

  private async standing(tx: TenantTx, caseId: string): Promise<StandingRow> {
    const row = isId(caseId) ? await identityTable.standing(tx, caseId) : undefined;
    if (!row) throw new AppError('CASE_NOT_FOUND');
    return row;
  }
}

function mayVouch(by: Decider): void {
  if (!by.roles.includes('privacy') && !by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
}
