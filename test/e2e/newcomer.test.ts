import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { findBrowser, openBrowser } from '../support/browser';
import { type System, startSystem } from '../support/system';
import { walkNewcomer } from '../tour/newcomer';

const program = findBrowser();
if (!program)
  process.stderr.write('A newcomer’s first campaign is not tested: there is no chromium on this machine.\n');
const whereThereIsABrowser = program ? describe : describe.skip;
/** Where pictures of it go, if somebody wants them. */
const pictures = process.env.PICTURES;

let system: System;
let browser: Browser;

whereThereIsABrowser('a newcomer’s first campaign, in a browser', () => {
  beforeAll(async () => {
    system = await startSystem();
    browser = await openBrowser(program ?? '');
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await system?.close();
  });

  it('when they greet and then press what is offered, then it is made, approved and read in less than three minutes', async () => {
    const page = await browser.newPage({ locale: 'es-CL', viewport: { width: 1280, height: 860 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${system.worldUrl}?lang=es`);
    await page.locator('body[data-ready]').waitFor();
    const began = performance.now();
    const keep = async (name: string) => {
      if (!pictures) return;
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}.png`) });
    };
    await walkNewcomer(page, keep).catch(async (error) => {
      await keep('stuck');
      throw error;
    });
    const seconds = (performance.now() - began) / 1000;
    if (pictures) process.stdout.write(`a newcomer's first campaign: ${seconds.toFixed(1)} s\n`);
    expect(seconds).toBeLessThan(180);
    expect(errors).toEqual([]);
  }, 240_000);
});
