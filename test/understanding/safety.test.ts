import fc from 'fast-check';
import { createUnderstanding, type Pending, type UnderstandingEngine } from '../../src/conversation/understand';
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
        fc.constantFrom('recipient', 'team'),
        fc.constantFrom(...STATES),
        (text, language, audience, pending) => {
          const more = { language, audience: audience as 'recipient' | 'team', ...inState(pending) };
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
