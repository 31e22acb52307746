import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { contactsTable } from '../audience/contacts.table';
import { channelBits, type PromoChannel, refreshStanding, standingOf } from '../audience/standing.table';
import type { Audit } from '../audit/audit.service';
import type { Consent } from './consent.service';
import {
  type Change,
  type Chosen,
  type Frequency,
  type Purpose,
  preferencesTable,
  promoChannels,
} from './preferences.table';
import { type ConsentText, consentTextsTable } from './texts.table';

export interface PreferencePorts {
  /** What is queued for this person does not go, in the same transaction. */
  onPaused(tx: TenantTx, contact: string, now: Date): Promise<unknown>;
}
/** How things stand for a person, as they are shown it. */
export interface PreferenceView {
  /** Those by which the person can be reached. `on`: promotions are permitted there; `refused`: the person, or somebody for them, said no. */
  channels: readonly { channel: PromoChannel; on: boolean; refused: boolean }[];
  frequency: Frequency;
  pausedUntil?: Date;
  /** Promotions wait: for the person's word, or for their open request. */
  held: boolean;
  /** Their data is out of use: nothing can be turned on. */
  frozen: boolean;
}
export interface Choice {
  channels: readonly PromoChannel[];
  frequency: Frequency;
  /** No promotions for a month from now; one that runs goes on. */
  pause: boolean;
}
export interface Act {
  /** The words that were shown with what is turned on. */
  text: ConsentText | undefined;
  language: string;
  now: Date;
}

/** What a person chooses on a page of ours. Less is always possible and at once; more is their own act, with the words they saw as its proof. */
export class Preferences {
  constructor(
    private readonly consent: Consent,
    private readonly audit: Audit,
    private readonly ports: PreferencePorts,
  ) {}

  /** The words a person would agree to now, in their language where there are such. */
  text(tx: TenantTx, language: string): Promise<ConsentText | undefined> {
    return consentTextsTable.newest(tx, language);
  }

  /** What the customer declared that it writes for. */
  purposes(tx: TenantTx): Promise<Purpose[]> {
    return preferencesTable.purposes(tx);
  }

  async view(tx: TenantTx, contact: string, now: Date): Promise<PreferenceView> {
    const standing = await standingOf(tx, contact);
    const { frequency, blocked } = await preferencesTable.of(tx, contact);
    const has = (bits: number | undefined, channel: PromoChannel) => ((bits ?? 0) & channelBits[channel]) !== 0;
    const reached = promoChannels.filter((channel) => has(standing?.reach, channel));
    const pausedUntil = standing?.paused_until;
    return {
      channels: reached.map((channel) => ({
        channel,
        on: has(standing?.consented, channel) && !has(standing?.stopped, channel),
        refused: has(standing?.stopped, channel),
      })),
      frequency,
      ...(pausedUntil && pausedUntil > now && { pausedUntil }),
      held: (standing?.held ?? 0) !== 0,
      frozen: blocked,
    };
  }

  /** Does what was chosen, all of it or nothing. */
  async choose(tx: TenantTx, contact: string, choice: Choice, act: Act): Promise<void> {
    await contactsTable.lock(tx, [contact]);
    const before = await this.view(tx, contact, act.now);
    const isWanted = ({ channel }: { channel: PromoChannel }) => choice.channels.includes(channel);
    const on = before.frozen || !act.text ? [] : before.channels.filter((one) => !one.on && isWanted(one));
    // To come back to one channel ends a no to all of them: the others keep theirs.
    const off = before.channels.filter((one) => !isWanted(one) && (one.on || (one.refused && on.length > 0)));
    const pausedUntil = choice.pause ? (before.pausedUntil ?? aMonthAfter(act.now)) : undefined;
    const isOtherPause = (pausedUntil === undefined) !== (before.pausedUntil === undefined);
    if (off.length + on.length === 0 && choice.frequency === before.frequency && !isOtherPause) return;

    const evidence = await this.record(tx, contact, 'preferences', before, { ...choice, pausedUntil }, act);
    const wish = { source: sources.preferences, evidence, now: act.now };
    for (const { channel } of off) await this.consent.withdraw(tx, contact, { ...wish, channel });
    const channels = on.map(({ channel }) => channel);
    const proof = { evidence, place: 'web:preferences', now: act.now, ...(act.text && { text: act.text }) };
    if (channels.length > 0) await this.consent.optIn(tx, contact, { ...proof, channels });
    await preferencesTable.set(tx, contact, choice.frequency, pausedUntil ?? null);
    await refreshStanding(tx, [contact]);
    if (pausedUntil && isOtherPause) await this.ports.onPaused(tx, contact, act.now);
  }

  /** The person's word in a conversation. @param evidence the inbox row @returns until when */
  async pause(tx: TenantTx, contact: string, evidence: string, now: Date): Promise<Date> {
    await contactsTable.lock(tx, [contact]);
    const { pausedUntil, frequency } = await this.view(tx, contact, now);
    if (pausedUntil) return pausedUntil;
    const until = aMonthAfter(now);
    await preferencesTable.set(tx, contact, frequency, until);
    await refreshStanding(tx, [contact]);
    await this.ports.onPaused(tx, contact, now);
    const entry = { actor: `contact:${contact}`, act: 'preferences.changed', subject: `contact:${contact}` };
    await this.audit.record(tx, { ...entry, detail: { page: 'chat', evidence } }, now);
    return until;
  }

  /** No more promotions, on any channel. */
  async leave(tx: TenantTx, contact: string, page: Change['page'], act: Act): Promise<void> {
    await contactsTable.lock(tx, [contact]);
    if ((await this.consent.suppression(tx, contact)) === 'stop') return;
    const before = await this.view(tx, contact, act.now);
    const { frequency, pausedUntil } = before;
    const evidence = await this.record(tx, contact, page, before, { channels: [], frequency, pausedUntil }, act);
    await this.consent.withdraw(tx, contact, { source: sources[page], evidence, now: act.now });
  }

  /** The act first: what follows from it names it as its evidence. */
  private async record(
    tx: TenantTx,
    contact: string,
    page: Change['page'],
    before: PreferenceView,
    asked: { channels: readonly PromoChannel[]; frequency: Frequency; pausedUntil: Date | undefined },
    { language, now }: Act,
  ): Promise<string> {
    const id = newId(now);
    const stood = before.channels.filter((one) => one.on).map(({ channel }) => channel);
    const change = { id, page, language, before: chosen({ ...before, channels: stood }), asked: chosen(asked) };
    await preferencesTable.insert(tx, contact, change, now);
    const entry = { actor: `contact:${contact}`, act: 'preferences.changed', subject: `contact:${contact}` };
    await this.audit.record(tx, { ...entry, detail: { page, evidence: id } }, now);
    return id;
  }
}

const sources = { preferences: 'preference_page', unsubscribe: 'unsubscribe_link' } as const;

const chosen = ({
  channels,
  frequency,
  pausedUntil,
}: {
  channels: readonly PromoChannel[];
  frequency: Frequency;
  pausedUntil?: Date | undefined;
}): Chosen => ({ channels, frequency, ...(pausedUntil && { pausedUntil: pausedUntil.toISOString() }) });

/** The same day of the next month, or its last one. */
function aMonthAfter(now: Date): Date {
  const later = new Date(now);
  later.setUTCMonth(later.getUTCMonth() + 1);
  if (later.getUTCDate() !== now.getUTCDate()) later.setUTCDate(0);
  return later;
}
