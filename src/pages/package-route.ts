import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../clock';
import type { Database, TenantTx } from '../data/database';
import { isId, unknownTenant } from '../data/ids';
import type { Tenants } from '../domain/accounts/tenants.service';
import { type Packages, tenantOfPackage } from '../domain/privacy/packages.service';
import type { Language } from '../intent';
import { languageOf, personal, send } from './frame';
import { linkLimit } from './limits';
import { unlessNoTenant } from './links';
import { busyPage, gonePage } from './notice';
import { packagePage } from './package';

export interface PackageDeps {
  database: Database;
  clock: Clock;
  tenants: Tenants;
  packages: Packages;
}

const opensAMinute = 20;
const form = express.urlencoded({ extended: false, limit: '1kb', parameterLimit: 5 });

/** `/p/<link>`: a copy of somebody's data. To look counts nothing, so whatever fetches links ahead takes none of the downloads; the button does. */
export function packageRoute(deps: PackageDeps): Router {
  const router = Router();
  const mayOpen = linkLimit(opensAMinute);
  const unhurried =
    (work: (request: Request, response: Response) => Promise<void>) => async (request: Request, response: Response) =>
      mayOpen(linkIn(request)) ? work(request, response) : send(response, 429, busyPage(wished(request)));
  router.use('/p', personal);
  router.get(
    '/p/:link',
    unhurried((request, response) => show(deps, request, response, 200)),
  );
  router.post(
    '/p/:link',
    form,
    unhurried((request, response) => take(deps, request, response)),
  );
  return router;
}

const linkIn = (request: Request): string => String(request.params.link);
const wished = (request: Request, theirs?: string): Language =>
  languageOf(request.query.lang, request.header('accept-language'), theirs);
const field = (request: Request, name: string): string =>
  String((request.body as Record<string, unknown> | undefined)?.[name] ?? '').slice(0, 40);

async function show(
  deps: PackageDeps,
  request: Request,
  response: Response,
  status: number,
  news?: 'sent' | 'wrong',
): Promise<void> {
  const drawn = await inside(deps, request, async (tx, now) => {
    const offer = await deps.packages.offer(tx, linkIn(request), now);
    if (!offer) return undefined;
    const { name } = await deps.tenants.profile(tx);
    const company = { name, zone: offer.zone };
    return packagePage(wished(request, offer.language), { offer, company, ...(news && { news }) });
  });
  if (drawn === undefined) return send(response, 404, gonePage(wished(request)));
  send(response, status, drawn);
}

async function take(deps: PackageDeps, request: Request, response: Response): Promise<void> {
  const link = linkIn(request);
  if (field(request, 'act') === 'code') {
    await inside(deps, request, (tx, now) => deps.packages.sendCode(tx, link, now));
    return show(deps, request, response, 200, 'sent');
  }
  const code = field(request, 'code').replace(/\D/g, '');
  const fetched = (await inside(deps, request, (tx, now) => deps.packages.fetch(tx, link, code, now))) ?? 'gone';
  if (fetched === 'gone') return send(response, 404, gonePage(wished(request)));
  if (fetched === 'wrong') return show(deps, request, response, 403, 'wrong');
  response.status(200).type('application/zip').set('content-disposition', `attachment; filename="${fetched.name}"`);
  try {
    await pipeline(fetched.content, response);
  } finally {
    await fetched.done();
  }
}

/** undefined for a link that names no customer of ours. */
async function inside<T>(
  { database, clock }: PackageDeps,
  request: Request,
  work: (tx: TenantTx, now: Date) => Promise<T>,
): Promise<T | undefined> {
  const tenant = tenantOfPackage(linkIn(request));
  if (!isId(tenant) || tenant === unknownTenant) return undefined;
  return database.withTenant(tenant, (tx) => work(tx, clock.now())).catch(unlessNoTenant);
}
