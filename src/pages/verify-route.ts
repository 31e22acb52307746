import express, { type Request, type Response, Router } from 'express';
import { toBuffer, toString as toText } from 'qrcode';
import type { Clock } from '../clock';
import type { Database } from '../data/database';
import { type Verdict, verifyDocument } from '../data/signed-document';
import type { Certificates } from '../domain/privacy/certificates.service';
import { exitCertificatesTable } from '../domain/privacy/exit-certificates.table';
import { signingKeysTable } from '../domain/privacy/signing-keys.table';
import { documentPdf } from '../domain/reports/document';
import type { Language } from '../intent';
import { certificatePage, type Judgement, pendingPage, verifyPage, wordsOf } from './certificate-page';
import { languageOf, personal, send, strict } from './frame';
import { linkLimit } from './limits';
import { unlessNoTenant } from './links';
import { formFields } from './multipart';
import { busyPage, gonePage } from './notice';

export interface VerifyDeps {
  database: Database;
  clock: Clock;
  certificates: Certificates;
  publicUrl: string;
}

const opensAMinute = 60;
const most = '512kb';
const wished = (request: Request): Language => languageOf(request.query.lang, request.header('accept-language'));

/** `/verify`, `/c/<link>` with its files, and the public keys: what anybody may check, without script or login. To look changes nothing, and what is handed in is not kept. */
export function verifyRoute(deps: VerifyDeps): Router {
  const router = Router();
  const shelf = new Shelf(deps);
  const mayOpen = linkLimit(opensAMinute);
  const calmly =
    (work: (link: string, request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response): Promise<void> => {
      const link = String(request.params.link);
      if (mayOpen(link)) await work(link, request, response);
      else send(response, 429, busyPage(wished(request)));
    };
  router.use('/verify', strict);
  router.use('/c', personal);
  router.get('/.well-known/signing-keys.json', async (_request, response) => {
    response.set('cache-control', 'public, max-age=300').json({ keys: await shelf.keys() });
  });
  router.get('/verify', async (request, response) => {
    const { c: link } = request.query;
    const text = typeof link === 'string' && mayOpen(link) ? (await shelf.find(link))?.document : undefined;
    const isAsked = typeof link === 'string';
    send(response, 200, verifyPage(wished(request), isAsked ? await shelf.judge(text) : undefined));
  });
  router.post('/verify', express.raw({ type: 'multipart/form-data', limit: most }), async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const fields = formFields(body, request.header('content-type') ?? '');
    const given = [fields.get('file'), fields.get('text')].find((one) => one && one.toString('latin1').trim() !== '');
    const outcome = await shelf.judge(given);
    send(response, outcome.judgement === 'empty' ? 422 : 200, verifyPage(wished(request), outcome));
  });
  router.get(
    '/c/:link',
    calmly((link, request, response) => shelf.show(link, request, response)),
  );
  router.get(
    '/c/:link/certificate.json',
    calmly((link, request, response) => shelf.json(link, request, response)),
  );
  router.get(
    '/c/:link/certificate.pdf',
    calmly((link, request, response) => shelf.pdf(link, request, response)),
  );
  return router;
}

const aHash = /^[0-9a-f]{64}$/;

interface Found {
  /** None: it is not issued yet. */
  document?: string;
}

class Shelf {
  constructor(private readonly deps: VerifyDeps) {}

  keys() {
    return this.deps.database.withSystem('resolver', (tx) => signingKeysTable.list(tx));
  }

  /** Of a person's erasure by its link, of a customer's by the hash of the document itself. */
  async find(link: string): Promise<Found | undefined> {
    const { database, certificates, clock } = this.deps;
    const tenant = certificates.tenantOf(link);
    if (!tenant) {
      if (!aHash.test(link)) return undefined;
      const hash = Buffer.from(link, 'hex');
      const document = await database.withSystem('resolver', (tx) => exitCertificatesTable.find(tx, hash));
      return document === undefined ? undefined : { document };
    }
    return database
      .withTenant(tenant, async (tx) => {
        const id = await certificates.caseOf(tx, link, clock.now());
        const document = id && (await certificates.newest(tx, id))?.document;
        return id === undefined ? undefined : { ...(document && { document }) };
      })
      .catch(unlessNoTenant);
  }

  async judge(given: Buffer | string | undefined): Promise<{ judgement: Judgement; verdict: Verdict }> {
    const verdict = verifyDocument(given ?? '');
    if (given === undefined) return { judgement: 'empty', verdict };
    if (verdict.state !== 'whole') return { judgement: verdict.state, verdict };
    const isOurs = (await this.keys()).some(({ public_key }) => public_key === verdict.key?.public_key);
    return { judgement: isOurs ? 'whole' : 'unknown', verdict };
  }

  async show(link: string, request: Request, response: Response): Promise<void> {
    const found = await this.find(link);
    if (!found) return send(response, 404, gonePage(wished(request)));
    if (!found.document) return send(response, 200, pendingPage(wished(request)));
    const verdict = verifyDocument(found.document);
    const words = wordsOf(verdict.document);
    if (!words) return send(response, 404, gonePage(wished(request)));
    const verify = this.verifyUrl(link);
    const language = String(verdict.document?.language);
    const qr = await toText(verify, { type: 'svg', errorCorrectionLevel: 'M', margin: 4, width: 200 });
    const shown = { words, language, text: found.document, verdict, verify, qr, files: `/c/${link}` };
    send(response, 200, certificatePage(languageOf(request.query.lang, undefined, language), shown));
  }

  async json(link: string, request: Request, response: Response): Promise<void> {
    const document = (await this.find(link))?.document;
    if (!document) return send(response, 404, gonePage(wished(request)));
    response
      .attachment(`${nameOf(document)}.json`)
      .type('json')
      .send(document);
  }

  async pdf(link: string, request: Request, response: Response): Promise<void> {
    const text = (await this.find(link))?.document;
    const verdict = verifyDocument(text ?? '');
    const words = wordsOf(verdict.document);
    if (!text || !words) return send(response, 404, gonePage(wished(request)));
    const verify = this.verifyUrl(link);
    const png = await toBuffer(verify, { type: 'png', errorCorrectionLevel: 'M', margin: 4, width: 480 });
    const { title, lead, sections } = words;
    const paper = await documentPdf(
      {
        ...{ title, language: String(verdict.document?.language), lead: [lead] },
        sections: sections.map((one) => ({ title: one.title, facts: one.facts, text: one.notes })),
        mark: `${nameOf(text)} · SHA-256 ${verdict.sha256} · ${verdict.key?.id}`,
        picture: { png, alt: verify },
        attached: { name: `${nameOf(text)}.json`, content: text },
      },
      issuedAt(verdict),
    );
    response
      .attachment(`${nameOf(text)}.pdf`)
      .type('pdf')
      .send(paper);
  }

  private verifyUrl(link: string): string {
    return `${this.deps.publicUrl}/verify?c=${link}`;
  }
}

interface Facts {
  number?: string;
  issued_at?: string;
  executed_at?: string;
}
const factsIn = (verdict: Verdict): Facts => (verdict.document?.facts ?? {}) as Facts;
const nameOf = (text: string): string => /"number":"(CE-[\w-]+)"/.exec(text)?.[1] ?? 'certificate';
/** The same certificate is the same file, whenever it is asked for. */
function issuedAt(verdict: Verdict): Date {
  const { issued_at: issued, executed_at: executed } = factsIn(verdict);
  return new Date(issued ?? executed ?? 0);
}
