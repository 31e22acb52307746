import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateRules } from '../../../src/domain/delivery/gate';
import { windows } from '../../../src/domain/delivery/windows';

const file = join(__dirname, '..', '..', '..', 'docs', 'gate.md');
const whose = { law: 'law', meta: 'Meta', house: 'Connectus', setting: 'company' } as const;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const head = (cells: readonly string[]): string[] => [row(cells), row(cells.map(() => '---'))];

const rules = [
  ...head(['#', 'rule', 'asked of', 'whose', 'from', 'for', 'then', 'lifted by']),
  ...gateRules.map(({ code, of, why, rule, for: purposes, passes, halts, lifts }, index) =>
    row([
      index + 1,
      `\`${code}\``,
      of,
      code === 'QUIET_HOURS' ? 'law or company' : whose[why],
      rule,
      purposes.join(', '),
      halts ? 'halts' : passes ? 'waits' : 'left out',
      code === 'QUIET_HOURS' ? 'owner, the company’s hours' : (lifts ?? '–'),
    ]),
  ),
];
const hours = [
  ...head(['for', 'country', 'channel', 'days', 'hours', 'holidays', 'whose', 'from']),
  ...windows.map((one) =>
    row([
      one.for,
      one.country ?? 'any',
      one.channel ?? 'any',
      `${days[(one.days[0] ?? 1) - 1]}–${days[(one.days.at(-1) ?? 1) - 1]}`,
      `${one.from}–${one.to}${one.inclusive ? ' included' : ''}`,
      one.holidays ? 'closed' : 'open',
      whose[one.why],
      one.rule,
    ]),
  ),
];

/** The page with its tables as the data has them. */
function written(page: string): string {
  const between = (name: string, lines: readonly string[], text: string): string =>
    text.replace(
      new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`),
      (_, start: string, end: string) => `${start}${lines.map((line) => `${line}\n`).join('')}${end}`,
    );
  return between('windows', hours, between('rules', rules, page));
}

describe('docs/gate.md', () => {
  it('when somebody reads its tables, then they are those of gate.yaml and windows.yaml (write it anew: WRITE_DOCS=1)', () => {
    const page = readFileSync(file, 'utf8');
    if (process.env.WRITE_DOCS) writeFileSync(file, written(page));
    expect(readFileSync(file, 'utf8')).toBe(written(page));
    expect(page).toContain('<!-- rules -->');
  });
});
