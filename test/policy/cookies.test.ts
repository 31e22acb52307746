import { Router } from 'express';
import type { Browser, BrowserContext } from 'playwright-core';
import type { Installer } from '../../src/channel';
import { newId } from '../../src/data/ids';
import type { Installations } from '../../src/domain/accounts/installations';
import { createWeb, type Web } from '../../src/http';
import { silentLog } from '../../src/log';
import { installPath, installRoute } from '../../src/pages/install-route';
import { cookies } from '../../src/policy/lists';
import { house } from '../../src/policy/policy';
import { policyRoute } from '../../src/policy/policy-route';
import { findBrowser, openBrowser } from '../support/browser';

const program = findBrowser();
if (!program)
  process.stderr.write('What our pages leave in a browser is not tested: there is no chromium on this machine.\n');
const whereThereIsABrowser = program ? describe : describe.skip;

/** All that a window keeps of us, by name: cookies, and what scripts may store. */
async function kept(context: BrowserContext, url: string): Promise<string[]> {
  const page = await context.newPage();
  await page.goto(url);
  const stored: string[] = await page.evaluate('[...Object.keys(localStorage), ...Object.keys(sessionStorage)]');
  const set = (await context.cookies()).map(({ name }) => name);
  await page.close();
  return [...new Set([...set, ...stored])].sort();
}

whereThereIsABrowser('A47: what our pages leave in a browser', () => {
  let browser: Browser;
  let web: Web;
  let url: string;
  const tenant = newId();
  beforeAll(async () => {
    browser = await openBrowser(program as string);
    const stray = Router();
    stray.get('/stray', (_request, response) => void response.cookie('tracker', '1').type('html').send('<p>x</p>'));
    const install = installRoute({
      ...{ clock: { now: () => new Date() }, log: silentLog, publicUrl: 'http://127.0.0.1' },
      installations: { begin: async () => 'state' } as unknown as Installations,
      installer: { authorize: () => '/privacy' } as unknown as Installer,
    });
    web = createWeb([policyRoute(async () => house), install, stray], async () => {}, silentLog);
    ({ url } = await web.listen(0, '127.0.0.1'));
  });
  afterAll(async () => {
    await browser?.close();
    await web?.close();
  });
  const inventory = cookies.map(({ name }) => name).sort();

  it('when every page for people is opened, then the browser keeps nothing; the one that installs, what the inventory says', async () => {
    const context = await browser.newContext();
    for (const path of ['/privacy', '/cookies', `/privacy/${tenant}`, '/privacy/text', '/privacy?lang=en'])
      expect([path, await kept(context, `${url}${path}`)]).toEqual([path, []]);
    expect(await kept(context, `${url}${installPath}`)).toEqual(inventory);
    // One cookie more would be seen.
    expect(await kept(context, `${url}/stray`)).toEqual([...inventory, 'tracker'].sort());
    await context.close();
  });

  it('when scripts are off, then the policy is read all the same, and nothing of it comes from elsewhere', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'es-CL' });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).host));
    await page.goto(`${url}/privacy`);
    expect(await page.locator('#rights').textContent()).toContain('Acceso, rectificación, supresión');
    expect(await page.locator('section').count()).toBeGreaterThan(15);
    expect(new Set(asked)).toEqual(new Set([new URL(url).host]));
    await context.close();
  });
});
