import { randomInt } from 'node:crypto';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import { standingFlags, standingOf } from '../audience/standing.table';
import type { Audit } from '../audit/audit.service';
import type { Consent, Returned } from './consent.service';
import { openQuestions, pendingMs, unanswered } from './consent-state';
import { consentsTable } from './consents.table';
import { writeEntry } from './ledger';
import { questionOf, type SignUpFrequency } from './question';
import { signUpRequestsTable } from './sign-up-requests.table';
import { type SignUp, signUpsTable } from './sign-ups.table';
import { type ConsentText, consentTextsTable } from './texts.table';

export type { SignUp } from './sign-ups.table';

/** Who asks for one, with their roles. */
export interface Maker {
  id: string;
  roles: readonly string[];
}
export interface NewSignUp {
  name: string;
  /** Without: WhatsApp alone. */
  channels?: readonly string[];
  frequency?: SignUpFrequency;
}
/** What the person wrote or pressed, and where. */
export interface Said {
  /** The inbox row. */
  evidence: string;
  now: Date;
  /** The provider's time. */
  at?: Date;
}
export type Confirmed = Returned | { late: true };

const makers = ['operator', 'approver', 'owner'];
const settlers = ['owner'];
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const marketing = 'marketing';

/**
 * How people subscribe themselves, in two steps: they send a code or press a button, we ask with the versioned words, and only their yes to that is
 * a permission. The question waits seven days, is never repeated, and goes to nobody who has not begun it.
 */
export class SignUps {
  /** @param link where a customer's policy stands, if it has no page of its own */
  constructor(
    private readonly consent: Consent,
    private readonly audit: Audit,
    private readonly link: (tenant: string) => string,
  ) {}

  /** Made once: asked for again by the same name, it is the same, and its printed code goes on. @throws ROLE_REQUIRED */
  async create(tx: TenantTx, wish: NewSignUp, by: Maker, now: Date): Promise<SignUp> {
    requireRole(by, makers);
    const known = (await this.list(tx)).find((one) => one.name.toLowerCase() === wish.name.toLowerCase());
    if (known) return known;
    const made = await this.make(tx, { ...wish, kind: 'link' }, by.id, now);
    await this.audit.record(
      tx,
      { actor: `member:${by.id}`, act: 'sign_up.created', subject: `sign_up:${made.id}` },
      now,
    );
    return made;
  }

  /** Those with a link, oldest first. */
  async list(tx: TenantTx): Promise<readonly SignUp[]> {
    return (await signUpsTable.list(tx)).filter(({ kind }) => kind === 'link');
  }

  /** @returns undefined for a code that is nobody's, or closed */
  async find(tx: TenantTx, code: string): Promise<SignUp | undefined> {
    return signUpsTable.find(tx, code.toLowerCase());
  }

  /** Nobody can begin with it any more. @throws ROLE_REQUIRED */
  async close(tx: TenantTx, code: string, by: Maker, now: Date): Promise<boolean> {
    requireRole(by, makers);
    return signUpsTable.close(tx, code.toLowerCase(), now);
  }

  /** The very words of its question; in that language if there are any. New words of ours are a new version, kept from now on. */
  async question(tx: TenantTx, signUp: SignUp, language: string, now: Date): Promise<ConsentText> {
    const version = await this.keepWords(tx, signUp, now);
    if (version !== signUp.textVersion) await signUpsTable.setVersion(tx, signUp.id, version);
    return this.text(tx, version, language);
  }

  /** The same as it is kept by now: to look at it keeps nothing. */
  words(tx: TenantTx, signUp: SignUp, language: string): Promise<ConsentText> {
    return this.text(tx, signUp.textVersion, language);
  }

  /**
   * The person began it: what they are to be asked, noted as pending; of a web form what they ticked there. @param code without, or of none that is open: that of conversations
   * @returns undefined when they get all of it already
   */
  async ask(
    tx: TenantTx,
    contact: string,
    code: string | undefined,
    said: Said & { language: string },
  ): Promise<{ code: string; text: string } | undefined> {
    const signUp = (code && (await this.find(tx, code))) || (await this.ofConversation(tx, said.now));
    const ticked = await signUpRequestsTable.channelsOf(
      tx,
      contact,
      signUp.id,
      new Date(said.now.getTime() - pendingMs),
    );
    const channels = ticked ?? signUp.channels;
    if (await this.consent.hasAll(tx, contact, channels)) return undefined;
    const text = ticked
      ? await this.text(tx, await this.keepWords(tx, { ...signUp, channels }, said.now), said.language)
      : await this.question(tx, signUp, said.language, said.now);
    await consentsTable.dropPending(tx, contact);
    for (const channel of channels)
      await writeEntry(
        tx,
        contact,
        {
          ...{ channel, purpose: marketing, act: 'pending', source: 'person', actor: `contact:${contact}` },
          ...{
            at: said.at ?? said.now,
            evidence: said.evidence,
            place: ticked ? `web:${signUp.code}` : placeOf(signUp),
          },
          ...{ textVersion: text.version, language: text.language, text_hash: text.hash },
        },
        said.now,
      );
    return { code: signUp.code, text: text.body };
  }

  /** Their yes to the question: the permission, with what they were asked as its words. @returns late where nothing of the last days waits for it */
  async confirm(tx: TenantTx, contact: string, said: Said): Promise<Confirmed> {
    const asked = openQuestions(await consentsTable.of(tx, contact), said.at ?? said.now);
    const [first] = asked;
    if (!first) return { late: true };
    const text = { version: first.text_version ?? '', language: first.language ?? '', hash: first.text_hash };
    const channels = asked.map(({ channel }) => channel);
    return this.consent.optIn(tx, contact, { ...said, channels, text, place: first.place });
  }

  /** Their no, kept beside the question. What they had allowed or refused before stays. */
  async decline(tx: TenantTx, contact: string, { evidence, now, at = now }: Said): Promise<void> {
    for (const { channel, text_version, language, text_hash, place } of openQuestions(
      await consentsTable.of(tx, contact),
      at,
    )) {
      const said = { at, source: 'person', actor: `contact:${contact}`, evidence, place };
      const words = { text_hash, ...(text_version && language && { textVersion: text_version, language }) };
      await writeEntry(tx, contact, { channel, purpose: marketing, act: 'declined', ...said, ...words }, now);
    }
  }

  /** Whether a bare yes would mean our question: nothing was said to it yet, and nothing holds promotions meanwhile. */
  async waits(tx: TenantTx, contact: string, at: Date): Promise<boolean> {
    const asked = unanswered(await consentsTable.of(tx, contact), at);
    return asked.length > 0 && (await this.consent.suppression(tx, contact)) !== 'hold';
  }

  /** Whether they may be asked in a running conversation if they want news: never asked before, nothing allowed, nothing refused, no child. */
  async mayOffer(tx: TenantTx, contact: string): Promise<boolean> {
    const standing = await standingOf(tx, contact);
    const stands = standing && (standing.stopped | standing.held | standing.consented) !== 0;
    if (!standing || stands || (standing.flags & (standingFlags.blocked | standingFlags.minor)) !== 0) return false;
    if (await consentsTable.wasOffered(tx, contact)) return false;
    return (await consentsTable.of(tx, contact)).every(({ act }) => act !== 'withdrawn');
  }

  /** Notes that they were asked. @returns true once */
  async offerOnce(tx: TenantTx, contact: string, now: Date): Promise<boolean> {
    return (await this.mayOffer(tx, contact)) && (await consentsTable.offerOnce(tx, contact, now));
  }

  /** The wordings of this customer, newest first. */
  texts(tx: TenantTx, limit: number): Promise<ConsentText[]> {
    return consentTextsTable.list(tx, limit);
  }

  offersNews(tx: TenantTx): Promise<boolean> {
    return signUpsTable.offersNews(tx);
  }

  /** Whether the bot asks by itself, once, whoever writes. @throws ROLE_REQUIRED */
  async setOffersNews(tx: TenantTx, on: boolean, by: Maker, now: Date): Promise<void> {
    requireRole(by, settlers);
    await signUpsTable.setOffersNews(tx, on);
    const entry = { actor: `member:${by.id}`, act: 'sign_up.offers', subject: 'company', detail: { on } };
    await this.audit.record(tx, entry, now);
  }

  /** The one that needs no code: for whoever writes and wants news. */
  private async ofConversation(tx: TenantTx, now: Date): Promise<SignUp> {
    const known = (await signUpsTable.list(tx)).find(({ kind }) => kind === 'conversation');
    return known ?? this.make(tx, { name: 'chat', kind: 'conversation' }, null, now);
  }

  private async make(
    tx: TenantTx,
    { name, kind, channels = ['whatsapp'], frequency = 'weekly' }: NewSignUp & Pick<SignUp, 'kind'>,
    by: string | null,
    now: Date,
  ): Promise<SignUp> {
    const common = { name, kind, channels: [...channels], frequency, createdAt: now };
    const textVersion = await this.keepWords(tx, common, now);
    for (;;) {
      const one = { ...common, id: newId(now), code: `${slugOf(name)}-${suffix()}`, textVersion };
      if (await signUpsTable.insert(tx, one, by)) return one;
    }
  }

  /** Its question as it reads now, kept. @returns the version */
  private async keepWords(
    tx: TenantTx,
    { channels, frequency }: Pick<SignUp, 'channels' | 'frequency'>,
    now: Date,
  ): Promise<string> {
    const tenant = await tenantsTable.get(tx);
    if (!tenant) throw new AppError('TENANT_REQUIRED');
    const { name: company, legal_name: legal, privacy_url: own } = tenant;
    const { version, bodies, months } = questionOf({
      ...{ company, legal, channels, frequency },
      link: own || this.link(tx.tenant),
    });
    for (const [language, body] of Object.entries(bodies))
      await this.consent.addText(tx, version, language, body, { kind: 'question', months, now });
    return version;
  }

  private async text(tx: TenantTx, version: string, language: string): Promise<ConsentText> {
    const text =
      (await consentTextsTable.get(tx, version, language)) ?? (await consentTextsTable.get(tx, version, 'es'));
    if (!text) throw new AppError('CONSENT_UNFOUNDED');
    return text;
  }
}

const placeOf = ({ kind, code }: SignUp): string => (kind === 'link' ? `qr:${code}` : 'message');

/** `Tienda Andina` → `tienda`: letters that a phone types without thinking. */
const slugOf = (name: string): string => {
  const [word = ''] = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((one) => one.length > 2);
  return word.slice(0, 12) || 'lista';
};

/** Four signs that cannot be taken for others, a digit among them. */
const suffix = (): string => {
  const signs = Array.from({ length: 3 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${alphabet[randomInt(8)]}${signs}`;
};

function requireRole(by: Maker, roles: readonly string[]): void {
  if (!by.roles.some((role) => roles.includes(role))) throw new AppError('ROLE_REQUIRED');
}
