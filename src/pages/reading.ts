import { sayHouse } from '../conversation/texts';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { Audience } from '../domain/audience/audience.service';
import type { Consent } from '../domain/consent/consent.service';
import type { Preferences } from '../domain/consent/preferences.service';
import type { Privacy } from '../domain/privacy/privacy.service';
import type { Language } from '../intent';
import type { Opened } from './links';
import type { Line, Shown } from './preferences';

interface ReadingDeps {
  publicUrl: string;
  tenants: Tenants;
  audience: Audience;
  consent: Consent;
  preferences: Preferences;
  privacy: Privacy;
}

const mostLines = 20;

/** All that the page of one person tells, read in one transaction. */
export async function readingOf(
  deps: ReadingDeps,
  opened: Opened,
  language: Language,
): Promise<Omit<Shown, 'form' | 'news' | 'text'> & { text?: NonNullable<Awaited<ReturnType<Preferences['text']>>> }> {
  const { tx, contact = '', now } = opened;
  const profile = await deps.tenants.profile(tx);
  const text = await deps.preferences.text(tx, language);
  const view = await deps.preferences.view(tx, contact, now);
  const writes = view.channels.some(({ channel }) => channel === 'whatsapp');
  const chat = writes ? await deps.tenants.chatNumber(tx) : undefined;
  const open = await deps.privacy.openOf(tx, contact, now);
  return {
    company: { ...profile, privacyUrl: profile.privacyUrl || `${deps.publicUrl}/privacy/${tx.tenant}` },
    masked: (await deps.audience.masked(tx, contact)).replaceAll(' ', '\u00a0'),
    view,
    receipt: await receiptOf(deps.consent, opened, { language, zone: profile.zone }),
    purposes: await deps.preferences.purposes(tx),
    requests: open.map(({ number, dueAt }) => ({ number, due: dueAt })),
    ...(text && { text }),
    ...(chat && { chat: chat.replace('+', '') }),
  };
}

/** What this holder of the number said and what was said for them, newest first. */
async function receiptOf(
  consent: Consent,
  { tx, contact = '', now }: Opened,
  reader: { language: Language; zone: string },
): Promise<Line[]> {
  const { lines, given } = await consent.receipt(tx, contact, now);
  const told = lines.toReversed().flatMap(({ act, at, channels, source, place }): Line[] => {
    const kind = kinds[act];
    if (!kind) return [];
    const from =
      place === 'web:preferences' ? {} : { source: sayHouse({ text: `sources.${source.split(':')[0]}` }, reader) };
    return [{ act: kind, at, channels, ...from }];
  });
  const newest = told.find(({ act }) => act === 'given');
  if (newest && given?.text) newest.words = given.text;
  return told.slice(0, mostLines);
}

const kinds: Readonly<Partial<Record<string, Line['act']>>> = {
  given: 'given',
  renewed: 'given',
  withdrawn: 'withdrawn',
};
