import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findBrowser, openBrowser } from '../support/browser';

/** The steps of the guided tour, as the pictures of docs/rights.md are called. */
const names = ['asked', 'confirmed', 'accepted', 'certificate', 'verified', 'changed', 'trust'];
const patienceMs = 90_000;

/** Walks through the guided tour of the simulator's page by keyboard alone. @param seen called after each step */
export async function walkTour(page: Page, seen: (name: string) => Promise<void>): Promise<void> {
  await page.getByTestId('tour-start').focus();
  await page.keyboard.press('Enter');
  for (const [at, name] of names.entries()) {
    await page.keyboard.press('Enter');
    // The step is done when the next one is where we stand.
    await page.locator('#tour-steps li.done').nth(at).waitFor({ timeout: patienceMs });
    await page.locator('#tour:not([aria-busy])').waitFor();
    await seen(name);
  }
}

/** `npm run tour -- --pictures <folder>`: the pictures of docs/rights.md, taken from a system that runs. */
export async function takePictures(worldUrl: string, folder: string, tell: (line: string) => void): Promise<void> {
  const program = findBrowser();
  if (!program) throw new Error('There is no browser on this machine to take pictures with.');
  mkdirSync(folder, { recursive: true });
  const browser = await openBrowser(program);
  try {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    const keep = async (of: Page, name: string, fullPage = false) => {
      await of.screenshot({ path: join(folder, `${name}.png`), fullPage });
      tell(`${name}.png`);
    };
    await page.goto(`${worldUrl}?lang=en`);
    await page.locator('body[data-ready]').waitFor();
    await walkTour(page, async (name) => {
      await keep(page, name);
      const link = page.getByTestId('tour-link');
      if ((await link.count()) === 0) return;
      const opened = await context.newPage();
      await opened.setViewportSize({ width: 760, height: 980 });
      await opened.goto((await link.getAttribute('href')) ?? '');
      await keep(opened, `${name}-page`);
      await opened.close();
    });
  } finally {
    await browser.close();
  }
}
