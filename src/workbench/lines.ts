import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AUDIENCES } from '../conversation/understand';
import type { Language } from '../intent';

const TAGS: Readonly<Record<string, Language>> = { es: 'es', en: 'en', pt: 'pt' };

/** @throws for a tag that is none of ours */
export const languageOf = (tag: string): Language => {
  const language = TAGS[tag.slice(0, 2).toLowerCase()];
  if (!language) throw new Error(`the language “${tag}” is none of es-CL, en, pt-BR`);
  return language;
};

/** Intents are written with `_` or `-`; the same is meant. */
const idOf = (written: string): string => written.trim().toLowerCase().replace(/_/g, '-');

const written = z.object({
  text: z.string().min(1),
  lang: z.string().transform((tag, problem) => {
    const language = TAGS[tag.slice(0, 2).toLowerCase()];
    if (!language) problem.addIssue(`lang: “${tag}” is none of es-CL, en, pt-BR`);
    return language ?? 'es';
  }),
  audience: z.enum(AUDIENCES as [string, ...string[]]),
  intent: z.string().transform(idOf),
  entities: z.record(z.string(), z.unknown()).optional(),
  note: z.string().optional(),
});

/** One line of a test set: what somebody wrote, and what a careful reader takes it to mean. */
export interface TestLine {
  text: string;
  language: Language;
  audience: (typeof AUDIENCES)[number];
  intent: string;
  /** Other answers that are right too. */
  also: readonly string[];
  /** A wish that is denied, supposed, quoted, reported or taken back. */
  guarded: boolean;
  entities: Readonly<Record<string, unknown>>;
}

const alsoIn = (note: string): string[] =>
  [...note.matchAll(/also=([\w,|-]+)/g)].flatMap(([, ids = '']) => ids.split(/[,|]/).filter(Boolean).map(idOf));

/** Reads JSON Lines. @throws naming the line that does not fit */
export const readLines = (file: string): TestLine[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((text, at) => ({ text: text.trim(), number: at + 1 }))
    .filter(({ text }) => text !== '')
    .map(({ text, number }) => readLine(text, `${file}:${number}`));

const readLine = (json: string, where: string): TestLine => {
  const parsed = written.safeParse(parseJson(json, where));
  if (!parsed.success)
    throw new Error(
      `${where}: ${parsed.error.issues.map(({ message, path }) => `${path.join('.')} ${message}`.trim()).join('; ')}`,
    );
  const { text, lang, audience, intent, entities = {}, note = '' } = parsed.data;
  return {
    text,
    language: lang,
    audience: audience as TestLine['audience'],
    intent,
    also: alsoIn(note),
    guarded: /\bguarded\b/.test(note),
    entities,
  };
};

const parseJson = (json: string, where: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`${where}: not JSON`);
  }
};
