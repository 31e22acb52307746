import { Router } from 'express';
import { isId, unknownTenant } from '../data/ids';
import { AppError } from '../errors';
import { languageOf, send, strict } from '../pages/frame';
import { type PolicyFacts, policyPage } from './policy';

/** `/privacy/<tenant>`: what the link in every answer about privacy opens. An unknown company is not found, as a foreign one. */
export function policyRoute(profileOf: (tenant: string) => Promise<PolicyFacts>): Router {
  const router = Router();
  router.use('/privacy', strict);
  router.get('/privacy/:tenant', async (request, response, next) => {
    const { tenant } = request.params;
    const profile = isId(tenant) && tenant !== unknownTenant ? await profileOf(tenant).catch(absent) : undefined;
    if (!profile) return next();
    const language = languageOf(request.query.lang, request.header('accept-language'));
    response.set('cache-control', 'no-cache').set('vary', 'accept-language');
    send(response, 200, policyPage(profile, language));
  });
  return router;
}

function absent(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'TENANT_REQUIRED') return undefined;
  throw error;
}
