import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { findBrowser, openBrowser } from './browser';

const program = findBrowser();
const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, locale: 'es-CL' };

/** A test that needs eyes; left out, and said so, where there is no browser. */
export const itInABrowser = program ? it : it.skip;
if (!program) process.stderr.write('What axe finds is not tested: there is no chromium on this machine.\n');

interface Look {
  /** More than the page's own address: who opens it, and on what. */
  headers?: Record<string, string>;
  wide?: boolean;
  /** Something that must be seen before it is looked at. */
  ready?: string;
}

/** Opens each as people do, in the light and in the dark, and says what axe finds against WCAG 2.2 AA. @returns the address and the rule of each, with where */
export async function problemsAt(urls: readonly string[], { headers, wide, ready }: Look = {}): Promise<string[]> {
  const browser = await openBrowser(program as string);
  const found: string[] = [];
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        ...(wide ? { viewport: { width: 1360, height: 900 }, locale: 'es-CL' } : phone),
        ...{ colorScheme, bypassCSP: true, ...(headers && { extraHTTPHeaders: headers }) },
      });
      const page = await context.newPage();
      for (const url of urls) {
        await page.goto(url);
        if (ready) await page.locator(ready).first().waitFor();
        await page.evaluate(source);
        const { violations, passes } = (await page.evaluate(
          `axe.run({ runOnly: ${JSON.stringify(tags)} })`,
        )) as AxeResults;
        for (const { id, impact, nodes } of violations)
          found.push(`${new URL(url).pathname} (${colorScheme}): ${id}, ${impact}: ${nodes[0]?.html}`);
        if (passes.length < 5) found.push(`${url}: hardly anything to look at`);
      }
      await context.close();
    }
  } finally {
    await browser.close();
  }
  return found;
}
