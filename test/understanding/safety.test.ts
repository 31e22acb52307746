import fc from 'fast-check';
import {
  type Audience,
  createUnderstanding,
  type Pending,
  type UnderstandingEngine,
} from '../../src/conversation/understand';
import { ask, CATALOGUE, TRAINING_MS, theEngine } from './engine';

const STATES: (Pending | undefined)[] = [
  undefined,
  { kind: 'confirm' },
  { kind: 'slot', slot: 'at', type: 'moment' },
  { kind: 'slot', slot: 'note', type: 'text' },
  { kind: 'slot', slot: 'code', type: 'code' },
];
const inState = (pending: Pending | undefined) => (pending ? { pending } : {});
const LANGUAGES = ['es', 'en', 'pt'] as const;

describe('leaving is heard in every state', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);

  it.each([
    'STOP',
    'stop',
    'BAJA',
    'Baja.',
    'Unsubscribe',
    'SAIR',
    'salir',
    'DESCADASTRAR',
    'parar',
    'alto',
    'END',
    'quit',
    'S T O P',
    'b.a.j.a',
    '“BAJA”',
    'STOP 🛑',
    'sttop',
    'BAJAA!!',
    'sotp',
    'unsuscribe',
    'stop ya po',
    'BAJA por favor',
  ])(
    'when %s is written, then the person is out at once, whatever was being asked and in whatever language',
    (text) => {
      for (const pending of STATES) {
        for (const language of LANGUAGES) {
          expect(ask(engine, text, { language, ...inState(pending) })).toMatchObject({
            intent: 'opt-out',
            strength: 'strong',
          });
        }
      }
    },
  );

  it('when the keyword that the tenant’s template teaches is written, then the person is out', () => {
    const advertised = ['NOPROMO', 'Chao Promos'];
    for (const pending of STATES) {
      for (const text of ['nopromo', 'NOPROMO!', 'nopromoo', 'chao promos']) {
        expect(ask(engine, text, { advertised, ...inState(pending) })).toMatchObject({
          intent: 'opt-out',
          strength: 'strong',
        });
      }
    }
  });

  it('when CANCELAR answers a question of the bot, then it only holds; alone it stops', () => {
    expect(ask(engine, 'CANCELAR', { pending: { kind: 'confirm' } })).toMatchObject({
      intent: 'opt-out',
      strength: 'weak',
    });
    expect(ask(engine, 'cancelar')).toMatchObject({ intent: 'opt-out', strength: 'strong' });
  });

  it.each([
    'quiero cancelar mi cuota',
    'cancelar mi pedido',
    'dar de baja el plan',
    'cancelar la hora',
    'cancel my order',
    'quero cancelar meu plano',
    'la baja de precios',
    'there is a bus stop',
  ])('when it is "%s", then nobody leaves', (text) => expect(ask(engine, text).intent).toBe('none'));

  it.each(['no', 'No.', 'nao', 'NO!!', 'no gracias', 'No, gracias', 'nope'])(
    'when the answer is "%s", then it is a no and not a goodbye',
    (text) => {
      for (const pending of STATES.slice(0, 2)) expect(ask(engine, text, inState(pending)).intent).toBe('deny');
    },
  );

  it('when a wish to leave comes in free words while a yes is awaited, then it is heard first', () => {
    for (const text of [
      'no me escriban más',
      'no, y no me manden más mensajes',
      'stop texting me',
      'não quero mais receber',
    ]) {
      expect(ask(engine, text, { pending: { kind: 'confirm' } })).toMatchObject({
        intent: 'opt-out',
        strength: 'strong',
      });
    }
  });
});

describe('a customer who wants offers', () => {
  it.each([
    ['es', 'hola, tienen alguna oferta de televisores?'],
    ['es', 'mándenme más ofertas'],
    ['es', 'siguen atendiendo?'],
    ['en', 'do you have any promos on tvs?'],
    ['pt', 'vocês vendem celular?'],
  ] as const)('when in %s it is "%s", then promotions go on', async (language, text) => {
    expect(ask(await theEngine(), text, { language }).intent).not.toBe('opt-out');
  });

  it.each([
    'tienen que dejar de escribirme',
    'hay forma de no recibir más promos?',
    'tienen algún modo de salir de la lista?',
  ])('when it is "%s", then it is still a wish to leave', async (text) =>
    expect(ask(await theEngine(), text).intent).toBe('opt-out'),
  );
});

describe('a sentence that begins with no', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);
  const answering = (text: string, about = 'delete-data') => ask(engine, text, { pending: { kind: 'confirm', about } });

  it.each([
    'no, quiero que los borren ya',
    'no los quiero en su base',
    'no quiero q tengan mi info',
    'no entiendo',
    'no me contestan nunca',
    'no las quiero',
    'no quiero',
    'no, delete them now',
    "no I don't want you to have my data",
    'não, apaguem agora',
    'não quero que tenham meus dados',
    'não entendi',
  ])('when "%s" comes while a yes is awaited, then it is no answer', (text) => {
    for (const about of ['delete-data', 'opt-out']) {
      const { intent, because } = answering(text, about);
      expect(['delete-data', 'opt-out'].includes(intent) || because.includes('answer-unclear')).toBe(true);
    }
  });

  it.each([
    'no',
    'no gracias',
    'no, mejor déjalo',
    'No, las quiero',
    'No, keep them',
    'não, deixa pra lá',
    'no thank you',
  ])('when "%s" comes, then it is a no', (text) => expect(answering(text, 'opt-out').intent).toBe('deny'));

  it('when everything shall be left as it is, then no erasure is meant, and nobody who may want to leave is kept', () => {
    expect(answering('no quiero nada, déjalo así').intent).toBe('deny');
    expect(answering('no quiero nada, déjalo así', 'opt-out').intent).toBe('opt-out');
  });

  it('when a person is asked for, then that is heard', () => {
    expect(answering('no, quiero hablar con una persona').intent).toBe('human-agent');
  });
});

describe('the language of a member', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);

  it.each(['manda sms a todos', 'manda email a todos', 'pausa C-102'])(
    'when "%s" is Spanish as well as Portuguese, then a Spaniard is answered in Spanish',
    (text) => expect(ask(engine, text, { audience: 'operator' }).language).toBe('es'),
  );

  it.each([
    ['pausa a campanha', 'pt'],
    ['send sms to everyone', 'en'],
  ])('when "%s" is plainly another language, then it is that', (text, language) =>
    expect(ask(engine, text, { audience: 'operator' }).language).toBe(language),
  );
});

describe('signs that say stop', () => {
  it.each(['🛑', '⛔⛔', '🚫 🛑', '⛔️'])(
    'when %s is all that comes, then it may be a wish to leave',
    async (text) => {
      const engine = await theEngine();
      for (const pending of STATES) {
        expect(ask(engine, text, inState(pending))).toMatchObject({ intent: 'opt-out', strength: 'weak' });
      }
      expect(ask(engine, text, { audience: 'operator' }).intent).toBe('none');
    },
    TRAINING_MS,
  );
});

describe('nothing is thrown and nothing is guessed', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);

  it('when any text at all is written, then it is answered, twice the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom(...LANGUAGES),
        fc.constantFrom('recipient', 'operator', 'support'),
        fc.constantFrom(...STATES),
        (text, language, audience, pending) => {
          const more = { language, audience: audience as Audience, ...inState(pending) };
          expect(ask(engine, text, more)).toEqual(ask(engine, text, more));
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    '',
    ' ',
    '\u0000',
    '\ud83d',
    '🤷‍♀️',
    '👍👍👍',
    '...',
    '\n\n',
    '"',
    '__proto__',
    'constructor',
    '@name %x% {y}',
  ])('when the text is %j, then nothing is wished', (text) =>
    expect(ask(engine, text)).toMatchObject({ intent: 'none', also: [] }),
  );

  it('when 64 KB arrive, then only the beginning is read, quickly', () => {
    const got = ask(engine, `no me escriban más ${'bla '.repeat(16_000)}`);
    expect(got.intent).toBe('opt-out');
  });

  it('when a message with an emoji glued to the word comes, then the word is heard', () => {
    expect(ask(engine, 'bórrenme😡😡').intent).toBe('delete-data');
  });

  it(
    'when it is trained again, then it answers the same',
    async () => {
      const again = await createUnderstanding(CATALOGUE);
      for (const text of ['ya po, no me manden más', 'qué tienen de mí', 'hay talla 40?', 'who are you']) {
        expect(ask(again, text)).toEqual(ask(engine, text));
      }
    },
    TRAINING_MS,
  );
});
