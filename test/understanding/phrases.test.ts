import type { Audience, IntentWords, UnderstandingEngine } from '../../src/conversation/understand';
import { ask, TRAINING_MS, theEngine } from './engine';

const LANGUAGES = ['es', 'en', 'pt'] as const;
const audiencesOf = ({ audience, support }: IntentWords): Audience[] => {
  if (audience === 'shared') return ['recipient', 'operator', 'support'];
  if (audience === 'recipient') return ['recipient'];
  return support ? ['operator', 'support'] : ['operator'];
};
const folderOf = (audience: Audience) => (audience === 'recipient' ? 'recipient' : 'team');

describe('what the intent folders promise', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);

  const each = (
    lines: (intent: IntentWords, language: (typeof LANGUAGES)[number], audience: Audience) => string[],
  ): string[] =>
    engine.intents.flatMap((intent) =>
      LANGUAGES.flatMap((language) => audiencesOf(intent).flatMap((audience) => lines(intent, language, audience))),
    );

  it('when a test of a folder is said, then it is heard as written there', () => {
    const wrong = each(({ id, phrases }, language, audience) =>
      phrases[language].tests
        // shop talk is tested where shops are talked about
        .filter(() => !(id === 'none' && audience !== 'recipient'))
        .filter(({ say, expect: wanted }) => ask(engine, say, { audience, language }).intent !== wanted)
        .map(({ say, expect: wanted }) => `${id}/${language}: "${say}" is not ${wanted}`),
    );
    expect(wrong).toEqual([]);
  });

  it('when a line under `never` is said, then it is not heard as that intent', () => {
    const wrong = each(({ id, phrases }, language, audience) =>
      phrases[language].never
        .filter((say) => ask(engine, say, { audience, language }).intent === id)
        .map((say) => `${id}/${language}: ${say}`),
    );
    expect(wrong).toEqual([]);
  });

  it('when a keyword is the whole message, then it is heard, whatever language the person is known to write', () => {
    const wrong = each(({ id, phrases }, language, audience) =>
      phrases[language].keywords.flatMap((keyword) =>
        LANGUAGES.filter((known) => {
          const got = ask(engine, keyword.toUpperCase(), { audience, language: known });
          return got.intent !== id && known === language;
        }).map((known) => `${id}/${language}: ${keyword} (${known})`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['envie a promo cyber para os clientes de RM', 'es', 'pt'],
    ['envíe la promo cyber a los clientes de RM', 'pt', 'es'],
    ['manda la promo cyber a clientes RM', 'es', 'es'],
  ] as const)('when a member writes "%s", known to write %s, then that is %s', (text, language, heard) =>
    expect(ask(engine, text, { audience: 'operator', language }).language).toBe(heard),
  );

  it('when an example is said again, then nearly all are heard', () => {
    let all = 0;
    const wrong = each(({ id, phrases }, language, audience) =>
      phrases[language].examples[folderOf(audience)].flatMap((say) => {
        all += 1;
        const got = ask(engine, say, { audience, language });
        return [got.intent, ...got.also].includes(id) ? [] : [`${id}/${language}: ${say}`];
      }),
    );
    // lines on a border are asked about rather than taken, even those it was taught
    expect(wrong.length / all).toBeLessThan(0.03);
  });

  it('when two intents of an audience are compared, then they share no example', () => {
    const clashes: string[] = [];
    for (const audience of ['recipient', 'team'] as const) {
      const owner = new Map<string, string>();
      for (const { id, audience: of, phrases } of engine.intents) {
        if (of !== audience && of !== 'shared') continue;
        for (const language of LANGUAGES) {
          for (const line of phrases[language].examples[audience]) {
            const key = `${language}|${line.toLowerCase()}`;
            if (owner.has(key) && owner.get(key) !== id) clashes.push(`${key}: ${owner.get(key)} and ${id}`);
            owner.set(key, id);
          }
        }
      }
    }
    expect(clashes).toEqual([]);
  });
});
