import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { findBrowser, openBrowser } from '../support/browser';
import { aPhone } from '../support/ground';
import { aSite, later, type Site } from './site';

const program = findBrowser();
if (!program) process.stderr.write('The pages are not tested in a browser: there is no chromium on this machine.\n');
const whereThereIsABrowser = program ? describe : describe.skip;

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, locale: 'es-CL', isMobile: true };
const narrow: BrowserContextOptions = { viewport: { width: 320, height: 640 }, locale: 'es-CL' };
const languages = ['es', 'en', 'pt'];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Where pictures of the pages go, if somebody wants to look at them. */
const album = process.env.PAGES_ALBUM;

let site: Site;
let browser: Browser;
const contexts: BrowserContext[] = [];

/** A window without JavaScript, as a person may have it. */
async function open(url: string, options = phone): Promise<Page> {
  const context = await browser.newContext({ ...options, javaScriptEnabled: false });
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

let people = 0;
/** What has the focus, and what is seen of it. */
const focused = `(() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return one === document.body ? null : { what: one.tagName + ' ' + (one.id || one.textContent), ring: outlineStyle + ' ' + outlineWidth };
})()`;

const somebody = () => site.person({ identity: { phone: aPhone(), email: `ana.rojas.${++people}@correo.example` } });
const told = (page: Page) => page.locator('#told');
const save = (page: Page) => page.getByRole('button', { name: 'Guardar lo que elegí' }).click();

async function picture(page: Page, name: string): Promise<void> {
  if (!album) return;
  mkdirSync(album, { recursive: true });
  await page.screenshot({ path: join(album, `${name}.png`), fullPage: true });
}

whereThereIsABrowser('the pages, in a browser without JavaScript', () => {
  beforeAll(async () => {
    site = await aSite();
    browser = await openBrowser(program ?? '');
  }, 120_000);
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it('when a person chooses with thumb and keyboard, then it is kept, said first, and nothing is left in the browser', async () => {
    const contact = await somebody();
    const page = await open(await site.link(contact));
    await picture(page, 'preferences');
    expect(await page.getByLabel('WhatsApp', { exact: true }).isChecked()).toBe(true);
    expect(await page.getByLabel('Correo').isChecked()).toBe(false);
    await page.getByLabel('Correo').check();
    await page.getByLabel('WhatsApp', { exact: true }).focus();
    await page.keyboard.press('Space');
    await page.getByLabel('Una por semana').check();
    await save(page);
    expect(await told(page).textContent()).toMatch(/quedó guardado.*por: correo/s);
    await picture(page, 'saved');
    expect(await site.on(contact)).toEqual(['email']);
    expect((await site.view(contact)).frequency).toBe('weekly');
    expect(await page.context().cookies()).toEqual([]);
  });

  it('when they go back after saving and load again, then they see what is kept, and nothing is sent twice', async () => {
    const contact = await somebody();
    const page = await open(await site.link(contact));
    await page.getByLabel('WhatsApp', { exact: true }).uncheck();
    await save(page);
    const before = await site.everything();
    await page.reload();
    await page.goBack();
    expect(await page.getByLabel('WhatsApp', { exact: true }).isChecked()).toBe(false);
    expect(await site.everything()).toBe(before);
  });

  it('when two windows are open, then the older one turns nothing on, says so, and can be saved again', async () => {
    const contact = await somebody();
    const link = await site.link(contact);
    const [one, other] = [await open(link), await open(link)];
    await one.getByRole('button', { name: 'Dejar de recibir todo' }).click();
    expect(await told(one).textContent()).toMatch(/ya no te manda promociones/);
    await other.getByLabel('Correo').check();
    await save(other);
    expect(await told(other).textContent()).toMatch(/Esto había cambiado/);
    await picture(other, 'stale');
    expect(await site.on(contact)).toEqual([]);
    site.here.clock.at = later(1);
    await other.getByLabel('Correo').check();
    await save(other);
    expect(await site.on(contact)).toEqual(['email']);
  });

  it('when the button is pressed twice in a hurry, then it is one act', async () => {
    const contact = await somebody();
    const page = await open(await site.link(contact));
    await page.getByRole('button', { name: 'Dejar de recibir todo' }).dblclick();
    await told(page).waitFor();
    const acts = await site.here.in(site.tenant, (tx) =>
      tx.query('SELECT 1 AS one FROM preference_change WHERE contact_id = $1', [contact]),
    );
    expect(acts).toHaveLength(1);
  });

  it('when the language is switched, then the page speaks it and goes on in it after saving', async () => {
    const page = await open(await site.link(await somebody()));
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByLabel('One a month').check();
    await page.getByRole('button', { name: 'Save my choice' }).click();
    expect(await told(page).textContent()).toMatch(/your choice is saved/);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('when a link to stop is opened, then one press and it is done', async () => {
    const contact = await somebody();
    const page = await open(await site.stopLink(contact));
    await picture(page, 'unsubscribe');
    expect(await site.suppression(contact)).toBeUndefined();
    await page.getByRole('button').click();
    expect(await told(page).textContent()).toMatch(/dejó de enviarte/);
    await picture(page, 'unsubscribed');
    expect(await site.suppression(contact)).toBe('stop');
  });

  it('when a link is over, then it is said how to get another', async () => {
    const link = await site.link(await somebody());
    site.here.clock.at = later(8 * 24 * 60);
    const page = await open(link);
    await picture(page, 'gone');
    expect(await page.getByRole('main').textContent()).toMatch(/ELEGIR.*BAJA/s);
  });

  it('when the form to subscribe is sent empty, then it is said what is missing, with a way there; filled in, it leads to the chat', async () => {
    const { code, url } = await site.list('Vitrina', ['whatsapp', 'sms', 'email']);
    const page = await open(url);
    await picture(page, 'sign-up');
    await page.getByRole('button').click();
    expect(await told(page).textContent()).toMatch(/Revisa esto.*Marca al menos un canal/s);
    await page.getByLabel('WhatsApp', { exact: true }).check();
    await page.getByLabel('Tu teléfono').fill('12');
    await page.getByRole('button').click();
    await picture(page, 'sign-up-wrong');
    await page.getByRole('link', { name: 'Escribe un teléfono válido' }).click();
    expect(new URL(page.url()).hash).toBe('#phone');
    expect(await page.getByLabel('WhatsApp', { exact: true }).isChecked()).toBe(true);
    await page.getByLabel('Tu teléfono').fill('9 8123 4567');
    await page.getByRole('button').click();
    await picture(page, 'sign-up-noted');
    const way = page.getByRole('link', { name: 'Abrir WhatsApp' });
    expect(await way.getAttribute('href')).toBe(`https://wa.me/56229384000?text=ALTA%20${code}`);
    expect(await page.context().cookies()).toEqual([]);
  });

  describe.each(languages)('in %s', (language) => {
    const urls = async () => {
      const contact = await somebody();
      const [own, stop] = [await site.link(contact), await site.stopLink(contact)];
      const { url: list } = await site.list('Vitrina', ['whatsapp', 'sms', 'email']);
      return [own, `${own}?done=saved`, stop, `${site.url}/preferences/x`, list].map(
        (url) => `${url}${url.includes('?') ? '&' : '?'}lang=${language}`,
      );
    };

    it('when a window is 320 pixels wide, or twice as large to the eye, then nothing runs out of it', async () => {
      for (const url of await urls())
        for (const options of [narrow, { ...phone, viewport: { width: 640, height: 800 }, deviceScaleFactor: 2 }]) {
          const context = await browser.newContext(options);
          contexts.push(context);
          const page = await context.newPage();
          await page.goto(url);
          if (options !== narrow)
            await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')");
          const wide = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
          expect([url, wide]).toEqual([url, 0]);
        }
    });

    it.each(['light', 'dark'] as const)(
      'when axe looks at them in the %s, then it finds nothing against WCAG 2.2 AA',
      async (colorScheme) => {
        const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
        const context = await browser.newContext({ ...phone, colorScheme, bypassCSP: true });
        contexts.push(context);
        const page = await context.newPage();
        for (const url of await urls()) {
          await page.goto(url);
          await page.evaluate(axe);
          const { violations, passes } = (await page.evaluate(
            `axe.run({ runOnly: ${JSON.stringify(tags)} })`,
          )) as AxeResults;
          const found = violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
          expect([url, found]).toEqual([url, []]);
          expect(passes.length).toBeGreaterThan(10);
        }
      },
    );
  });

  it('when it is walked through by the keyboard, then every control can be seen to have the focus, in the order it is read', async () => {
    const context = await browser.newContext(phone);
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(await site.link(await somebody()));
    const seen: string[] = [];
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press('Tab');
      const at = (await page.evaluate(focused)) as { what: string; ring: string } | null;
      if (!at) break;
      expect([at.what, at.ring]).toEqual([at.what, 'solid 3px']);
      seen.push(at.what);
    }
    expect(seen).toEqual(
      expect.arrayContaining(['INPUT channel-whatsapp', 'INPUT frequency-all', 'INPUT pause-month']),
    );
    expect(seen.length).toBeGreaterThan(12);
  });
});
