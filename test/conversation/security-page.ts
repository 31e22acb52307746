import { join } from 'node:path';
import { type Catalogue, loadCatalogue } from '../../src/conversation/catalogue';
import { refusalFor } from '../../src/conversation/roles';
import { roles } from '../../src/domain/accounts/roles';
import { safeHeaders } from '../../src/http';
import type { Person } from '../../src/intent';
import { root } from '../../src/load';

const place = { language: 'es', zone: 'America/Santiago' } as const;
const people: Readonly<Record<string, Person>> = {
  ...Object.fromEntries(
    roles.map((role) => [role, { kind: 'member', member: role, name: role, roles: [role], ...place } as const]),
  ),
  unlinked: { kind: 'stranger', slack: { team: 'T', user: 'U' }, ...place },
  recipient: { kind: 'recipient', contact: 'c', ...place },
};
const columns = Object.keys(people);
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const head = (cells: readonly string[]): string[] => [row(cells), row(cells.map(() => '---'))];

/** The page with its tables as the code has them. */
export function written(page: string, catalogue: Catalogue = loadCatalogue(join(root, 'intents'))): string {
  const order = ['team', 'shared', 'recipient'];
  const all = [...catalogue.values()].sort((one, other) => order.indexOf(one.audience) - order.indexOf(other.audience));
  const matrix = [
    ...head(['what can be said or pressed', ...columns]),
    ...all.map((intent) =>
      row([
        `\`${intent.id}\` ${intent.summary.replace(/[.]$/, '').replaceAll('|', '/')}`,
        ...Object.values(people).map((person) => (refusalFor(person, intent) === undefined ? '✓' : '–')),
      ]),
    ),
  ];
  const headers = [
    ...head(['header', 'value']),
    ...Object.entries(safeHeaders).map(([name, value]) => row([`\`${name}\``, `\`${value}\``])),
  ];
  const between = (name: string, lines: readonly string[], text: string): string =>
    text.replace(
      new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`),
      (_, start: string, end: string) => `${start}${lines.map((line) => `${line}\n`).join('')}${end}`,
    );
  return between('headers', headers, between('roles', matrix, page));
}

/** What the page says: who may have which intent. */
export function tableOf(page: string): { columns: readonly string[]; may: ReadonlyMap<string, ReadonlySet<string>> } {
  const lines = (/<!-- roles -->\n([\s\S]*?)<!-- \/roles -->/.exec(page)?.[1] ?? '').trim().split('\n');
  const cells = (line: string) => line.slice(2, -2).split(' | ');
  const [, ...names] = cells(lines[0] ?? '');
  const may = new Map(
    lines.slice(2).map((line) => {
      const [what = '', ...marks] = cells(line);
      return [/^`([^`]+)`/.exec(what)?.[1] ?? '', new Set(names.filter((_, at) => marks[at] === '✓'))];
    }),
  );
  return { columns: names, may };
}
