import { join } from 'node:path';
import { priceOf } from '../../adapters/sms/gsm';
import { loadCatalogue } from '../../src/conversation/catalogue';
import { offered, pressedBy } from '../../src/conversation/dialog-state';
import { renderBrief } from '../../src/conversation/render';

const catalogue = loadCatalogue(join(__dirname, '..', '..', 'intents'));
const languages = ['es', 'en', 'pt'] as const;
const vars = { company: 'Comercial Sur Más', cancelled: 12, contact: 'datos@clinica-sur.example', held: 'yes' };
/** What is said by SMS most: the way out and back, what can be said, hello, and that somebody else will answer. */
const short: [string, string][] = [
  ...['done', 'still_out', 'unsure', 'kept'].map((key): [string, string] => ['opt-out', key]),
  ['help', 'person'],
  ['greeting', 'person'],
  ...['forwarded', 'alone'].map((key): [string, string] => ['none', key]),
];

describe.each(short)('%s/%s by SMS', (id, key) => {
  it.each(languages)(
    'when it is said in %s, then it fits into two segments, whatever a company with accents is called',
    (language) => {
      const intent = catalogue.get(id);
      const said = intent && renderBrief(intent, { key, vars }, { language, zone: 'UTC' });
      expect(said?.text).toMatch(/\p{Lu}{2,}/u); // it tells a word to send back
      expect([said?.text, priceOf(said?.text ?? '').segments <= 2]).toEqual([said?.text, true]);
      expect(said?.buttons).toBeUndefined();
    },
  );
});

describe('anything that is said by SMS in short words', () => {
  const day = { day: new Date('2026-12-31T15:00:00Z') };
  const all = {
    ...{ company: 'Tienda Andina', number: 'SOL-000204', channel: 'SMS', title: 'talla', field: 'name', held: 'yes' },
    ...{ due: day, since: day, at: day, until: day, records: 1204, cancelled: 2, contact: 'datos@andina.example' },
    ...{ state: 'está en curso', source: 'te anotaste tú', authority: 'la autoridad', url: 'https://andina.example/p' },
  };

  it.each(languages)(
    'when it is said in %s, then it is two segments, or three where its letters are dear',
    (language) => {
      const dear = [...catalogue.values()].flatMap(({ id, spoken }) =>
        Object.keys(spoken[language].replies).flatMap((key) => {
          const intent = catalogue.get(id);
          const said = intent && renderBrief(intent, { key, vars: all }, { language, zone: 'UTC' });
          const { segments, encoding } = priceOf(said?.text ?? '');
          return segments > (encoding === 'gsm7' ? 2 : 3) ? [[id, key, said?.text]] : [];
        }),
      );
      expect(dear).toEqual([]);
    },
  );
});

it('when a language has a short form of a reply, then all have', () => {
  for (const [id, { spoken }] of catalogue)
    for (const [key, { sms }] of Object.entries(spoken.es.replies))
      for (const language of languages)
        expect([id, key, language, spoken[language].replies[key]?.sms !== undefined]).toEqual([
          id,
          key,
          language,
          sms !== undefined,
        ]);
});

describe('what a button says, typed back', () => {
  const now = new Date('2026-12-01T13:30:00Z');
  const state = offered(
    {},
    [
      { id: 'a1.pause', label: 'Pausar un mes' },
      { id: 'a1.keep', label: 'No, las quiero' },
    ],
    now,
  );

  it.each([
    ['Pausar un mes', 'a1.pause'],
    ['  pausar   un mes. ', 'a1.pause'],
    ['PAUSAR UN MES!', 'a1.pause'],
    ['no, las quiero', 'a1.keep'],
    ['no las quiero', undefined], // their opposite
    ['pausar', undefined],
    ['quiero pausar un mes', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('when «%s» is typed, then it presses %s', (text, id) => {
    expect(pressedBy(state, text, now)).toBe(id);
  });

  it('when a day has passed, then it is only words', () => {
    expect(pressedBy(state, 'Pausar un mes', new Date(now.getTime() + 86_400_001))).toBeUndefined();
  });
});
