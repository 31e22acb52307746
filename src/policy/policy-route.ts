import { type Response, Router } from 'express';
import { isId, unknownTenant } from '../data/ids';
import { AppError } from '../errors';
import type { Language } from '../intent';
import { languageOf, send, strict } from '../pages/frame';
import { cookiePage, hashNow, house, type PolicyFacts, policyPage, publishedText } from './policy';

/**
 * `/privacy`: how we treat data ourselves · `/privacy/<tenant>`: how a company does, what the link in every answer about privacy opens; an unknown one is not
 * found, as a foreign one · `/privacy/text`: the very bytes whose hash the ledger holds · `/cookies`.
 */
export function policyRoute(factsOf: (tenant: string) => Promise<PolicyFacts>): Router {
  const router = Router();
  router.use(['/privacy', '/cookies'], strict);
  const shown = (response: Response, language: Language, text: string) => {
    response.set('cache-control', 'no-cache').set('vary', 'accept-language').set('x-policy-sha256', hashNow(language));
    send(response, 200, text);
  };
  router.get('/privacy', (request, response) => {
    const language = languageOf(request.query.lang, request.header('accept-language'));
    shown(response, language, policyPage('house', house, language));
  });
  router.get('/privacy/text', (request, response) => {
    const language = languageOf(request.query.lang, request.header('accept-language'));
    response.set('cache-control', 'no-cache').set('vary', 'accept-language').set('x-policy-sha256', hashNow(language));
    response.status(200).type('text/plain').send(publishedText(language));
  });
  router.get('/cookies', (request, response) => {
    const language = languageOf(request.query.lang, request.header('accept-language'));
    shown(response, language, cookiePage(language));
  });
  router.get('/privacy/:tenant', async (request, response, next) => {
    const { tenant } = request.params;
    const facts = isId(tenant) && tenant !== unknownTenant ? await factsOf(tenant).catch(absent) : undefined;
    if (!facts) return next();
    const language = languageOf(request.query.lang, request.header('accept-language'));
    shown(response, language, policyPage('company', facts, language));
  });
  return router;
}

function absent(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'TENANT_REQUIRED') return undefined;
  throw error;
}
