import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readYaml } from '../../src/conversation/understand/catalogue';

describe('a file of an intent', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = (text: string): unknown => {
    const file = join(folder, 'es.yaml');
    writeFileSync(file, text);
    return readYaml(file);
  };

  it.each(['', '# todavía nada\n'])('when it says nothing yet (%j), then it is empty', (text) =>
    expect(read(text)).toBeUndefined(),
  );

  it.each([
    ['a line of dashes parts it', 'examples: [uno]\n---\ntests: []\n', /es\.yaml: .*nothing after it would be read/],
    ['a key stands twice', 'examples: [uno]\nexamples: [dos]\n', /duplicated mapping key in ".*es\.yaml" \(2:1\)/],
    ['a bracket stays open', 'examples: [uno\n', /es\.yaml/],
  ])('when %s, then that is said, with the file', (_, text, said) => expect(() => read(text)).toThrow(said));
});
