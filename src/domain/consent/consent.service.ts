import { createHash } from 'node:crypto';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import { contactsTable } from '../audience/contacts.table';
import { refreshStanding } from '../audience/standing.table';
import type { Strength, SuppressedChannel } from '../audience/suppressions.table';
import type { Audit } from '../audit/audit.service';
import { type ConsentState, isGivenOnAny, isYes, stateOf } from './consent-state';
import { type ConsentRow, consentsTable } from './consents.table';
import { agreedBefore, isFromPerson, type Permission, type Words, writeEntry } from './ledger';
import { type Proof, proofOf } from './proof';
import { restore } from './restored';
import { faultsOf } from './text-rules';
import { consentTextsTable, type TextKind } from './texts.table';

export interface ConsentPorts {
  /** Cancels what is queued for this person, in the same transaction. Returns how many messages. */
  onWithdrawn(tx: TenantTx, contact: string, now: Date, channel: SuppressedChannel): Promise<number>;
}
export interface Wish {
  /** `person`, `whatsapp_preference`, `complaint`, `case`, … */
  source: string;
  /** The inbox row or case it stands in. */
  evidence: string;
  now: Date;
  /** When it was said; the provider's time. */
  at?: Date;
  /** `member:<id>`, where somebody else says it for the person. */
  by?: string;
  /** All of them unless the person chose one. */
  channel?: SuppressedChannel;
  /** Where it was said: `message:sms`. */
  place?: string;
}
/** The person's own wish to be written to. */
export interface Return {
  /** The inbox row they wrote, or what they did on their own page. */
  evidence: string;
  channels: readonly string[];
  now: Date;
  /** The provider's time. */
  at?: Date;
  /** What they were asked or shown; without, what they agreed to before. Words nobody showed them prove nothing. */
  text?: Words;
  place?: string;
}
export interface Returned {
  alreadyIn: boolean;
  /** Something still stands against promotions; with the open case that holds them, if it is one. */
  stillOut?: { case?: string };
}
export interface Left {
  alreadyOut: boolean;
  cancelled: number;
}

/** Who may be written to, and the proof. Leaving is free and immediate; coming back is the person's alone. */
export class Consent {
  constructor(
    private readonly audience: Audience,
    private readonly audit: Audit,
    private readonly ports: ConsentPorts,
  ) {}

  /**
   * A wording people can agree to. The same version with other words is refused. @param months how long a yes to it holds
   * @returns whether it stands as given
   * @throws CONSENT_TEXT_REFUSED when no consent by these words would hold
   */
  async addText(
    tx: TenantTx,
    version: string,
    language: string,
    body: string,
    { kind = 'statement', months = null, now }: { kind?: TextKind; months?: number | null; now?: Date } = {},
  ): Promise<boolean> {
    if (faultsOf(body).length > 0) throw new AppError('CONSENT_TEXT_REFUSED');
    const hash = createHash('sha256').update(body).digest();
    const text = { version, language, kind, hash, body, months, created_at: now ?? new Date(0) };
    return (await consentTextsTable.put(tx, text)).hash.equals(hash);
  }

  /**
   * Records a permission with its proof. Not recorded, and false, when the person has withdrawn or is to confirm anew, and somebody else says yes
   * for them. @throws CONSENT_UNFOUNDED
   */
  async give(tx: TenantTx, contact: string, permission: Permission, now: Date): Promise<boolean> {
    await contactsTable.lock(tx, [contact]);
    const entries = await consentsTable.of(tx, contact, permission.purpose, permission.channel);
    if (permission.source !== 'person' && entries.some(({ act }) => endings.includes(act))) return false;
    const text =
      permission.textVersion && permission.language
        ? await consentTextsTable.get(tx, permission.textVersion, permission.language)
        : undefined;
    await writeEntry(tx, contact, { ...permission, act: yesOf(entries), text_hash: text?.hash ?? null }, now);
    return true;
  }

  /** What the ledger says. @param at as it stood then. @param recordedBy by what was on record then */
  async state(
    tx: TenantTx,
    contact: string,
    channel: string,
    purpose: string,
    at?: Date,
    recordedBy?: Date,
  ): Promise<ConsentState> {
    return stateOf(await consentsTable.of(tx, contact, purpose, channel, recordedBy), at);
  }

  /** Whether the ledger permits promotions on any channel. */
  async isGivenAnywhere(tx: TenantTx, contact: string): Promise<boolean> {
    return isGivenOnAny(await consentsTable.of(tx, contact));
  }

  /** Stop or hold by the tokens themselves, whatever the narrow copies say. @param channel also of that one alone */
  async suppression(tx: TenantTx, contact: string, channel: SuppressedChannel = 'all'): Promise<Strength | undefined> {
    const tokens = await this.audience.stopTokens(tx, contact);
    return (await this.audience.suppressions.of(tx, tokens, channel))[0]?.strength;
  }

  /** The person leaves: on every channel, now, and what was queued does not go. */
  async withdraw(tx: TenantTx, contact: string, wish: Wish): Promise<Left> {
    return this.leave(tx, contact, 'stop', wish);
  }

  /** Nobody here is known by these tokens: only the refusal is kept, and no list brings them in. */
  async refuse(tx: TenantTx, tokens: readonly Buffer[], wish: Wish): Promise<{ alreadyOut: boolean }> {
    const before = await this.audience.suppressions.of(tx, tokens, wish.channel ?? 'all');
    const { source, evidence, now, at = now, channel = 'all' } = wish;
    await this.audience.suppressions.put(tx, tokens, { strength: 'stop', channel, effectiveAt: at, source, evidence });
    const entry = { actor: wish.by ?? 'contact:none', act: 'consent.withdrawn', subject: 'contact:none' };
    await this.audit.record(tx, { ...entry, detail: { source, evidence } }, now);
    return { alreadyOut: before.some(({ strength }) => strength === 'stop') };
  }

  /** Stops promotions until it is clear what the person wants; reversible, and no withdrawal. */
  async hold(tx: TenantTx, contact: string, wish: Wish): Promise<Left> {
    return this.leave(tx, contact, 'hold', wish);
  }

  /** Ends holds, never a stop. The person's word does not end what a case holds. @param of whose holds end */
  async release(tx: TenantTx, contact: string, now: Date, of: 'person' | 'case' = 'person'): Promise<void> {
    await contactsTable.lock(tx, [contact]);
    await this.audience.suppressions.releaseHolds(tx, await this.audience.stopTokens(tx, contact), of);
    await refreshStanding(tx, [contact]);
    const entry = { actor: `contact:${contact}`, act: 'consent.released', subject: `contact:${contact}` };
    await this.audit.record(tx, entry, now);
  }

  /**
   * The person comes back by their own words. What they say clears only what they said before; a stop of the same moment wins.
   * @param wish.evidence the inbox row they wrote: nobody else can bring a person back
   */
  async optIn(tx: TenantTx, contact: string, wish: Return): Promise<Returned> {
    await this.requirePerson(tx, contact, wish.evidence);
    await contactsTable.lock(tx, [contact]);
    const at = wish.at ?? wish.now;
    if (await this.hasAll(tx, contact, wish.channels)) return { alreadyIn: true };
    const tokens = await this.audience.stopTokens(tx, contact);
    const text = wish.text ?? (await agreedBefore(tx, contact));
    for (const channel of wish.channels) {
      await this.audience.suppressions.clearBefore(tx, contact, tokens, at, channel);
      const line = { channel, purpose: 'marketing', at, source: 'person', actor: `contact:${contact}` };
      const proof = { evidence: wish.evidence, place: wish.place ?? 'message', text_hash: text?.hash ?? null };
      const words = text && { textVersion: text.version, language: text.language };
      const act = yesOf(await consentsTable.of(tx, contact, 'marketing', channel));
      await writeEntry(tx, contact, { ...line, ...proof, ...words, act }, wish.now);
    }
    await contactsTable.endPause(tx, contact);
    await refreshStanding(tx, [contact]);
    return { alreadyIn: false, ...(await this.stillOut(tx, tokens, wish.channels)) };
  }

  /**
   * The person undid, where they had said it, a stop of theirs: promotions are as they were but for it. What they said elsewhere stays.
   * @param wish.source of that stop. @param wish.evidence the inbox row that says so. @returns whether there was such a stop
   */
  async resume(tx: TenantTx, contact: string, wish: Wish): Promise<boolean> {
    await this.requirePerson(tx, contact, wish.evidence);
    await contactsTable.lock(tx, [contact]);
    const { source, evidence, now, at = now } = wish;
    const tokens = await this.audience.stopTokens(tx, contact);
    if (!(await this.audience.suppressions.clearSource(tx, tokens, source, at))) return false;
    await restore(tx, contact, wish);
    await refreshStanding(tx, [contact]);
    const entry = { actor: `contact:${contact}`, act: 'consent.resumed', subject: `contact:${contact}` };
    await this.audit.record(tx, { ...entry, detail: { source, evidence } }, now);
    return true;
  }

  /** Whether promotions on each of these may go to them already. */
  async hasAll(tx: TenantTx, contact: string, channels: readonly string[]): Promise<boolean> {
    for (const channel of channels) {
      if ((await this.state(tx, contact, channel, 'marketing')) !== 'given') return false;
      if ((await this.suppression(tx, contact, channel as SuppressedChannel)) !== undefined) return false;
    }
    return true;
  }

  /** What was allowed counts no more until the person says so themselves: the number may have a new holder, or the company asks. */
  async needsConfirmation(tx: TenantTx, contact: string, wish: Wish): Promise<void> {
    await contactsTable.lock(tx, [contact]);
    const { source, evidence, now, at = now, by: actor = 'company', channel = 'all' } = wish;
    const entry = { channel, purpose: 'marketing', act: 'needs_reconfirmation', at, source, actor, evidence } as const;
    await writeEntry(tx, contact, { ...entry, text_hash: null }, now);
    await this.ports.onWithdrawn(tx, contact, now, channel);
  }

  /** What the ledger can show: what stands, the newest yes with its words, every act. */
  async proof(tx: TenantTx, contact: string, now: Date): Promise<Proof> {
    return proofOf(tx, contact, now);
  }

  /** The same for the person who holds the number now: nothing of whoever had it before. */
  async receipt(tx: TenantTx, contact: string, now: Date): Promise<Proof> {
    return proofOf(tx, contact, now, await consentsTable.holder(tx, contact));
  }

  /** The ledger of a person, oldest first. */
  async ledger(tx: TenantTx, contact: string): Promise<readonly ConsentRow[]> {
    return consentsTable.of(tx, contact);
  }

  /** The audience's port: two contacts become one. Every line goes over; a withdrawal of either is one of both. */
  async merged(tx: TenantTx, from: string, into: string, now: Date): Promise<void> {
    for (const row of await consentsTable.all(tx, from))
      await consentsTable.insert(tx, into, { ...row, id: newId(now) }, now);
    await consentsTable.remove(tx, from);
    await refreshStanding(tx, [into]);
  }

  private async requirePerson(tx: TenantTx, contact: string, evidence: string): Promise<void> {
    const lanes = await this.audience.findTokens(tx, contact);
    if (!(await isFromPerson(tx, contact, lanes, evidence))) throw new AppError('ROLE_REQUIRED');
  }

  private async leave(tx: TenantTx, contact: string, strength: Strength, wish: Wish): Promise<Left> {
    await contactsTable.lock(tx, [contact]);
    const { at = wish.now, channel = 'all' } = wish;
    const before = await this.suppression(tx, contact, channel);
    const entries = await consentsTable.of(tx, contact);
    if (strength === 'stop') await this.recordWithdrawal(tx, contact, entries, at, wish);
    // Said before the person's last own wish to return, delivered after it: it is history.
    const isOutdated = entries.some(
      (one) => isYes(one) && one.source === 'person' && one.at > at && concerns(one, channel),
    );
    if (isOutdated) return { alreadyOut: before === 'stop', cancelled: 0 };
    const tokens = await this.audience.stopTokens(tx, contact);
    const suppression = { strength, channel, effectiveAt: at, source: wish.source, evidence: wish.evidence };
    await this.audience.suppressions.put(tx, tokens, suppression);
    await refreshStanding(tx, [contact]);
    const cancelled = await this.ports.onWithdrawn(tx, contact, wish.now, channel);
    const act = strength === 'stop' ? 'consent.withdrawn' : 'consent.held';
    const detail = { source: wish.source, evidence: wish.evidence, cancelled };
    const actor = wish.by ?? `contact:${contact}`;
    await this.audit.record(tx, { actor, act, subject: `contact:${contact}`, detail }, wish.now);
    return { alreadyOut: before === 'stop', cancelled };
  }

  private async recordWithdrawal(
    tx: TenantTx,
    contact: string,
    entries: readonly ConsentRow[],
    at: Date,
    wish: Wish,
  ): Promise<void> {
    const { source, evidence, now, by: actor = `contact:${contact}`, channel = 'all', place } = wish;
    if (entries.some((one) => one.act === 'withdrawn' && one.at >= at && ['all', channel].includes(one.channel)))
      return;
    const entry = { channel, purpose: 'marketing', act: 'withdrawn', at, source, actor, evidence } as const;
    await writeEntry(tx, contact, { ...entry, text_hash: null, ...(place && { place }) }, now);
  }

  private async stillOut(tx: TenantTx, tokens: readonly Buffer[], channels: readonly string[]) {
    const standing = [];
    for (const channel of channels) standing.push(...(await this.audience.suppressions.of(tx, tokens, channel)));
    if (standing.length === 0) return {};
    const held = standing.find((one) => one.source === 'case')?.evidence;
    return { stillOut: held ? { case: held } : {} };
  }
}

/** Whether a line says something of that channel. */
const concerns = (line: ConsentRow, channel: SuppressedChannel): boolean =>
  channel === 'all' || line.channel === 'all' || line.channel === channel;

const endings: readonly string[] = ['withdrawn', 'needs_reconfirmation'];
/** Whoever had said yes before says it anew. */
const yesOf = (entries: readonly ConsentRow[]) => (entries.some(isYes) ? 'renewed' : 'given') as 'given' | 'renewed';
