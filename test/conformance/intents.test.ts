import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Intent, loadCatalogue } from '../../src/conversation/catalogue';
import { type Reader, say, sayHouse } from '../../src/conversation/texts';
import { rights } from '../../src/domain/privacy/rights';
import { ask, TRAINING_MS, theEngine } from '../understanding/engine';
import { literalsIn, unionOf, wordsOf } from './handler-words';
import { exampleFor, holesOf, sentencesOf } from './sentences';

const root = join(__dirname, '..', '..');
const catalogue = loadCatalogue(join(root, 'intents'));
const intents = [...catalogue.values()];
const languages = ['es', 'en', 'pt'] as const;
const services = join(root, 'src/services.ts');
const handlerOf = ({ audience, id }: Intent): string => join(root, 'intents', audience, id, 'handler.ts');

const wanted = {
  recipient: 'opt-out opt-in delete-data access-data data-source human-agent privacy-policy help request-status',
  team: 'send-campaign campaign-status delivery-report pause-campaign list-templates message-status recipient-history help',
  shared: 'greeting affirm deny none',
};
const slotTypes = [
  ...[
    'campaign',
    'template',
    'segment',
    'moment',
    'phone',
    'address',
    'whom',
    'code',
    'text',
    'pace',
    'outcome',
    'channel',
  ],
  'backup',
];
const roles = [...unionOf(services, 'Role'), 'everyone', 'stranger'];

/** Keys that a handler takes from what it was told: a role, a state, or what happened with a person. */
const told = new Set([
  ...literalsIn(services),
  ...literalsIn(join(root, 'src/services-campaigns.ts')),
  ...literalsIn(join(root, 'src/domain/support/support.service.ts')),
  ...literalsIn(join(root, 'src/domain/support/history.ts')),
  ...unionOf(join(root, 'src/services-consent.ts'), 'ConsentAct').map((act) => `consent_${act}`),
]);

it('when folders are listed, then every intent that people count on is there and does something', () => {
  for (const [audience, ids] of Object.entries(wanted))
    for (const id of ids.split(' ')) {
      const intent = catalogue.get(id);
      expect([id, ['shared', audience].includes(intent?.audience ?? '')]).toEqual([id, true]);
      expect([id, typeof intent?.handler?.heard]).toEqual([id, 'function']);
    }
});

describe.each(intents.map((intent) => [`${intent.audience}/${intent.id}`, intent] as const))('%s', (_name, intent) => {
  const { spoken, handler } = intent;
  const words = wordsOf(handlerOf(intent));
  const in_ = (group: 'facts' | 'buttons', language: (typeof languages)[number]) =>
    new Set(Object.values(spoken[language].replies).flatMap((one) => Object.keys(one[group])));

  it('when it is declared, then it is complete: words for what it is, known roles, known slots, a question for each', () => {
    expect(intent.summary).toMatch(/\S{2,}/);
    expect(existsSync(handlerOf(intent))).toBe(true);
    expect(intent.roles.filter((role) => !roles.includes(role))).toEqual([]);
    if (intent.audience === 'team') expect(intent.roles).not.toEqual([]);
    for (const [slot, { type, optional }] of Object.entries(intent.slots)) {
      expect(slotTypes).toContain(type);
      for (const language of languages)
        if (!optional && !intent.roles.includes('stranger'))
          expect([language, slot, spoken[language].prompts[slot]]).toEqual([language, slot, expect.any(String)]);
    }
  });

  it('when it speaks, then in three languages: the same keys, sentences that parse, the same variables', () => {
    const spanish = sentencesOf(spoken.es);
    for (const language of ['en', 'pt'] as const) {
      const theirs = sentencesOf(spoken[language]);
      expect([...theirs.keys()].sort()).toEqual([...spanish.keys()].sort());
      for (const [key, sentence] of theirs)
        expect([key, holesOf(sentence)]).toEqual([key, holesOf(spanish.get(key) ?? '')]);
    }
  });

  it('when its code names a reply, a fact, a form, a button or a card, then it is there', () => {
    for (const language of languages) {
      const { replies, forms } = spoken[language];
      expect([language, [...words.replies].filter((key) => !(key in replies))]).toEqual([language, []]);
      expect([...words.facts].filter((key) => !in_('facts', language).has(key))).toEqual([]);
      expect([...words.forms].filter((key) => !(key in forms))).toEqual([]);
      expect(words.buttons.filter(({ label }) => label && !in_('buttons', language).has(label))).toEqual([]);
    }
    if (words.asks) expect(Object.keys(intent.handler?.acts ?? {})).toContain('late');
    for (const { act } of words.buttons) expect([act, reaches(intent, act)]).toEqual([act, true]);
    for (const text of words.literals)
      if (/^[a-z-]+\/[a-zA-Z]+$/.test(text)) expect([text, reaches(intent, text)]).toEqual([text, true]);
  });

  it('when a sentence stands in its files, then its code can say it', () => {
    const { replies, forms, prompts } = spoken.es;
    const dead = [
      ...Object.keys(replies),
      ...Object.keys(forms),
      ...in_('facts', 'es'),
      ...in_('buttons', 'es'),
    ].filter((key) => !words.literals.has(key) && !told.has(key) && !isSaidByTheTurn(intent, key));
    expect(dead).toEqual([]);
    expect(Object.keys(prompts).filter((slot) => !(slot in intent.slots))).toEqual([]);
  });

  it('when its code is read, then no sentence for a person is in it', () => {
    expect(handler?.heard).toBeInstanceOf(Function);
    expect([...words.literals].filter((text) => /\p{L}\s+\p{L}|[^\x20-\x7e\n]/u.test(text))).toEqual([]);
  });
});

/** `act` of this intent, or `other/act`; a card counts, and beginning anew. */
function reaches(intent: Intent, name: string): boolean {
  const [first = '', second] = name.split('/');
  const target = second ? catalogue.get(first)?.handler : intent.handler;
  const act = second ?? first;
  return act === 'start' || act in (target?.acts ?? {}) || act in (target?.cards ?? {});
}

/** What comes without its handler: something that can't be read. */
const isSaidByTheTurn = (intent: Intent, key: string): boolean =>
  intent.id === 'none' && /^media|^(opt-out|access-data|human-agent)\//.test(key);

describe('the form of a refusal', () => {
  it.each(Object.keys(rights))(
    'when a request for %s is refused, then each ground that the law knows can be chosen',
    (right) => {
      for (const language of languages) {
        const { options } = catalogue.get('privacy-requests')?.spoken[language].forms.reject?.fields.ground ?? {};
        expect(Object.keys(options ?? {})).toEqual(expect.arrayContaining([...rights[right as 'erase'].grounds]));
      }
    },
  );
});

describe('what fits on WhatsApp', () => {
  const spokenThere = intents.filter(({ audience }) => audience !== 'team');
  const filled = (sentence: string | undefined, reader: Reader): string =>
    sentence ? say(sentence, exampleFor(sentence), reader) : '';

  it.each(languages)(
    'when a reply is as long as it can be, then it is a message, its labels are buttons (%s)',
    (language) => {
      const reader = { language, zone: 'America/Santiago' };
      const hello = sayHouse({ text: 'first_contact' }, reader);
      for (const { id, spoken } of spokenThere)
        for (const [key, { title, text, facts, note, buttons }] of Object.entries(spoken[language].replies)) {
          if (key === 'member') continue;
          const parts = [title, text, ...Object.values(facts), note].map((one) => filled(one, reader));
          const length = [...[...parts, hello].join('\n')].length;
          expect([id, key, length <= 1_024]).toEqual([id, key, true]);
          for (const [act, label] of Object.entries(buttons))
            if (!/^(help)\//.test(act)) expect([id, label, [...label].length <= 20]).toEqual([id, label, true]);
        }
    },
  );
});

describe('what replies teach', () => {
  const said = (intent: Intent, language: (typeof languages)[number]): string[] => [
    ...sentencesOf({ replies: intent.spoken[language].replies, prompts: intent.spoken[language].prompts }).values(),
  ];
  const acronyms = /^(?:SMS|RM|SOL|QR)$/;

  it.each(languages)(
    'when a person writes a word that a reply teaches, then it is understood, alone and whatever came before (%s)',
    async (language) => {
      const engine = await theEngine();
      const replies = intents.filter(({ audience }) => audience !== 'team').flatMap((intent) => said(intent, language));
      const taught = new Set(
        replies.flatMap((text) => text.replace(/\{[^}]*\}/g, '|').match(/\p{Lu}{2,}(?: \p{Lu}{2,})*/gu) ?? []),
      );
      expect(taught.size).toBeGreaterThan(8);
      for (const word of taught) {
        if (acronyms.test(word)) continue;
        const heard = ask(engine, word, { language });
        expect([word, heard.intent, heard.language]).toEqual([word, expect.not.stringMatching(/^none$/), language]);
        const asked = ask(engine, word, { language, pending: { kind: 'confirm' } });
        expect([word, asked.intent]).toEqual([word, heard.intent]);
      }
    },
    TRAINING_MS,
  );

  it.each(languages)(
    'when a member says what a reply gives as an example, then it is understood (%s)',
    async (language) => {
      const engine = await theEngine();
      const names = {
        campaigns: [{ id: 'c', name: 'promo cyber', number: 118 }],
        templates: [
          { id: 't', name: 'promo cyber' },
          { id: 'u', name: 'novedades verano' },
        ],
        segments: [{ id: 's', name: 'clientes RM' }],
      };
      const replies = intents.filter(({ audience }) => audience !== 'recipient').flatMap((one) => said(one, language));
      const taught = new Set(
        replies.flatMap((text) => [...text.matchAll(/[«“]([^»”{]+)[»”]/g)].map(([, words = '']) => words)),
      );
      expect(taught.size).toBeGreaterThan(10);
      for (const words of taught) {
        const answersWhen = ask(engine, words, {
          ...{ audience: 'operator', language, names },
          pending: { kind: 'slot', slot: 'at', type: 'moment' },
        });
        const heard = ask(engine, words, { audience: 'operator', language, names });
        expect([words, heard.intent === 'none' && answersWhen.slots.at === undefined]).toEqual([words, false]);
      }
    },
    TRAINING_MS,
  );
});
