import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { sectionIds } from '../../../src/pages/trust/clauses';
import { findBrowser, openBrowser } from '../../../test/support/browser';
import { soon } from '../cast';
import { must, Unproved } from '../must';
import { promised } from '../promised';
import type { Sight } from '../sight';
import { count } from '../tables';

const languages = ['es', 'en', 'pt'] as const;

/** What the page says of its own version. */
const meta = (page: string, name: string): string =>
  new RegExp(`<meta name="policy-${name}" content="([^"]+)"`).exec(page)?.[1] ?? '';

/** Cookies, and what else a page leaves in a browser, on each of these pages: with script and without. */
async function leftInBrowser(at: Sight, paths: readonly string[]): Promise<string[]> {
  const program = findBrowser();
  if (!program) throw new Unproved('no browser on this machine');
  const browser = await openBrowser(program);
  try {
    const left = new Set<string>();
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      for (const path of paths) {
        const answer = await page.goto(path.startsWith('http') ? path : `${at.productUrl}${path}`);
        must(answer?.ok(), `${path} does not open without cookies: ${answer?.status()}`);
        if (javaScriptEnabled)
          for (const name of await page.evaluate<string[]>('Object.keys({ ...localStorage, ...sessionStorage })'))
            left.add(name);
      }
      for (const { name } of await context.cookies()) left.add(name);
      await context.close();
    }
    return [...left].sort();
  } finally {
    await browser.close();
  }
}

/** The inventory that is published. */
const inventory = (): string[] =>
  (
    (load(readFileSync(join(__dirname, '..', '..', '..', 'src', 'pages', 'cookies.yaml'), 'utf8')) ?? []) as {
      name: string;
    }[]
  )
    .map(({ name }) => name)
    .sort();

export const policy = [
  promised('A01', async ({ says, stranger, andina }) => {
    const told = await says(stranger(), 'privacidad');
    return async (at) => {
      const link = /https?:\/\/\S+\/privacy\/[\w-]+/.exec(told.text)?.[0] ?? '';
      must(link !== '', `no link: ${told.text}`);
      const path = new URL(link).pathname;
      must(path === `/privacy/${andina.tenant}`, `the link leads to ${path}`);
      const versions: string[] = [];
      for (const language of languages) {
        const { status, text } = await at.page(`${path}?lang=${language}`);
        must(status === 200, `${path} answers ${status}`);
        const [version, date, hash] = [meta(text, 'version'), meta(text, 'date'), meta(text, 'sha256')];
        must(version && date && hash, `${language}: the page does not say its version, date and hash`);
        const exact = await at.page(`/privacy/text?lang=${language}`);
        const served = createHash('sha256').update(exact.text).digest('hex');
        must(
          served === hash,
          `${language}: what is served is not what was published (${served.slice(0, 12)}… for ${hash.slice(0, 12)}…)`,
        );
        const sections = [...text.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id ?? '');
        const unnamed = [
          ...sections.filter((id) => !sectionIds.includes(id)),
          ...sectionIds.filter((id) => !sections.includes(id)),
        ];
        must(unnamed.length === 0, `sections and promises do not meet: ${unnamed.join(', ')}`);
        versions.push(version);
      }
      must(new Set(versions).size === 1, `versions differ: ${versions.join(', ')}`);
      must(
        told.text.includes(versions[0] ?? '?'),
        `the chat speaks of another version than ${versions[0]}: ${told.text}`,
      );
      return { version: versions[0] ?? '' };
    };
  }),

  promised('A47', async ({ andina, reached, says }) => {
    const answer = await says(await reached(), 'ELEGIR');
    const preferences = /https?:\/\/\S+\/preferences\/[\w.-]+/.exec(answer.text)?.[0] ?? '';
    must(preferences !== '', `no link to one's preferences: ${answer.text}`);
    return async (at) => {
      const pages = [
        '/cookies',
        `/privacy/${andina.tenant}`,
        '/verify',
        '/trust',
        new URL(preferences).pathname,
        '/slack/install',
      ];
      const [left, listed] = [await leftInBrowser(at, pages), inventory()];
      must(
        left.join() === listed.join(),
        `in the browser: ${left.join(', ') || 'none'}; in the inventory: ${listed.join(', ') || 'none'}`,
      );
      return { pages: pages.length, cookies: left.length };
    };
  }),

  promised('A49', async ({ outside, diego, camila, andina }) => {
    const told = await outside.writes(diego, 'versiones de la política', ({ buttons }) => buttons.length > 0);
    await outside.presses(diego, told, /^Avisar a todos/);
    const notice = await outside.reads(camila, 'dm', ({ buttons }) => buttons.some(({ label }) => label === 'Leído'));
    await outside.presses(camila, notice, /^Leído/);
    return async (at) => {
      must(/versi[oó]n/i.test(told.lines.join(' ')), `versions are not told: ${told.lines.join(' ')}`);
      const row = await soon(async () => {
        const [found] = await at.ask<{ told: string; read: string; members: string }>(
          `SELECT count(*) AS told, count(read_at) AS read, (SELECT count(*) FROM member WHERE tenant_id = $1) AS members
           FROM policy_notice WHERE tenant_id = $1`,
          [andina.tenant],
        );
        must(Number(found?.read) >= 1, 'that somebody has read it is not kept');
        return found;
      });
      must(row?.told === row?.members, `${row?.told} of ${row?.members} members were told`);
      return { notices: Number(row?.told), read: Number(row?.read) };
    };
  }),

  promised('A50', async ({ says, stranger, writes, diego }) => {
    // A single word may be of several languages: the menu says which one it was taken for.
    const menus: { menu: string; person: string }[] = [];
    for (const text of ['ayuda', 'help', 'ajuda']) {
      const phone = stranger();
      const menu = (await says(phone, text)).text;
      const [way = ''] = /\b(PERSONA|PERSON|PESSOA)\b/.exec(menu) ?? [];
      menus.push({ menu, person: way && (await says(phone, way)).text });
    }
    const mine = await writes(diego, 'ayuda');
    return async (at) => {
      for (const { menu, person } of menus) {
        must(
          person !== '' && /\b(DATOS|DATA|DADOS)\b/.test(menu),
          `no way to a person, or none to one's data: ${menu}`,
        );
        must(
          /equipo|persona|team|person|equipe|pessoa/i.test(person),
          `whoever asks for a person is led to none: ${person}`,
        );
      }
      must(/rivacidad/.test(mine), `the team's menu does not name privacy: ${mine}`);
      const without = await count(
        at,
        "SELECT count(*) AS n FROM tenant t WHERE t.name NOT IN ('unknown') AND t.contact <> '' AND EXISTS (SELECT 1 FROM sender s WHERE s.tenant_id = t.tenant_id) AND NOT EXISTS (SELECT 1 FROM contract c WHERE c.tenant_id = t.tenant_id AND c.version <> '')",
      );
      must(without === 0, `${without} companies without a version of the terms`);
      return { menus: menus.length };
    };
  }),
];
