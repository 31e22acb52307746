import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { mutations } from '../../bench/policy/mutations';
import { signDocument, verifyDocument } from '../../src/data/signed-document';
import { signerOf } from '../../src/data/signing';
import { promiseIds } from '../../src/pages/trust/clauses';
import { trustPage } from '../../src/pages/trust/page';
import { type TrustReport, trustTexts } from '../../src/pages/trust/report';
import { trustRoute } from '../../src/pages/trust/route';
import { documentOf, wordsOf } from '../../src/pages/trust/words';

const languages = ['es', 'en', 'pt'] as const;
const report: TrustReport = {
  ...{ kind: 'report', at: '2026-11-30T12:00:00.000Z', program: 'a'.repeat(64), policy: '1.0', proved: 1, total: 2 },
  promises: [
    { id: 'A12', clause: 'data', proved: true, evidence: 'Seen.', seen: { receipts: 41 } },
    { id: 'A35', clause: 'security', proved: false, evidence: 'no <b>backup</b>', seen: {} },
  ],
  mutations: [{ name: 'column-outside', promise: 'A02', caught: true, how: 'outside the map: contact.nickname' }],
};

describe('the page that shows what was promised and proved', () => {
  it('when a language is read, then it says all that the others say, for each promise and each harm', () => {
    const keysOf = (tree: unknown, under = ''): string[] =>
      typeof tree === 'object' && tree !== null
        ? Object.entries(tree).flatMap(([key, inner]) => keysOf(inner, `${under}.${key}`))
        : [under];
    const [es, ...others] = languages.map((language) => keysOf(trustTexts[language]).sort());
    for (const other of others) expect(other).toEqual(es);
    for (const language of languages) {
      expect(Object.keys(trustTexts[language].promises).sort()).toEqual(promiseIds);
      expect(Object.keys(trustTexts[language].harms).sort()).toEqual(mutations.map(({ name }) => name).sort());
    }
  });

  it('when there is a report, then what is not proved comes first and says why, and nothing of it is markup', () => {
    for (const language of languages) {
      const page = trustPage(language, { report, isSame: true });
      expect(page.indexOf('id="A35"')).toBeLessThan(page.indexOf('id="A12"'));
      expect(page).toContain('no &lt;b&gt;backup&lt;/b&gt;');
      expect(page).toContain(wordsOf(language, 'A12', report).saw);
      expect(page).not.toMatch(/undefined|\[object/);
    }
  });

  it('when it is signed, then it is whole as it is, and one changed byte is found', () => {
    const text = signDocument(documentOf(report, 'es'), signerOf(randomBytes(32).toString('base64')));
    expect(verifyDocument(text).state).toBe('whole');
    const at = text.indexOf('2026');
    for (const changed of [`${text.slice(0, at)}2027${text.slice(at + 4)}`, text.replace('"proved":1', '"proved":2')])
      expect(verifyDocument(changed).state).toBe('changed');
  });

  it('when it is asked for, then it opens without script, cookie or login, in the language that is wished', async () => {
    const app = express().use(trustRoute({ signer: signerOf(randomBytes(32).toString('base64')) }));
    const server: Server = createServer(app);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/trust`;
    try {
      for (const language of languages) {
        const answer = await fetch(`${url}?lang=${language}`);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('set-cookie')).toBeNull();
        expect(await answer.text()).toContain(String(trustTexts[language].texts.title));
      }
    } finally {
      await new Promise((done) => server.close(done));
    }
  });
});
