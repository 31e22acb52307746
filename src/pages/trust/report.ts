import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Language } from '../../intent';
import { languages } from '../frame';

/** What `npm run policy:prove` found, as it is published. */
export interface TrustReport {
  kind: 'report';
  at: string;
  /** Of everything that makes the program: whoever reads knows whether it is the one that runs. */
  program: string;
  /** The version of the policy that was tried; empty where that was not part of it. */
  policy: string;
  proved: number;
  total: number;
  promises: readonly {
    id: string;
    /** The section of the policy. */
    clause: string;
    proved: boolean;
    /** In English; the page says it in the reader's language. */
    evidence: string;
    seen: Readonly<Record<string, string | number>>;
  }[];
  mutations: readonly { name: string; promise: string; caught: boolean; how: string }[];
}

interface TrustTexts {
  [key: string]: string | Record<string, string>;
}
export interface TrustTree {
  texts: TrustTexts;
  promises: Readonly<Record<string, { says: string; did: string; saw: string }>>;
  harms: Readonly<Record<string, string>>;
}

/** Every sentence of the page, in each language. */
export const trustTexts = Object.fromEntries(
  languages.map((language) => {
    const { promises, harms, ...texts } = load(readFileSync(join(__dirname, `${language}.yaml`), 'utf8')) as Pick<
      TrustTree,
      'promises' | 'harms'
    >;
    return [language, { texts: texts as TrustTexts, promises, harms }];
  }),
) as Record<Language, TrustTree>;

/** The report that came with this program. `undefined`: none yet. */
export function shippedReport(file = join(__dirname, 'report.json')): TrustReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TrustReport;
  } catch {
    return undefined;
  }
}

const root = join(__dirname, '..', '..', '..');
/** What makes the program: its code, what people may say, the schema and the libraries. */
const parts = ['src', 'adapters', 'intents', 'migrations', 'package-lock.json'];
let known: string | undefined;

/** SHA-256 over all of it. The report itself is no part of what it speaks of. */
export function programHash(): string {
  known ??= parts
    .flatMap((part) => (part.includes('.') ? [part] : filesIn(part)))
    .filter((file) => file !== join('src', 'pages', 'trust', 'report.json'))
    .sort()
    .reduce((hash, file) => hash.update(file).update(readFileSync(join(root, file))), createHash('sha256'))
    .digest('hex');
  return known;
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
