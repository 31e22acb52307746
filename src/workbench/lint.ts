import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { languageOracle, plain } from '../conversation/understand';
import type { Language } from '../intent';
import { testSets } from './folders';
import { readLines } from './lines';
import type { Report } from './report';
import { type WrittenLine, writtenLines } from './written';

/** Something to put right in the words of an intent: where, and what to do. */
export interface Finding {
  where: string;
  what: string;
}
type Check = (lines: readonly WrittenLine[]) => Finding[];

const LONGEST = 300;
const SAME_FRAME = 8;
const WORDS_THAT_SHOW_A_LANGUAGE = 4;
/** Below this share of belief a line is of another language; people mix them, and its own words speak for it. */
const HARDLY = 1e-9;

/** As one reads it: capitals, accents, points and emoji make no other line. */
const read = (text: string): string => {
  const before = alreadyRead.get(text);
  if (before !== undefined) return before;
  const words = (plain(text).match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
  alreadyRead.set(text, words);
  return words;
};
const alreadyRead = new Map<string, string>(); // most checks read every line
const examplesIn = (lines: readonly WrittenLine[]) => lines.filter(({ kind }) => kind === 'example');

const twice: Check = (lines) => {
  const findings: Finding[] = [];
  for (const side of ['recipient', 'team'] as const) {
    const first = new Map<string, WrittenLine>();
    for (const line of examplesIn(lines).filter(({ saidBy }) => saidBy.includes(side))) {
      const key = `${line.language} ${read(line.text)}`;
      const before = first.get(key);
      if (before)
        findings.push({ where: line.where, what: `“${line.text}” stands at ${before.where} already: keep one` });
      else first.set(key, line);
    }
  }
  return findings;
};

const measured: Check = (lines) => {
  const held = new Set(testSets().flatMap((file) => readLines(file).map(({ text }) => read(text))));
  return examplesIn(lines)
    .filter(({ text }) => read(text).includes(' ') && held.has(read(text)))
    .map(({ where, text }) => ({
      where,
      what: `“${text}” measures understanding in test/understanding: take it out here`,
    }));
};

const keywordsOfTwo: Check = (lines) => {
  const owner = new Map<string, WrittenLine>();
  return lines.flatMap((line) => {
    if (line.kind !== 'keyword') return [];
    const key = `${line.folder} ${line.language} ${read(line.text)}`;
    const before = owner.get(key);
    owner.set(key, before ?? line);
    return before && before.intent !== line.intent
      ? [
          {
            where: line.where,
            what: `the keyword “${line.text}” is of ${before.intent} already: one of them lets go of it`,
          },
        ]
      : [];
  });
};

const foreign: Check = (lines) => {
  const believed = languageOracle(lines.map(({ text, language }) => ({ text, language })));
  return examplesIn(lines)
    .filter(({ text }) => read(text).split(' ').length >= WORDS_THAT_SHOW_A_LANGUAGE)
    .filter(({ text, language }) => believed(text)[language] < HARDLY)
    .map(({ where, text, language }) => ({
      where,
      what: `“${text}” does not look like “${language}”: move it to its language`,
    }));
};

const awkward: Check = (lines) =>
  lines.flatMap(({ where, text }) => [
    ...(text.includes('@') && !/\S@\S+\.\S/.test(text)
      ? [{ where, what: `“${text}”: an @ alone names nobody; leave it out` }]
      : []),
    ...(text.length > LONGEST ? [{ where, what: `longer than ${LONGEST} letters: keep what says the wish` }] : []),
    ...(read(text) === '' && !/[?¿]/.test(text) ? [{ where, what: 'no word in it: nothing to learn from' }] : []),
  ]);

/** Lines that differ in one word teach one thing only. */
const filler: Check = (lines) => {
  const frames = new Map<string, WrittenLine[]>();
  for (const line of examplesIn(lines)) {
    const words = read(line.text).split(' ');
    if (words.length < 4) continue;
    words.forEach((_, at) => {
      const frame = [line.intent, line.language, ...words.map((word, place) => (place === at ? '…' : word))].join(' ');
      frames.set(frame, [...(frames.get(frame) ?? []), line]);
    });
  }
  return [...frames.values()]
    .filter((alike) => alike.length > SAME_FRAME)
    .map(([line, ...more]) => ({
      where: line?.where ?? '',
      what: `“${line?.text}” and ${more.length} more differ in one word: write different ones`,
    }));
};

type Enough = Record<string, { intents?: string[]; lines: Record<Language, number> }>;

const tooFew: Check = (lines) => {
  const enough = load(readFileSync(join(__dirname, 'enough.yaml'), 'utf8')) as Enough;
  const groups = new Map<string, WrittenLine[]>();
  for (const line of examplesIn(lines)) {
    const key = `${line.folder}/${line.intent}/${line.language}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups].flatMap(([key, group]) => {
    const [folder = '', intent = '', language = 'es'] = key.split('/');
    const rule = enough.consequential?.intents?.includes(intent)
      ? enough.consequential
      : (enough[intent] ?? enough[folder]);
    const wanted = rule?.lines[language as Language] ?? 0;
    return group.length < wanted
      ? [{ where: `intents/${key}.yaml`, what: `${group.length} examples; ${wanted} or more tell it apart` }]
      : [];
  });
};

const checks: readonly Check[] = [twice, measured, keywordsOfTwo, foreign, awkward, filler, tooFew];

/** Everything in the words of the intents that would teach wrongly. */
export const lint = (lines: readonly WrittenLine[] = writtenLines()): Finding[] =>
  checks.flatMap((check) => check(lines));

/** `npm run intents:lint`: a line for each finding. */
export const lintReport = (asJson: boolean): Report => {
  const lines = writtenLines();
  const findings = lint(lines);
  const said = findings.map(({ where, what }) => `${where}: ${what}`);
  const summary =
    findings.length === 0 ? `${lines.length} lines, nothing to put right` : `\n${findings.length} to put right`;
  return {
    text: asJson ? JSON.stringify(findings, null, 2) : [...said, summary].join('\n'),
    failed: findings.length > 0,
  };
};
