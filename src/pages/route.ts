import express, { type Request, type Response, Router } from 'express';
import type { TenantTx } from '../data/database';
import { signLink } from '../data/links';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { Audience } from '../domain/audience/audience.service';
import type { PromoChannel } from '../domain/audience/standing.table';
import type { Consent } from '../domain/consent/consent.service';
import type { Preferences, PreferenceView } from '../domain/consent/preferences.service';
import { frequencies, promoChannels } from '../domain/consent/preferences.table';
import type { Privacy } from '../domain/privacy/privacy.service';
import type { Language } from '../intent';
import { languageOf, personal, send } from './frame';
import { linkLimit } from './limits';
import { type LinkDeps, type Opened, openLink } from './links';
import { busyPage, gonePage } from './notice';
import { preferencesPage, type Shown } from './preferences';
import { readingOf } from './reading';
import { unsubscribedPage, unsubscribePage } from './unsubscribe';

export interface PagesDeps extends LinkDeps {
  publicUrl: string;
  tenants: Tenants;
  audience: Audience;
  consent: Consent;
  preferences: Preferences;
  privacy: Privacy;
}

const opensAMinute = 60;
const form = express.urlencoded({ extended: false, limit: '4kb', parameterLimit: 20 });

/** `/preferences/<link>` and `/unsubscribe/<link>`: pages without script, cookie or login. To look changes nothing. */
export function pagesRoute(deps: PagesDeps): Router {
  const router = Router();
  const mayOpen = linkLimit(opensAMinute);
  const preferences = new PreferencesRoute(deps);
  const unhurried =
    (work: (request: Request, response: Response) => Promise<void>) => async (request: Request, response: Response) =>
      mayOpen(String(request.params.link)) ? work(request, response) : send(response, 429, busyPage(wished(request)));
  router.use(['/preferences', '/unsubscribe'], personal);
  router.get(
    '/preferences/:link',
    unhurried((request, response) => preferences.show(request, response)),
  );
  router.post(
    '/preferences/:link',
    form,
    unhurried((request, response) => preferences.take(request, response)),
  );
  router.get('/unsubscribe/:link', (request, response) => unsubscribe(deps, request, response, 'ask'));
  // RFC 8058: whatever the body says, a POST here means one thing. Nothing is redirected, nothing is asked.
  router.post('/unsubscribe/:link', (request, response) => unsubscribe(deps, request, response, 'stop'));
  return router;
}

const linkIn = (request: Request): string => String(request.params.link);
const wished = (request: Request, theirs?: string): Language =>
  languageOf(request.query.lang, request.header('accept-language'), theirs);
const gone = (request: Request, response: Response): void => send(response, 404, gonePage(wished(request)));

async function unsubscribe(deps: PagesDeps, request: Request, response: Response, wish: 'ask' | 'stop'): Promise<void> {
  const shown = await openLink(deps, linkIn(request), 'unsubscribe', async ({ tx, contact, now }) => {
    const language = wished(request, contact && (await deps.audience.place(tx, contact))?.language);
    if (wish === 'stop' && contact)
      await deps.preferences.leave(tx, contact, 'unsubscribe', { text: undefined, language, now });
    const company = await deps.tenants.profile(tx);
    return wish === 'ask' ? unsubscribePage(language, company) : unsubscribedPage(language, company);
  });
  if (shown === undefined) return gone(request, response);
  send(response, 200, shown);
}

/** What was sent with the form, as far as it can be one. */
interface Sent {
  act: string;
  form: string;
  channels: readonly PromoChannel[];
  frequency: (typeof frequencies)[number] | undefined;
  pause: boolean;
}

function sentIn(body: unknown): Sent {
  const fields = (body ?? {}) as Record<string, string | string[] | undefined>;
  const chosen = [fields.channel ?? []].flat();
  return {
    act: String(fields.act ?? ''),
    form: String(fields.form ?? ''),
    channels: promoChannels.filter((channel) => chosen.includes(channel)),
    frequency: frequencies.find((one) => one === fields.frequency),
    pause: fields.pause === 'month',
  };
}

type Outcome = { to: string } | { status: number; news: 'stale' | 'wrong' };

class PreferencesRoute {
  constructor(private readonly deps: PagesDeps) {}

  async show(request: Request, response: Response): Promise<void> {
    const news = (['saved', 'opened'] as const).find((one) => one === request.query.done);
    await this.draw(request, response, 200, news);
  }

  /** Done, then shown by another request: going back or loading again sends nothing twice. */
  async take(request: Request, response: Response): Promise<void> {
    const outcome = await openLink(this.deps, linkIn(request), 'preferences', (opened) => this.act(request, opened));
    if (!outcome) return gone(request, response);
    if ('news' in outcome) return this.draw(request, response, outcome.status, outcome.news);
    const lang = typeof request.query.lang === 'string' ? `lang=${wished(request)}&` : '';
    response.redirect(303, `?${lang}done=${outcome.to}#told`);
  }

  private async act(request: Request, opened: Opened): Promise<Outcome> {
    const { tx, contact = '', now } = opened;
    const sent = sentIn(request.body);
    const language = await this.language(request, tx, contact);
    const text = await this.deps.preferences.text(tx, language);
    const act = { text, language, now };
    const view = await this.deps.preferences.view(tx, contact, now);
    if (sent.act === 'leave') {
      await this.deps.preferences.leave(tx, contact, 'preferences', act);
      return { to: 'saved' };
    }
    const isFresh = sent.form === formOf(request, opened, view, text);
    if (sent.act === 'object' && isFresh) {
      await this.deps.privacy.open(tx, { contact, right: 'object', cause: 'marketing', receivedAt: now, now });
      return { to: 'opened' };
    }
    if (sent.act === 'save' && !isFresh) {
      const kept = view.channels.filter((one) => one.on && sent.channels.includes(one.channel));
      const less = { channels: kept.map(({ channel }) => channel), frequency: view.frequency };
      await this.deps.preferences.choose(tx, contact, { ...less, pause: view.pausedUntil !== undefined }, act);
    }
    if (!isFresh) return { status: 409, news: 'stale' };
    if (!sent.frequency) return { status: 422, news: 'wrong' };
    const { channels, frequency, pause } = sent;
    if (channels.length === 0) await this.deps.preferences.leave(tx, contact, 'preferences', act);
    await this.deps.preferences.choose(tx, contact, { channels, frequency, pause }, act);
    return { to: 'saved' };
  }

  private async draw(request: Request, response: Response, status: number, news?: Shown['news']): Promise<void> {
    const drawn = await openLink(this.deps, linkIn(request), 'preferences', async (opened) => {
      const language = await this.language(request, opened.tx, opened.contact ?? '');
      const reading = await readingOf(this.deps, opened, language);
      const token = formOf(request, opened, reading.view, reading.text);
      return preferencesPage(language, { ...reading, form: token, ...(news && { news }) });
    });
    if (drawn === undefined) return gone(request, response);
    send(response, status, drawn);
  }

  private async language(request: Request, tx: TenantTx, contact: string): Promise<Language> {
    return wished(request, (await this.deps.audience.place(tx, contact))?.language);
  }
}

/** Proves that a form was drawn for this link, with these words, when things stood like this: anything else adds nothing. */
function formOf(
  request: Request,
  { keys, contact = '' }: Opened,
  { channels, frequency, pausedUntil, frozen }: PreferenceView,
  text: { version: string; language: string } | undefined,
): string {
  const on = channels.map((one) => `${one.channel} ${one.on}`);
  const state = [linkIn(request), ...on, frequency, pausedUntil?.toISOString(), frozen, text?.version, text?.language];
  return signLink(keys, 'form', { subject: contact, bound: JSON.stringify(state) });
}
