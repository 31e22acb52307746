import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Language } from '../../intent';
import { withKinds } from './kinds';
import { plain } from './normalise';
import { type Audience, LANGUAGES, type SlotDefinition } from './types';

/** Where its folder stands. */
export type Folder = 'recipient' | 'shared' | 'team';

/** What an intent folder tells the engine. */
export interface IntentWords {
  id: string;
  audience: Folder;
  /** Of the team: support staff hear it too. */
  support: boolean;
  slots: Readonly<Record<string, SlotDefinition>>;
  phrases: Readonly<Record<Language, Phrases>>;
}
export interface Phrases {
  keywords: readonly string[];
  /** Of a shared intent: some lines may be for one audience only. */
  examples: Readonly<Record<'recipient' | 'team', readonly string[]>>;
  never: readonly string[];
  tests: readonly { say: string; expect: string; slots?: Record<string, unknown> }[];
}

const known = new Map<string, unknown>();
/** What a file of an intent says. Two rooms read them all: the second gets what the first did, and neither writes into it. */
export const readYaml = (file: string): unknown => {
  const text = readFileSync(file, 'utf8');
  if (!known.has(text)) {
    const [content, ...more] = loadAll(text, { filename: file }); // a new file may be empty
    if (more.length > 0) throw new Error(`${file}: a line of dashes parts it in two; nothing after it would be read`);
    known.set(text, content);
  }
  return known.get(text);
};

type Raw = Record<string, unknown>;
const read = (file: string): Raw => (existsSync(file) ? ((readYaml(file) ?? {}) as Raw) : {});
const lines = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const examplesOf = (value: unknown): Phrases['examples'] => {
  if (Array.isArray(value)) return { recipient: lines(value), team: lines(value) };
  const by = (value ?? {}) as Raw;
  const both = lines(by.both);
  return { recipient: [...both, ...lines(by.recipient)], team: [...both, ...lines(by.team)] };
};

const phrasesOf = (file: string): Phrases => {
  const raw = read(file);
  return {
    keywords: lines(raw.keywords),
    examples: examplesOf(raw.examples),
    never: lines(raw.never),
    tests: (raw.tests ?? []) as Phrases['tests'],
  };
};

/** Reads every intent folder below `intents/`, in the order of their names. */
export const readCatalogue = (dir: string): IntentWords[] =>
  (['recipient', 'shared', 'team'] as const).flatMap((audience) =>
    readdirSync(join(dir, audience), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .map((id) => {
        const folder = join(dir, audience, id);
        const { slots = {}, support = false } = read(join(folder, 'intent.yaml'));
        const phrases = Object.fromEntries(LANGUAGES.map((l) => [l, phrasesOf(join(folder, `${l}.yaml`))]));
        return {
          id,
          audience,
          support: support === true,
          slots: slots as IntentWords['slots'],
          phrases: phrases as IntentWords['phrases'],
        };
      }),
  );

const hears = (audience: Audience, { audience: folder, support }: IntentWords): boolean => {
  if (folder === 'shared') return true;
  if (audience === 'recipient') return folder === 'recipient';
  return folder === 'team' && (audience === 'operator' || support);
};

/** The intents an audience can mean: its own and the shared ones. */
export const heardBy = (catalogue: readonly IntentWords[], audience: Audience): IntentWords[] =>
  catalogue.filter((intent) => hears(audience, intent));

/** The examples of an intent as this audience says it. */
export const examplesFor = (audience: Audience, { examples }: Phrases): readonly string[] =>
  examples[audience === 'recipient' ? 'recipient' : 'team'];

/** One line to learn from, in its plain spelling. */
export interface TrainingLine {
  text: string;
  intent: string;
  language: Language;
}

/**
 * All lines one audience is taught from. What only operators may want is nothing to support staff,
 * who are to hear it as such: every third line of those intents teaches their `none`.
 */
export const trainingLines = (catalogue: readonly IntentWords[], audience: Audience): TrainingLine[] => {
  const own = heardBy(catalogue, audience).flatMap((intent) =>
    LANGUAGES.flatMap((language) =>
      [...examplesFor(audience, intent.phrases[language]), ...intent.phrases[language].keywords].map((text) => ({
        text: withKinds(plain(text)),
        intent: intent.id,
        language,
      })),
    ),
  );
  const others =
    audience === 'support' ? catalogue.filter((intent) => intent.audience === 'team' && !intent.support) : [];
  const foreign = others.flatMap(({ phrases }) =>
    LANGUAGES.flatMap((language) =>
      phrases[language].examples.team
        .filter((_, at) => at % 3 === 0)
        .map((text) => ({ text: withKinds(plain(text)), intent: 'none', language })),
    ),
  );
  return [...own, ...foreign].filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
};

/** All that anything is learnt from: tests and what an intent must never be teach nothing. */
export const taughtBy = (catalogue: readonly IntentWords[]) =>
  catalogue.map(({ id, audience, support, phrases }) => ({
    ...{ id, audience, support },
    phrases: LANGUAGES.map((language) => [phrases[language].keywords, phrases[language].examples]),
  }));

/** Everything that is written in each language, by whomever. */
export const linesByLanguage = (catalogue: readonly IntentWords[]): { text: string; language: Language }[] =>
  catalogue.flatMap(({ phrases }) =>
    LANGUAGES.flatMap((language) => {
      const { examples, keywords } = phrases[language];
      return [...new Set([...examples.recipient, ...examples.team, ...keywords])].map((text) => ({ text, language }));
    }),
  );
