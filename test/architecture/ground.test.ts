import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { errorTable } from '../../src/errors';

const root = join(__dirname, '..', '..');
const files = ['src', 'adapters', 'intents']
  .flatMap((folder) => readdirSync(join(root, folder), { withFileTypes: true, recursive: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ name: relative(root, path), text: readFileSync(path, 'utf8') }));

const first = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);
const saying = (pattern: RegExp): string[] => files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

describe('time', () => {
  it('when somebody wants to know the time, then they ask the clock', () => {
    // An id is born when this machine makes it and a file is used when it is, whatever the product's clock says.
    const machines = ['src/clock.ts', 'src/conversation/understand/kept.ts', 'src/data/blobs.ts', 'src/data/ids.ts'];
    expect(saying(/\bnew Date\(\)|\bDate\.now\b/).sort()).toEqual(machines);
  });
});

describe('the table of errors', () => {
  const thrown = new Set(files.flatMap(({ text }) => first(text, /AppError\(\s*'([^']+)'/g)));
  const codesOf = (file: string): string[] =>
    first(files.find(({ name }) => name === file)?.text ?? '', /'([A-Z]+(?:_[A-Z]+)+|UNEXPECTED)'/g);
  const said = new Set(files.flatMap(({ name }) => codesOf(name)));

  it('when a code is thrown or answered over HTTP, then it is in the table', () => {
    expect(thrown.size).toBeGreaterThan(15);
    for (const code of codesOf('src/http.ts')) thrown.add(code);
    expect([...thrown].filter((code) => !errorTable[code])).toEqual([]);
  });

  it('when a code is in the table, then something says it', () => {
    expect(Object.keys(errorTable).filter((code) => !said.has(code))).toEqual([]);
  });

  it('when an error may reach a person, then it has a status and a sentence in each language', () => {
    for (const [code, entry] of Object.entries(errorTable)) {
      expect([code, entry.http]).toEqual([code, expect.any(Number)]);
      expect([code, entry.retry]).toEqual([code, expect.any(Boolean)]);
      for (const language of ['es', 'en', 'pt'] as const)
        expect([code, entry[language]]).toEqual([code, expect.stringMatching(/\S/)]);
      expect(holes(entry.en)).toEqual(holes(entry.es));
      expect(holes(entry.pt)).toEqual(holes(entry.es));
    }
  });

  const holes = (sentence: string): string[] => first(sentence, /\{(\w+)/g).sort();
});
