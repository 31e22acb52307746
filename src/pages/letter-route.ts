import { type Request, type Response, Router } from 'express';
import type { TenantTx } from '../data/database';
import { unknownTenant } from '../data/ids';
import { readLink, subjectOfLink, tenantOfLink } from '../data/links';
import type { Tenants } from '../domain/accounts/tenants.service';
import { letterDays } from '../domain/privacy/case-letters';
import { zipped } from '../domain/privacy/package-zip';
import type { Privacy } from '../domain/privacy/privacy.service';
import { languageOf, page, personal, send } from './frame';
import { html } from './html';
import { linkLimit } from './limits';
import { type LinkDeps, unlessNoTenant } from './links';
import { busyPage, gonePage } from './notice';
import { speaker } from './texts';

export interface LetterDeps extends Omit<LinkDeps, 'links'> {
  tenants: Tenants;
  privacy: Privacy;
}
const opensAMinute = 30;

/** `/letter/<link>`: what was written to somebody about their case, word for word. `/dossier/<link>`: the file of a case, for whoever decides it. */
export function letterRoute(deps: LetterDeps): Router {
  const router = Router();
  const mayOpen = linkLimit(opensAMinute);
  const unhurried =
    (work: (request: Request, response: Response) => Promise<void>) => async (request: Request, response: Response) =>
      mayOpen(String(request.params.link)) ? work(request, response) : send(response, 429, busyPage(wished(request)));
  router.use(['/letter', '/dossier'], personal);
  router.get(
    '/letter/:link',
    unhurried(async (request, response) => {
      const drawn = await open(deps, request, 'letter', (tx, id) => letterPage(deps, request, tx, id));
      send(response, drawn === undefined ? 404 : 200, drawn ?? gonePage(wished(request)));
    }),
  );
  router.get(
    '/dossier/:link',
    unhurried(async (request, response) => {
      const now = deps.clock.now();
      const files = await open(deps, request, 'dossier', async (tx, id) => ({
        name: (await deps.privacy.get(tx, id, now)).number,
        files: await deps.privacy.dossierFiles(tx, id, 'link:dossier', now),
      }));
      if (!files) return send(response, 404, gonePage(wished(request)));
      response.set('content-disposition', `attachment; filename="${files.name}.zip"`).type('application/zip');
      const all = async function* () {
        for (const { name, bytes } of files.files) yield { name: `${files.name}/${name}`, content: [bytes] };
      };
      for await (const chunk of zipped(all(), now)) response.write(chunk);
      response.end();
    }),
  );
  return router;
}

const wished = (request: Request, theirs?: string) =>
  languageOf(request.query.lang, request.header('accept-language'), theirs);

async function letterPage(deps: LetterDeps, request: Request, tx: TenantTx, id: string): Promise<string | undefined> {
  const found = await deps.privacy.letterById(tx, id);
  if (!found) return undefined;
  const { legalName, name, zone } = await deps.tenants.profile(tx);
  const language = wished(request, found.language);
  const says = speaker({ language, zone });
  const company = legalName || name;
  const until = new Date(found.writtenAt.getTime() + letterDays * 86_400_000);
  const body = html`<h1>${says('letter.title', { company })}</h1>
<p class="soft">${says('letter.about', { number: found.number, day: { day: found.writtenAt } })}</p>
<article lang="${found.language}">
${found.text.split('\n\n').map((one) => html`<p>${one}</p>\n`)}</article>
<p class="soft">${says('letter.again', { until: { day: until } })}</p>`;
  return page(language, says('letter.title', { company }), body);
}

async function open<T>(
  deps: LetterDeps,
  request: Request,
  purpose: 'letter' | 'dossier',
  work: (tx: TenantTx, subject: string) => Promise<T>,
): Promise<T | undefined> {
  const link = String(request.params.link);
  const tenant = tenantOfLink(link);
  if (!tenant || tenant === unknownTenant) return undefined;
  return deps.database
    .withTenant(tenant, async (tx) => {
      const isOurs = readLink(await deps.keys.of(tx), link, purpose, deps.clock.now());
      return isOurs ? work(tx, subjectOfLink(link)) : undefined;
    })
    .catch(unlessNoTenant);
}
