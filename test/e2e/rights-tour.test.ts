import type { Browser } from 'playwright-core';
import { findBrowser, openBrowser } from '../support/browser';
import { type System, startSystem } from '../support/system';
import { walkTour } from '../tour/pictures';

const program = findBrowser();
if (!program)
  process.stderr.write('The guided tour is not tested in a browser: there is no chromium on this machine.\n');
const whereThereIsABrowser = program ? describe : describe.skip;

let system: System;
let browser: Browser;

whereThereIsABrowser('the guided tour of a right, in a browser', () => {
  beforeAll(async () => {
    system = await startSystem();
    browser = await openBrowser(program ?? '');
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await system?.close();
  });

  it.each([
    ['es', /auténtico/, /altera|cambi/],
    ['en', /authentic/, /altered/],
    ['pt', /autêntico/, /altera|mud/],
  ])(
    'when it is walked by keyboard alone in %s, then it goes from “erase me” to the proof in less than five minutes',
    async (language, whole, changed) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(`${system.worldUrl}?lang=${language}`);
      await page.locator('body[data-ready]').waitFor();
      const began = performance.now();
      const said = new Map<string, string>();
      await walkTour(page, async (name) => {
        said.set(name, (await page.getByTestId('tour-said').textContent()) ?? '');
      });
      expect(said.get('asked')).toMatch(/SOL-\d+/);
      expect(said.get('verified')).toMatch(whole);
      expect(said.get('changed')).toMatch(changed);
      expect(await page.getByTestId('tour-link').getAttribute('href')).toContain('/trust');
      expect(performance.now() - began).toBeLessThan(300_000);
      expect(errors).toEqual([]);
      await page.close();
    },
    300_000,
  );
});
