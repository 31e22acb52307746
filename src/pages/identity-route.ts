import express, { type Request, type Response, Router } from 'express';
import type { TenantTx } from '../data/database';
import { unknownTenant } from '../data/ids';
import { readLink, signLink, subjectOfLink, tenantOfLink } from '../data/links';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { Identity } from '../domain/privacy/identity.service';
import type { Language } from '../intent';
import { languageOf, personal, send } from './frame';
import { identityPage } from './identity';
import { linkLimit } from './limits';
import { type LinkDeps, unlessNoTenant } from './links';
import { busyPage, gonePage } from './notice';

export interface IdentityDeps extends Omit<LinkDeps, 'links'> {
  publicUrl: string;
  tenants: Tenants;
  identity: Identity;
}
interface Opened {
  tx: TenantTx;
  check: string;
  language: Language;
  now: Date;
  draw(isSent: boolean): string;
  form: string;
}

const opensAMinute = 30;

/** `/identity/<link>`: where somebody proves who they are by what the company holds of them. To look changes nothing; what was sent is answered alike. */
export function identityRoute(deps: IdentityDeps): Router {
  const router = Router();
  const mayOpen = linkLimit(opensAMinute);
  const body = express.urlencoded({ extended: false, limit: '4kb', parameterLimit: 10 });
  const unhurried =
    (work: (opened: Opened, request: Request) => Promise<string>) => async (request: Request, response: Response) => {
      if (!mayOpen(String(request.params.link))) return send(response, 429, busyPage(wished(request)));
      const drawn = await open(deps, request, (opened) => work(opened, request));
      send(response, drawn === undefined ? 404 : 200, drawn ?? gonePage(wished(request)));
    };
  router.use('/identity', personal);
  router.get(
    '/identity/:link',
    unhurried(async (opened) => opened.draw(false)),
  );
  router.post(
    '/identity/:link',
    body,
    unhurried(async (opened, request) => {
      await take(deps, opened, request);
      return opened.draw(true);
    }),
  );
  return router;
}

const wished = (request: Request, theirs?: string): Language =>
  languageOf(request.query.lang, request.header('accept-language'), theirs);

/** A form that was not drawn by us counts for nothing, and is told nothing else. */
async function take(deps: IdentityDeps, { tx, check, form, now }: Opened, request: Request): Promise<void> {
  const sent = (request.body ?? {}) as Record<string, unknown>;
  if (sent.form !== form) return;
  const one = (name: string): string =>
    String([sent[name] ?? ''].flat()[0])
      .slice(0, 200)
      .trim();
  const [name, rut, contract] = [one('name'), one('document'), one('contract')];
  await deps.identity.answer(
    tx,
    check,
    { ...(name && { name }), ...(rut && { rut }), ...(contract && { contract }) },
    now,
  );
}

async function open<T>(
  deps: IdentityDeps,
  request: Request,
  work: (opened: Opened) => Promise<T>,
): Promise<T | undefined> {
  const link = String(request.params.link);
  const tenant = tenantOfLink(link);
  if (!tenant || tenant === unknownTenant) return undefined;
  return deps.database
    .withTenant(tenant, async (tx) => {
      const now = deps.clock.now();
      const keys = await deps.keys.of(tx);
      const check = readLink(keys, link, 'identity', now) && subjectOfLink(link);
      const found = check ? await deps.identity.formOf(tx, check, now) : undefined;
      if (!check || !found) return undefined;
      const language = wished(request, found.language);
      const profile = await deps.tenants.profile(tx);
      const company = { ...profile, privacyUrl: profile.privacyUrl || `${deps.publicUrl}/privacy/${tenant}` };
      const form = signLink(keys, 'form', { subject: check, bound: link });
      const draw = (isSent: boolean) => identityPage(language, { company, form, until: found.until, isSent });
      return work({ tx, check, language, now, draw, form });
    })
    .catch(unlessNoTenant);
}
