import { createHash } from 'node:crypto';
import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import { contactsTable } from '../audience/contacts.table';
import { refreshStanding } from '../audience/standing.table';
import type { Strength, SuppressedChannel } from '../audience/suppressions.table';
import type { Audit } from '../audit/audit.service';
import { type ConsentState, isGivenOnAny, stateOf } from './consent-state';
import { type ConsentRow, consentsTable } from './consents.table';
import { type Permission, writeEntry } from './ledger';
import { preferencesTable } from './preferences.table';
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

  /** A wording people can agree to. The same version with other words is refused. @returns whether it stands as given */
  async addText(tx: TenantTx, version: string, language: string, body: string): Promise<boolean> {
    const hash = createHash('sha256').update(body).digest();
    return (await consentTextsTable.put(tx, { version, language, hash, body })).hash.equals(hash);
  }

  /** Records a permission with its proof. Not recorded, and false, when the person has withdrawn and somebody else says yes for them. */
  async give(tx: TenantTx, contact: string, permission: Permission, now: Date): Promise<boolean> {
    await contactsTable.lock(tx, [contact]);
    const entries = await consentsTable.of(tx, contact, permission.purpose, permission.channel);
    if (permission.source !== 'person' && entries.some((entry) => entry.act === 'withdrawn')) return false;
    const text =
      permission.textVersion && permission.language
        ? await consentTextsTable.get(tx, permission.textVersion, permission.language)
        : undefined;
    await writeEntry(tx, contact, { ...permission, act: 'given', text_hash: text?.hash ?? null }, now);
    return true;
  }

  /** Whether the ledger permits it. @param at as it was then, from what is recorded now */
  async state(tx: TenantTx, contact: string, channel: string, purpose: string, at?: Date): Promise<'given' | 'none'> {
    return isGiven(await consentsTable.of(tx, contact, purpose, channel), at) ? 'given' : 'none';
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
  async optIn(
    tx: TenantTx,
    contact: string,
    wish: { evidence: string; channel: string; now: Date; at?: Date },
  ): Promise<Returned> {
    if (!(await this.isFromPerson(tx, contact, wish.evidence))) throw new AppError('ROLE_REQUIRED');
    await contactsTable.lock(tx, [contact]);
    const at = wish.at ?? wish.now;
    const alreadyIn =
      (await this.state(tx, contact, wish.channel, 'marketing')) === 'given' &&
      (await this.suppression(tx, contact, wish.channel as SuppressedChannel)) === undefined;
    if (alreadyIn) return { alreadyIn };
    const tokens = await this.audience.stopTokens(tx, contact);
    await this.audience.suppressions.clearBefore(tx, contact, tokens, at, wish.channel);
    await refreshStanding(tx, [contact]);
    const language = (await this.audience.place(tx, contact))?.language ?? 'es';
    const text = await consentTextsTable.newest(tx, language);
    await writeEntry(
      tx,
      contact,
      {
        channel: wish.channel,
        purpose: 'marketing',
        act: 'given',
        at,
        source: 'person',
        actor: `contact:${contact}`,
        evidence: wish.evidence,
        text_hash: text?.hash ?? null,
        ...(text && { textVersion: text.version, language: text.language }),
      },
      wish.now,
    );
    const [standing, ...others] = await this.audience.suppressions.of(tx, tokens, wish.channel);
    if (!standing) return { alreadyIn: false };
    const held = [standing, ...others].find((one) => one.source === 'case')?.evidence;
    return { alreadyIn: false, stillOut: held ? { case: held } : {} };
  }

  /** Where the permission came from: the newest that was given. */
  async origin(tx: TenantTx, contact: string): Promise<Provenance | undefined> {
    return provenance(tx, contact);
  }

  /** The ledger of a person, oldest first. */
  async ledger(tx: TenantTx, contact: string): Promise<readonly ConsentRow[]> {
    return consentsTable.of(tx, contact);
  }

  /** The audience's port: a number may have a new holder. What its holder allowed counts no longer, and is confirmed anew or not at all. */
  async newHolder(tx: TenantTx, contact: string, why: string, now: Date): Promise<void> {
    const entry = { actor: 'system', act: 'person.new_holder', subject: `contact:${contact}`, detail: { why } };
    await this.audit.record(tx, entry, now);
  }

  /** The audience's port: two contacts become one. Every line goes over; a withdrawal of either is one of both. */
  async merged(tx: TenantTx, from: string, into: string, now: Date): Promise<void> {
    for (const row of await consentsTable.all(tx, from))
      await consentsTable.insert(tx, into, { ...row, id: newId(now) }, now);
    await consentsTable.remove(tx, from);
    await refreshStanding(tx, [into]);
  }

  private async leave(tx: TenantTx, contact: string, strength: Strength, wish: Wish): Promise<Left> {
    await contactsTable.lock(tx, [contact]);
    const { at = wish.now, channel = 'all' } = wish;
    const before = await this.suppression(tx, contact, channel);
    const entries = await consentsTable.of(tx, contact);
    if (strength === 'stop') await this.recordWithdrawal(tx, contact, entries, at, wish);
    // Said before the person's last own wish to return, delivered after it: it is history.
    const isOutdated = entries.some(
      (one) => one.act === 'given' && one.source === 'person' && one.at > at && concerns(one, channel),
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
    const { source, evidence, now, by: actor = `contact:${contact}`, channel = 'all' } = wish;
    if (entries.some((one) => one.act === 'withdrawn' && one.at >= at && ['all', channel].includes(one.channel)))
      return;
    const entry = { channel, purpose: 'marketing', act: 'withdrawn', at, source, actor, evidence } as const;
    await writeEntry(tx, contact, { ...entry, text_hash: null }, now);
  }

  private async isFromPerson(tx: TenantTx, contact: string, evidence: string): Promise<boolean> {
    if (!isId(evidence)) return false;
    const lanes = await this.audience.findTokens(tx, contact);
    return (await consentsTable.isReceived(tx, lanes, evidence)) || preferencesTable.isOf(tx, contact, evidence);
  }
}

/** Whether a line says something of that channel. */
const concerns = (line: ConsentRow, channel: SuppressedChannel): boolean =>
  channel === 'all' || line.channel === 'all' || line.channel === channel;
