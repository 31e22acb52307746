import { newId, unknownTenant } from '../../src/data/ids';
import { policyHead } from '../../src/domain/registers/policy-ledger';
import { createWeb, type Web } from '../../src/http';
import { silentLog } from '../../src/log';
import { languageOf } from '../../src/pages/frame';
import { companyFacts } from '../../src/policy/company';
import { hashOf, policyPage } from '../../src/policy/policy';
import { policyRoute } from '../../src/policy/policy-route';
import { type World, world } from '../domain/world';
import { ask, TRAINING_MS, theEngine } from '../understanding/engine';

const company = {
  name: 'Tienda <b>Andina</b>',
  legalName: 'Tienda Andina SpA',
  zone: 'America/Santiago',
  contact: 'privacidad@tienda.example',
  representative: 'Rosa Paz',
  address: 'Av. Los Leones 100, Santiago',
};

describe('the privacy policy', () => {
  it('when it is read in any language, then it names the company, its version and its date, and nothing in it is markup', () => {
    for (const language of ['es', 'en', 'pt'] as const) {
      const page = policyPage('company', company, language);
      expect(page).toContain(`<html lang="${language}">`);
      expect(page).toContain(`content="${policyHead.version}"`);
      expect(page).toContain(String(policyHead.date.getUTCFullYear()));
      expect(page).toContain('Rosa Paz');
      expect(page).toContain('Tienda Andina SpA');
      expect(page).toContain('Tienda &lt;b&gt;Andina&lt;/b&gt;');
    }
  });

  it.each(['es', 'en', 'pt'] as const)(
    'when it teaches a word in %s, then writing that word is understood',
    async (language) => {
      const taught = new Set(policyPage('company', company, language).match(/\b[A-Z]{4,}\b/g));
      for (const wire of ['SMPP', 'SMTP']) taught.delete(wire); // by which messages travel: named, not taught
      expect(taught.size).toBeGreaterThan(3);
      const engine = await theEngine();
      for (const text of taught) expect([text, ask(engine, text, { language }).intent]).not.toEqual([text, 'none']);
    },
    TRAINING_MS,
  );

  it('when no language is asked for, then the browser’s, and Spanish when it speaks none of ours', () => {
    expect([languageOf('pt', 'en'), languageOf(undefined, 'fr;q=1, en;q=0.8'), languageOf('xx', undefined)]).toEqual([
      'pt',
      'en',
      'es',
    ]);
  });
});

describe('its address', () => {
  let here: World;
  let web: Web;
  let url: string;
  beforeAll(async () => {
    here = await world();
    web = createWeb([policyRoute((id) => here.in(companyFacts, id))], async () => {}, silentLog);
    ({ url } = await web.listen(0, '127.0.0.1'));
  });
  afterAll(async () => {
    await web.close();
    await here.close();
  });

  it('when a company is ours, then its policy is shown', async () => {
    const response = await fetch(`${url}/privacy/${here.tenant}?lang=en`);
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('Privacy policy of Tienda Andina'),
    ]);
  });

  it('A01: when our own policy is read, then its text has the hash that the page, its header and the ledger’s head say, in each language', async () => {
    for (const language of ['es', 'en', 'pt'] as const) {
      const page = await fetch(`${url}/privacy?lang=${language}`);
      const text = await (await fetch(`${url}/privacy/text?lang=${language}`)).text();
      const hash = hashOf(text);
      expect([page.status, page.headers.get('x-policy-sha256')]).toEqual([200, hash]);
      const shown = await page.text();
      expect(shown).toContain(`<meta name="policy-sha256" content="${hash}">`);
      expect(shown).toContain('76.517.351-5');
      for (const id of ['who', 'rights', 'transfers', 'cookies']) expect(shown).toContain(`<section id="${id}">`);
      expect(hash).toBe(policyHead.hashes[language]);
    }
  });

  it('A47: when the page about cookies is read, then it names each, and leaves none itself', async () => {
    const response = await fetch(`${url}/cookies?lang=es`);
    expect([response.status, response.headers.getSetCookie(), await response.text()]).toEqual([
      200,
      [],
      expect.stringContaining('connectus_install'),
    ]);
  });

  it('when an id is foreign, malformed or reserved, then it is not found, each in the same way', async () => {
    for (const id of [newId(), 'x', '%00', unknownTenant])
      expect((await fetch(`${url}/privacy/${id}`)).status).toBe(404);
  });
});
