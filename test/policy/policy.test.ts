import { newId, unknownTenant } from '../../src/data/ids';
import { createWeb, type Web } from '../../src/http';
import { silentLog } from '../../src/log';
import { languageOf } from '../../src/pages/frame';
import { policyPage } from '../../src/policy/policy';
import { policyRoute } from '../../src/policy/policy-route';
import { type World, world } from '../domain/world';
import { ask, TRAINING_MS, theEngine } from '../understanding/engine';

const company = {
  name: 'Tienda <b>Andina</b>',
  legalName: 'Tienda Andina SpA',
  zone: 'America/Santiago',
  contact: 'privacidad@tienda.example',
  policyVersion: '1',
  policyDate: new Date('2026-11-20T12:00:00Z'),
};

describe('the privacy policy', () => {
  it('when it is read in any language, then it names the company, its version and its date, and nothing in it is markup', () => {
    const dates = { es: '20 de noviembre de 2026', en: 'November 20, 2026', pt: '20 de novembro de 2026' };
    for (const language of ['es', 'en', 'pt'] as const) {
      const page = policyPage(company, language);
      expect(page).toContain(`<html lang="${language}">`);
      expect(page).toContain(dates[language]);
      expect(page).toContain('Tienda Andina SpA');
      expect(page).toContain('Tienda &lt;b&gt;Andina&lt;/b&gt;');
    }
  });

  it.each(['es', 'en', 'pt'] as const)(
    'when it teaches a word in %s, then writing that word is understood',
    async (language) => {
      const taught = new Set(policyPage(company, language).match(/\b[A-Z]{4,}\b/g));
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
    web = createWeb([policyRoute((id) => here.in((tx) => here.tenants.profile(tx), id))], async () => {}, silentLog);
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

  it('when an id is foreign, malformed or reserved, then it is not found, each in the same way', async () => {
    for (const id of [newId(), 'x', '%00', unknownTenant])
      expect((await fetch(`${url}/privacy/${id}`)).status).toBe(404);
  });
});
