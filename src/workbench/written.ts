import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EVENT_ID, getScalarValue, parseEvents } from 'js-yaml';
import { readYaml } from '../conversation/understand';
import type { Language } from '../intent';
import { INTENTS, ROOT } from './folders';

/** One line of a language file, with the place where it is written. */
export interface WrittenLine {
  /** `intents/recipient/opt-out/es.yaml:12` */
  where: string;
  text: string;
  intent: string;
  folder: 'recipient' | 'shared' | 'team';
  language: Language;
  kind: 'keyword' | 'example';
  /** Who says it; of a shared intent some lines are for one side only. */
  saidBy: readonly ('recipient' | 'team')[];
}

const FOLDERS = ['recipient', 'shared', 'team'] as const;
const LANGUAGES = ['es', 'en', 'pt'] as const;
const BOTH = ['recipient', 'team'] as const;

/** Every keyword and example below `intents/`. @throws naming the file that is no YAML */
export const writtenLines = (): WrittenLine[] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(INTENTS, folder)).flatMap((intent) =>
      LANGUAGES.flatMap((language) => linesOf(folder, intent, language)),
    ),
  );

const linesOf = (folder: WrittenLine['folder'], intent: string, language: Language): WrittenLine[] => {
  const file = join(INTENTS, folder, intent, `${language}.yaml`);
  const name = relative(ROOT, file);
  readYaml(file); // what the product would not take
  const root = treeOf(readFileSync(file, 'utf8'), name);
  const own = folder === 'shared' ? BOTH : ([folder] as const);
  const read = (node: Node | undefined, kind: WrittenLine['kind'], saidBy: WrittenLine['saidBy']): WrittenLine[] =>
    Array.isArray(node)
      ? node.filter(isWord).map(({ line, text }) => ({
          where: `${name}:${line}`,
          ...{ text, intent, folder, language, kind, saidBy },
        }))
      : [];
  const { keywords, examples } = within(root);
  const { both, ...sides } = within(examples);
  return [
    ...read(keywords, 'keyword', own),
    ...read(examples, 'example', own),
    ...read(both, 'example', BOTH),
    ...BOTH.flatMap((side) => read(sides[side], 'example', [side])),
  ];
};

/** What stands in a file, each word with the line it begins in. */
type Node = { line: number; text: string } | Node[] | Map<string, Node>;
const isWord = (node: Node): node is { line: number; text: string } => 'line' in node;
const within = (node: Node | undefined): Partial<Record<string, Node>> =>
  node instanceof Map ? Object.fromEntries(node) : {};

const treeOf = (source: string, filename: string): Node => {
  const events = parseEvents(source, { filename });
  let at = 0;
  let [line, seen] = [1, 0];
  const lineAt = (offset: number): number => {
    for (; seen < offset; seen++) if (source[seen] === '\n') line++;
    return line;
  };
  const next = (): Node | undefined => {
    const event = events[at++];
    if (event?.type === EVENT_ID.SCALAR) return { line: lineAt(event.valueStart), text: getScalarValue(source, event) };
    if (event?.type === EVENT_ID.SEQUENCE) return untilItEnds();
    if (event?.type === EVENT_ID.MAPPING) {
      const all = untilItEnds();
      const pairs = all.flatMap((key, n): [string, Node][] =>
        n % 2 === 0 && isWord(key) && all[n + 1] ? [[key.text, all[n + 1] as Node]] : [],
      );
      return new Map(pairs);
    }
    return event?.type === EVENT_ID.ALIAS ? [] : undefined;
  };
  const untilItEnds = (): Node[] => {
    const nodes: Node[] = [];
    for (let node = next(); node; node = next()) nodes.push(node);
    return nodes;
  };
  at++; // the document begins
  return next() ?? [];
};
