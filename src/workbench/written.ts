import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
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
  const counter = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: counter });
  const [broken] = document.errors;
  if (broken) throw new Error(`${name}: ${broken.message}`);
  const own = folder === 'shared' ? BOTH : ([folder] as const);
  const read = (node: unknown, kind: WrittenLine['kind'], saidBy: WrittenLine['saidBy']): WrittenLine[] =>
    isSeq(node)
      ? node.items.filter(isScalar).map((item) => ({
          where: `${name}:${counter.linePos((item as Node).range?.[0] ?? 0).line}`,
          ...{ text: String(item.value), intent, folder, language, kind, saidBy },
        }))
      : [];
  const examples = document.get('examples', true);
  const byAudience = isMap(examples)
    ? [
        ...read(examples.get('both', true), 'example', BOTH),
        ...BOTH.flatMap((side) => read(examples.get(side, true), 'example', [side])),
      ]
    : read(examples, 'example', own);
  return [...read(document.get('keywords', true), 'keyword', own), ...byAudience];
};
