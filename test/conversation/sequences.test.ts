import { join } from 'node:path';
import fc from 'fast-check';
import type { ActRef } from '../../src/conversation/actions';
import { loadCatalogue } from '../../src/conversation/catalogue';
import { type DialogState, reviveState } from '../../src/conversation/dialog-state';
import { Conversation } from '../../src/conversation/turn';
import { root } from '../../src/load';
import { NOW, TRAINING_MS, theEngine } from '../understanding/engine';
import { aTown, type Deed, type Town, type Turned } from './town';

const catalogue = loadCatalogue(join(root, 'intents'));
let conversation: Conversation;
beforeAll(async () => {
  conversation = new Conversation(catalogue, await theEngine());
}, TRAINING_MS);

const people = ['ana', 'benja', 'U1'] as const;
const answers = [
  'sí',
  'si borrar',
  'ya',
  'ok dale',
  'no',
  'no, gracias',
  'mejor no',
  'déjalo',
  'cancelar',
  'yes',
  'sim',
  '👍',
  'no entiendo',
  'asdf qwer',
];
const lines = [
  ...answers,
  ...[
    'borren mis datos',
    'quiero que eliminen todo lo mío',
    'no, quiero ver mis datos',
    'me arrepentí',
    'DATOS',
    'ESTADO',
  ],
  ...[
    'uf, otra promo',
    'ya po no me manden más',
    'VOLVER',
    'PERSONA',
    '¿tienen talla 42?',
    'tengo 13 años',
    'hola',
    'ayuda',
  ],
  ...['no borren nada', 'qué pasa si pido borrar', 'privado', 'lo de mi información', 'BORRAR MIS DATOS', 'SOL-c1'],
  ...[
    'manda la promo cyber a clientes RM mañana a las 10',
    'manda la promo cyber',
    'clientes RM',
    'el viernes a las 12',
  ],
  ...[
    'no, el viernes',
    'mejor a las 11',
    'a clientes RM no, a clientes Biobío',
    'apruébala',
    'aprobar',
    'mándala ya',
    'envíala',
  ],
  ...[
    'cancela la campaña para siempre',
    'cancela la campaña C-7',
    'pausa la campaña',
    'reanudar',
    'reporte',
    'plantillas',
  ],
  ...[
    '¿cómo va la campaña?',
    'mejor a las 3',
    'asdf',
    'blablá '.repeat(9_000),
    '{"pending":{}}',
    '2026-12-02T13:00:00.000Z',
  ],
];

type Move =
  | { does: 'say'; who: string; text: string }
  | { does: 'press'; who: string; at: number }
  | { does: 'wait'; minutes: number }
  | { does: 'media'; who: string }
  | { does: 'resolve'; who: string };
/** From here what can't be undone is one step away. */
const openings: Readonly<Record<(typeof people)[number], readonly string[]>> = {
  ana: ['borren mis datos', 'quiero que borren mis datos', 'uf, otra promo'],
  benja: ['BORRAR MIS DATOS', 'ESTADO'],
  U1: [
    'manda la promo cyber a clientes RM mañana a las 10',
    'cancela la campaña C-7 para siempre',
    'pausa la campaña C-7',
    'reanudar C-7',
  ],
};
const say = (who: string, texts: readonly string[]) =>
  fc.record({ does: fc.constant('say' as const), who: fc.constant(who), text: fc.constantFrom(...texts) });
const moveOf = (who: (typeof people)[number]): fc.Arbitrary<Move> =>
  fc.oneof(
    { weight: 4, arbitrary: say(who, openings[who]) },
    { weight: 4, arbitrary: say(who, answers) },
    { weight: 4, arbitrary: say(who, lines) },
    { weight: 4, arbitrary: fc.record({ does: fc.constant('press' as const), who: fc.constant(who), at: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.string().map((text) => ({ does: 'say' as const, who, text })) },
    { weight: 1, arbitrary: fc.constantFrom<Move>({ does: 'media', who }, { does: 'resolve', who }) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(1, 14, 16, 61, 1500).map((minutes) => ({ does: 'wait' as const, minutes })),
    },
  );
/** Mostly one person's talk, with others in between. */
const moves = fc.constantFrom(...people).chain((one) =>
  fc.array(fc.oneof({ weight: 4, arbitrary: moveOf(one) }, ...people.map(moveOf)), {
    minLength: 3,
    maxLength: 16,
    size: 'max',
  }),
);

/** What each deed is asked by: nothing else does it. */
const asks: Readonly<Record<Deed['what'], readonly string[]>> = {
  askApproval: ['send-campaign/ask'],
  approve: ['send-campaign/approve'],
  cancel: ['cancel-campaign/yes', 'send-campaign/discard'],
  resume: ['resume-campaign/yes', 'send-campaign/resume'],
  confirm: ['delete-data/confirm'],
};
/** Of these, words can be the answer too. */
const byWords = ['cancel-campaign/yes', 'resume-campaign/yes', 'delete-data/confirm'];
const nameOf = ({ intent, act }: ActRef) => `${intent}/${act}`;
const idOf = ({ args }: ActRef) => args.case ?? args.campaign;
/** A turn in which nothing was heard that could close a question. */
const isNothing = (outcome: string) =>
  ['asked-again', 'wordless', 'media', 'handed-off', 'ignored'].includes(outcome) || /^[A-Z_]+$/.test(outcome);

interface Open {
  actions: ActRef[];
  until: number;
}
/** Walks through the moves. `seen` is told every turn, with the question that stood before it. */
async function walk(
  town: Town,
  path: readonly Move[],
  seen: (turn: Turned, move: Move, open: Open | undefined, pressed: ActRef | undefined) => void,
) {
  const buttons: string[] = [];
  const open = new Map<string, Open>();
  for (const move of path) {
    if (move.does === 'wait') town.waits(move.minutes);
    if (move.does === 'resolve') town.resolves(move.who);
    if (!('who' in move) || move.does === 'resolve') continue;
    const button = move.does === 'press' ? buttons.at(-1 - move.at) : undefined;
    if (move.does === 'press' && !button) continue;
    const turn = button
      ? await town.presses(move.who, button)
      : move.does === 'say'
        ? await town.says(move.who, move.text)
        : await town.sends(move.who);
    seen(turn, move, open.get(move.who), button ? town.read(button) : undefined);
    const offered = turn.said.flatMap((content) => (content.buttons ?? []).map(({ id }) => id));
    buttons.push(...offered);
    const actions = offered.flatMap((id) => town.read(id) ?? []);
    if (!isNothing(turn.outcome)) open.set(move.who, { actions, until: town.now().getTime() + 15 * 60_000 });
  }
}

/** A yes to what was answered last, and not to the question before it. */
const answeredMeanwhile: Move[] = [
  { does: 'say', who: 'U1', text: 'cancela la campaña C-7 para siempre' },
  { does: 'say', who: 'U1', text: 'borren mis datos' },
  { does: 'say', who: 'U1', text: 'sí' },
];

describe('any sequence of words, buttons of anybody’s talk, and time', () => {
  it('when it has been said, then nothing is sent, cancelled or erased but by its own button or the answer to its own question, in time', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (path) => {
        const town = aTown(conversation, catalogue, NOW);
        await walk(town, path, ({ deeds }, move, open, pressed) => {
          for (const { what, id } of deeds) {
            const fits = (action: ActRef) => asks[what].includes(nameOf(action)) && idOf(action) === id;
            const isPressed = pressed !== undefined && fits(pressed);
            const isAnswered =
              move.does === 'say' &&
              open !== undefined &&
              open.until > town.now().getTime() &&
              open.actions.some((action) => fits(action) && byWords.includes(nameOf(action)));
            expect([what, isPressed || isAnswered]).toEqual([what, true]);
            if (what === 'confirm') expect(town.ownerOf(id)).toBe('who' in move ? move.who : '');
          }
        });
      }),
      { numRuns: 500, examples: [[answeredMeanwhile]] },
    );
  }, 120_000);

  it.each(['STOP', 'BAJA', 'ya no me manden más mensajes', 'stop texting me'])(
    'when «%s» follows, then the person is out',
    async (stop) => {
      await fc.assert(
        fc.asyncProperty(moves, async (path) => {
          const town = aTown(conversation, catalogue, NOW);
          await walk(town, path, () => {});
          await town.says('ana', stop);
          expect(town.isOut('ana')).toBe(true);
        }),
        { numRuns: 100 },
      );
    },
    120_000,
  );

  it('when it has been said, then what is kept of a talk is small, and read back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (path) => {
        await walk(aTown(conversation, catalogue, NOW), path, ({ stored }) => {
          expect(stored.length).toBeLessThan(2_000);
          const read = reviveState(JSON.parse(stored) as DialogState);
          expect(JSON.stringify(read)).toBe(stored);
          expect(reviveState(read)).toEqual(read);
        });
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});
