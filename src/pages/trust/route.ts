import { type Request, Router } from 'express';
import { signDocument, verifyDocument } from '../../data/signed-document';
import type { Signer } from '../../data/signing';
import type { Language } from '../../intent';
import { languageOf, send, strict } from '../frame';
import { trustPage } from './page';
import { programHash, shippedReport } from './report';
import { documentOf } from './words';

/** `/trust`: what was promised and proved, for everybody to read; `/trust/report.json`: the same, signed by this house. */
export function trustRoute({ signer }: { signer?: Signer | undefined }): Router {
  const router = Router();
  const report = shippedReport();
  const isSame = report !== undefined && report.program === programHash();
  const written = new Map<Language, string>();
  const inWriting = (language: Language): string | undefined => {
    if (!report) return undefined;
    const document = documentOf(report, language);
    const text = written.get(language) ?? (signer ? signDocument(document, signer) : JSON.stringify(document));
    written.set(language, text);
    return text;
  };
  const wished = (request: Request): Language => languageOf(request.query.lang, request.header('accept-language'));
  router.use('/trust', strict);
  router.get('/trust', (request, response) => {
    const language = wished(request);
    const { key, sha256 } = verifyDocument(inWriting(language) ?? '');
    response.set('cache-control', 'no-cache').set('vary', 'accept-language');
    const signature = key && sha256 ? { signature: { key: key.id, sha256 } } : {};
    send(response, 200, trustPage(language, { report, isSame, ...signature }));
  });
  router.get('/trust/report.json', (request, response, next) => {
    const text = inWriting(wished(request));
    if (!text) return next();
    response.set('cache-control', 'no-cache').set('vary', 'accept-language').type('json').send(text);
  });
  return router;
}
