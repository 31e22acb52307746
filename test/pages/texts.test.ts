import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { languages } from '../../src/pages/frame';
import { gonePage } from '../../src/pages/notice';
import { holesOf, sentencesOf } from '../conformance/sentences';
import { ask, TRAINING_MS, theEngine } from '../understanding/engine';

const read = (language: string): string =>
  readFileSync(join(__dirname, '..', '..', 'src', 'pages', `${language}.yaml`), 'utf8');
const sentences = (language: string) => sentencesOf(load(read(language)));

describe('the texts of the pages', () => {
  it('when they are in three languages, then each has the same keys and the same variables', () => {
    const spanish = sentences('es');
    expect(spanish.size).toBeGreaterThan(50);
    for (const language of ['en', 'pt']) {
      const theirs = sentences(language);
      expect([...theirs.keys()].sort()).toEqual([...spanish.keys()].sort());
      for (const [key, sentence] of theirs)
        expect([language, key, holesOf(sentence)]).toEqual([language, key, holesOf(spanish.get(key) ?? '')]);
    }
  });

  it.each(languages)(
    'when a page teaches a word in %s, then writing it in the chat is understood',
    async (language) => {
      const { rights } = load(read(language)) as { rights: Record<string, string | { word: string }> };
      const taught = Object.values(rights).flatMap((one) => (typeof one === 'string' ? [] : [one.word]));
      const others = [...sentences(language).values()].flatMap((one) => one.match(/\b[A-ZÁÉÍÓÚÂÊÔÃÕÇ]{4,}\b/g) ?? []);
      const words = new Set([...taught, ...others.filter((one) => !taught.some((said) => said.includes(one)))]);
      expect(words.size).toBeGreaterThan(8);
      const engine = await theEngine();
      for (const text of words) expect([text, ask(engine, text, { language }).intent]).not.toEqual([text, 'none']);
    },
    TRAINING_MS,
  );

  it('when a link opens nothing, then the page names nobody', () => {
    for (const language of languages) expect(gonePage(language)).not.toMatch(/Andina|\+56|•/);
  });
});
