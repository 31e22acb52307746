import express, { type Request, type Response, Router } from 'express';
import type { TenantTx } from '../data/database';
import { isId, unknownTenant } from '../data/ids';
import { signLink } from '../data/links';
import type { Tenants } from '../domain/accounts/tenants.service';
import { doorOf } from '../domain/consent/door';
import type { FilledIn, SignUpRequests } from '../domain/consent/sign-up-requests.service';
import type { SignUp, SignUps } from '../domain/consent/sign-ups.service';
import type { Language } from '../intent';
import { languageOf, personal, send } from './frame';
import { linkLimit } from './limits';
import { type LinkDeps, unlessNoTenant } from './links';
import { busyPage, gonePage } from './notice';
import { notedPage, type Offer, signUpPage } from './sign-up';

export interface SignUpDeps extends Omit<LinkDeps, 'links'> {
  publicUrl: string;
  tenants: Tenants;
  signUps: SignUps;
  signUpRequests: SignUpRequests;
}

const sendsAMinute = 120; // of one list, from one address: perhaps a shop’s whole queue behind one

/** `/sign-up/<tenant>/<code>`: where anybody asks to subscribe. To look changes nothing, to send notes a wish. */
export function signUpRoute(deps: SignUpDeps): Router {
  const router = Router();
  const maySend = linkLimit(sendsAMinute);
  const form = express.urlencoded({ extended: false, limit: '4kb', parameterLimit: 20 });
  router.use('/sign-up', personal);
  router.get('/sign-up/:tenant/:code', async (request, response) => {
    const show = async ({ offer, language }: Opened) => ({ status: 200, page: signUpPage(language, offer) });
    answer(request, response, await open(deps, request, show));
  });
  router.post('/sign-up/:tenant/:code', form, async (request, response) => {
    if (!maySend(`${request.path} ${request.ip}`)) return send(response, 429, busyPage(wished(request)));
    answer(request, response, await open(deps, request, (opened) => take(deps, request, opened)));
  });
  return router;
}

interface Opened {
  tx: TenantTx;
  signUp: SignUp;
  offer: Offer;
  text: Awaited<ReturnType<SignUps['question']>>;
  language: Language;
  now: Date;
}
type Answer = { status: number; page: string };

const wished = (request: Request): Language => languageOf(request.query.lang, request.header('accept-language'));

const answer = (request: Request, response: Response, found: Answer | undefined): void =>
  send(response, found?.status ?? 404, found?.page ?? gonePage(wished(request)));

/** For an open list of this customer; undefined for all else. */
async function open<T>(
  deps: SignUpDeps,
  request: Request,
  work: (opened: Opened) => Promise<T>,
): Promise<T | undefined> {
  const { tenant, code } = request.params as { tenant: string; code: string };
  if (!isId(tenant) || tenant === unknownTenant) return undefined;
  return deps.database
    .withTenant(tenant, async (tx) => {
      const signUp = await deps.signUps.find(tx, code);
      if (signUp?.kind !== 'link') return undefined;
      const language = wished(request);
      const now = deps.clock.now();
      const text = await deps.signUps.words(tx, signUp, language);
      if (!text) return undefined;
      const profile = await deps.tenants.profile(tx);
      const company = { ...profile, privacyUrl: profile.privacyUrl || `${deps.publicUrl}/privacy/${tenant}` };
      const bound = `${text.version} ${text.language}`;
      const form = signLink(await deps.keys.of(tx), 'form', { subject: signUp.id, bound });
      const offer = { company, channels: signUp.channels, frequency: signUp.frequency, text, form };
      return work({ tx, signUp, offer, text, language, now });
    })
    .catch(unlessNoTenant);
}

async function take(deps: SignUpDeps, request: Request, opened: Opened): Promise<Answer> {
  const { tx, signUp, offer, text, language, now } = opened;
  const fields = (request.body ?? {}) as Record<string, string | string[] | undefined>;
  const filled = filledIn(fields, signUp.channels);
  if (fields.form !== offer.form) return { status: 409, page: signUpPage(language, offer, filled, ['stale']) };
  const missing = await deps.signUpRequests.missing(tx, signUp, filled);
  if (missing.length > 0) return { status: 422, page: signUpPage(language, offer, filled, missing) };
  await deps.signUpRequests.note(tx, signUp, filled, text, now);
  const { company } = offer;
  const door = await doorOf(tx, deps.tenants, signUp.code);
  return { status: 200, page: notedPage(language, { company, channels: filled.channels }, door) };
}

function filledIn(fields: Record<string, string | string[] | undefined>, offered: readonly string[]): FilledIn {
  const one = (name: string): string =>
    String([fields[name] ?? ''].flat()[0])
      .slice(0, 200)
      .trim();
  const [phone, email] = [one('phone'), one('email')];
  const ticked = [fields.channel ?? []].flat();
  return {
    channels: offered.filter((channel) => ticked.includes(channel)),
    ...(phone && { phone }),
    ...(email && { email }),
  };
}
