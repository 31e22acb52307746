import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../intent';
import { INTENTS } from './folders';
import type { Report } from './report';
import type { Terminal } from './terminal';
import type { Waiting, WaitingLine } from './waiting';

export interface Wish {
  tenant?: string | undefined;
  language?: Language | undefined;
  limit: number;
  /** `<id>=<intent>` */
  label?: string | undefined;
  json: boolean;
}
type Side = WaitingLine['audience'];

/** `npm run intents:review`: what was not understood, and what it should have been. A label changes no file and teaches nothing by itself. */
export async function review(waiting: Waiting, wish: Wish, terminal?: Terminal): Promise<Report> {
  const customers = await waiting.customers(wish.tenant);
  if (wish.label !== undefined) return labelOne(waiting, customers, wish.label);
  const lines = await waiting.lines(customers, wish.language, wish.limit);
  if (wish.json) return { text: JSON.stringify(lines, null, 2), failed: false };
  if (lines.length === 0)
    return { text: 'Nothing waits: everything was understood, or has been looked at.', failed: false };
  if (terminal) return { text: await askEach(waiting, lines, terminal), failed: false };
  const how = 'To say what one meant: npm run intents:review -- --label <id>=<intent> (or =none)';
  return { text: [...lines.map((line) => shown(line).join('\n')), how].join('\n\n'), failed: false };
}

async function labelOne(waiting: Waiting, customers: Parameters<Waiting['find']>[0], said: string): Promise<Report> {
  const [id = '', label = ''] = said.split('=').map((part) => part.trim());
  const line = await waiting.find(customers, id);
  if (!line) throw new Error(`No line “${id}” waits. The list shows the ids: npm run intents:review`);
  if (label !== 'none' && !folderOf(label, line.audience))
    throw new Error(`“${label}” is no intent here. There are: ${intentsOf(line.audience).join(', ')}, none.`);
  if (!(await waiting.label(line, label))) throw new Error('Somebody else has just looked at it.');
  return { text: proposal(line, label), failed: false };
}

async function askEach(waiting: Waiting, lines: readonly WaitingLine[], { ask, tell }: Terminal): Promise<string> {
  let labelled = 0;
  for (const [at, line] of lines.entries()) {
    const options = optionsOf(line);
    tell([`\n${at + 1} of ${lines.length}`, ...shown(line), ...numbered(options)].join('\n'));
    const label = await answerTo(options, { ask, tell });
    if (label === 'quit') break;
    if (label === 'skip') continue;
    const isMine = await waiting.label(line, label);
    tell(isMine ? proposal(line, label) : 'Somebody else has just looked at it.');
    if (isMine) labelled++;
  }
  return `${labelled} of ${lines.length} labelled. No file was changed.`;
}

async function answerTo(options: readonly string[], { ask, tell }: Terminal): Promise<string> {
  for (;;) {
    const said = (await ask('What was wanted? number, s = skip, n = none of them, q = quit: ')).trim().toLowerCase();
    const chosen = { q: 'quit', s: 'skip', n: 'none' }[said] ?? options[Number(said) - 1];
    if (chosen) return chosen;
    tell(`A number from 1 to ${options.length}, or one of s, n and q.`);
  }
}

/** What was heard comes first. */
const optionsOf = ({ candidates, audience }: WaitingLine): string[] => {
  const there = intentsOf(audience);
  return [...new Set([...candidates.filter((id) => there.includes(id)), ...there])];
};

const numbered = (options: readonly string[]): string[] => {
  const width = Math.max(...options.map((id) => id.length)) + 6;
  const cells = options.map((id, at) => `${String(at + 1).padStart(4)} ${id}`.padEnd(width));
  const rows = Array.from({ length: Math.ceil(cells.length / 3) }, (_, row) => cells.slice(row * 3, row * 3 + 3));
  return rows.map((row) => row.join('').trimEnd());
};

const shown = ({ id, text, candidates, audience, language, customer, at }: WaitingLine): string[] => [
  `“${text}”`,
  `  heard as  ${candidates.join(' or ') || 'nothing'}`,
  `  said by   ${audience}, ${language}, ${customer}, ${at.toISOString().slice(0, 10)}`,
  `  id        ${id}`,
];

const proposal = ({ audience, language }: Pick<WaitingLine, 'audience' | 'language'>, label: string): string => {
  const folder = folderOf(label, audience) ?? 'shared';
  const place = label === 'none' ? `examples → ${foldersOf(audience)[0]}` : 'examples';
  return [
    `Noted: ${label}. To teach it, open intents/${folder}/${label}/${language}.yaml`,
    `  and write two or three lines of your own that say the same, under ${place}. Never copy a person's words.`,
    `  Then: npm run intents:lint && npm run intents:test`,
  ].join('\n');
};

const foldersOf = (side: Side): ['recipient' | 'team', 'shared'] => [side === 'recipient' ? side : 'team', 'shared'];

const folderOf = (intent: string, side: Side): string | undefined =>
  foldersOf(side).find((folder) => idsIn(folder).includes(intent));

const intentsOf = (side: Side): string[] =>
  foldersOf(side)
    .flatMap(idsIn)
    .filter((id) => id !== 'none');

const idsIn = (folder: string): string[] =>
  readdirSync(join(INTENTS, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
