import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Language } from '../../intent';
import { type Audience, LANGUAGES, type SlotDefinition } from './types';

/** What an intent folder tells the engine. */
export interface IntentWords {
  id: string;
  audience: Audience | 'shared';
  slots: Readonly<Record<string, SlotDefinition>>;
  phrases: Readonly<Record<Language, Phrases>>;
}
export interface Phrases {
  keywords: readonly string[];
  /** Of a shared intent: some lines may be for one audience only. */
  examples: Readonly<Record<Audience, readonly string[]>>;
  never: readonly string[];
  tests: readonly { say: string; expect: string; slots?: Record<string, unknown> }[];
}

type Raw = Record<string, unknown>;
const read = (file: string): Raw => (existsSync(file) ? ((parse(readFileSync(file, 'utf8')) ?? {}) as Raw) : {});
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
        const phrases = Object.fromEntries(LANGUAGES.map((l) => [l, phrasesOf(join(folder, `${l}.yaml`))]));
        return {
          id,
          audience,
          slots: (read(join(folder, 'intent.yaml')).slots ?? {}) as IntentWords['slots'],
          phrases: phrases as IntentWords['phrases'],
        };
      }),
  );

/** The intents an audience can mean: its own and the shared ones. */
export const heardBy = (catalogue: readonly IntentWords[], audience: Audience): IntentWords[] =>
  catalogue.filter((intent) => intent.audience === audience || intent.audience === 'shared');
