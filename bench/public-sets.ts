import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Line {
  text: string;
  intent: string;
}
export interface PublicSet {
  train: readonly Line[];
  test: readonly Line[];
  /** Only where a set has what lies outside of its intents; `validation` is for the threshold. */
  outside?: { validation: readonly Line[]; test: readonly Line[] };
}

/** Names of the sets, with what is to be got where a file is missing. */
const SETS: Readonly<Record<string, { files: readonly string[]; get: string; read: (dir: string) => PublicSet }>> = {
  clinc150: {
    files: ['clinc150.json'],
    get: 'CLINC150 is data_full.json of the repository clinc/oos-eval (CC BY 3.0), saved as clinc150.json',
    read: (dir) => {
      const parts = JSON.parse(readFileSync(join(dir, 'clinc150.json'), 'utf8')) as Record<string, [string, string][]>;
      const part = (name: string) => (parts[name] ?? []).map(([text, intent]) => ({ text, intent }));
      return {
        train: part('train'),
        test: part('test'),
        outside: { validation: part('val'), test: part('oos_test') },
      };
    },
  },
  banking77: {
    files: ['banking77-train.csv', 'banking77-test.csv'],
    get: 'BANKING77 is train.csv and test.csv of the repository PolyAI-LDN/task-specific-datasets (CC BY 4.0), saved as banking77-train.csv and banking77-test.csv',
    read: (dir) => ({
      train: fromCsv(join(dir, 'banking77-train.csv')),
      test: fromCsv(join(dir, 'banking77-test.csv')),
    }),
  },
};

/** Two columns, text and category; a text that has commas, line ends or quotes stands in quotes. */
const fromCsv = (file: string): Line[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*)),([^,\r\n]*)\r?(?:\n|$)/g)]
    .slice(1)
    .map(([, quoted, bare = '', intent = '']) => ({ text: quoted?.replace(/""/g, '"') ?? bare, intent }));

/** Reads one of the public sets. @throws saying what to get, and how to point to it */
export const readPublicSet = (name: string, dir: string): PublicSet => {
  const set = SETS[name];
  if (!set) throw new Error(`Which set? npm run intents:bench -- ${Object.keys(SETS).join('|')} [--data DIR] [--json]`);
  if (!set.files.every((file) => existsSync(join(dir, file))))
    throw new Error(`${set.get}. It is not in ${dir}: put it there, or say where it is with --data DIR.`);
  return set.read(dir);
};
