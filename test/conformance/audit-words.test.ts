import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unionOf } from './handler-words';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const union = (path: string, name: string): readonly string[] => unionOf(join(root, path), name);

/** What writes to the audit, by itself or by a neighbour. */
const sources = ['src/domain', 'src/tools', 'src/conversation']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${String(name)}`))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.table.ts'))
  .filter((path) => !path.startsWith('src/conversation') || /\/bind-[^/]+$/.test(path))
  .map(read)
  .filter((text) => /\b(audit|moves)\b/.test(text));

const whole = sources
  .flatMap((text) => [...text.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, act = '']) => act))
  .filter((act) => !/\.(yaml|json|jsonl|ts|csv)$/.test(act));

/** Of acts that are put together: what the rest of each can be. */
const made: Readonly<Record<string, readonly string[]>> = {
  'account.': union('src/domain/billing/account.table.ts', 'EntryKind'),
  'campaign.': [
    ...union('src/domain/campaigns/campaign-state.ts', 'CampaignAct'),
    ...['delegate', 'remind', 'resume_asked'],
  ],
  'case.': [
    ...['confirm', 'lapse', 'withdraw', 'acknowledge', 'overdue', 'release', 'told_otherwise', 'extend', 'accept'],
    ...['reject', 'execute', 'verify', 'answer', 'close'],
    ...['claimed', 'claim_extended', 'claim_answered', 'claim_closed'],
  ],
  'handoff.': ['opened', 'answered', 'taken', 'passed', 'resolved', 'reopened'],
  'import.': ['done', 'discarded', 'stopped'],
  'person.shown_': ['number', 'talk'],
  'report.': ['csv', 'pdf'],
  'sending.house_': ['stopped', 'resumed'],
  'standing.': ['signed', 'revoked'],
  'statement.': ['csv', 'pdf'],
};
const beginnings = sources.flatMap((text) =>
  [...text.matchAll(/(?:act:|record\(|note\().*`([a-z_]+\.[a-z_]*)\$\{/g)].map(([, beginning = '']) => beginning),
);

it('when acts are looked for in the code, then they are found, and what those that are put together can be is known', () => {
  expect(whole.length).toBeGreaterThan(80);
  expect([...new Set(beginnings)].sort()).toEqual(Object.keys(made).sort());
});

it.each(['es', 'en', 'pt'])('when something was done, then the trail says it in words (%s)', (language) => {
  const words = read(`intents/team/audit-log/${language}.yaml`);
  const acts = [...whole, ...Object.entries(made).flatMap(([start, rest]) => rest.map((end) => `${start}${end}`))];
  const without = acts.filter((act) => !words.includes(` ${act.replace('.', '_')} {`));
  expect([...new Set(without)]).toEqual([]);
});
