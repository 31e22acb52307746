import fc from 'fast-check';
import { type Expression, readExpression, unknownIn } from '../../../../src/domain/audience/segments/expression';
import type { Vocabulary } from '../../../../src/domain/audience/segments/words/names';
import { parseWords } from '../../../../src/domain/audience/segments/words/parse';
import { wordsOf } from '../../../../src/domain/audience/segments/words/print';
import { expression, noon, keys as wildKeys, zone } from './naive';

const today = { now: noon, zone };
const shop: Vocabulary = {
  attributes: [
    { key: 'comuna', kind: 'text', values: ['Ñuñoa', 'Providencia', 'Viña del Mar', 'Valparaíso'] },
    { key: 'region', kind: 'text', values: ['RM', 'Valparaíso', 'Biobío', 'ñuble'] },
    { key: 'genero', kind: 'text', values: ['F', 'M'] },
    { key: 'compras', kind: 'number', values: [] },
    { key: 'edad', kind: 'number', values: [] },
    { key: 'gasto', kind: 'number', values: [] },
    { key: 'ultima_compra', kind: 'day', values: [] },
    { key: 'tag', kind: 'text', values: ['vip', 'oro'] },
  ],
  campaigns: [
    { number: 118, name: 'promo cyber' },
    { number: 117, name: 'novedades verano' },
  ],
};
const keys = shop.attributes.map(({ key }) => key);
type Language = 'es' | 'en' | 'pt';
const read = (text: string, language: Language = 'es') => parseWords(text, language, shop, today);

const women = { attribute: 'genero', is: 'F' };
const november = { attribute: 'ultima_compra', from: { day: '2026-11-01' }, to: { day: '2026-11-30' } };
const unread: Expression = { not: { did: 'read', campaign: 118 } };
const often = { attribute: 'compras', over: 3 };
const silent: Expression = { not: { did: 'replied', days: 30 } };
const two = { attribute: 'region', in: ['RM', 'Biobío'] };

it.each<[Language, string, Expression]>([
  [
    'es',
    'mujeres de Ñuñoa que compraron en noviembre y no leyeron la última campaña',
    { and: [women, { attribute: 'comuna', is: 'Ñuñoa' }, november, unread] },
  ],
  ['es', 'clientes RM o Biobío con más de 3 compras', { and: [two, often] }],
  ['es', 'crea un grupo con los de rm, biobio y que tengan mas de 3 compras', { and: [two, often] }],
  ['es', 'los que no han respondido en 30 días', silent],
  ['es', 'todos menos los vip', { not: { tag: 'vip' } }],
  [
    'es',
    'arma una lista de los q compraron en mayo',
    { attribute: 'ultima_compra', from: { day: '2026-05-01' }, to: { day: '2026-05-31' } },
  ],
  [
    'es',
    'los que compraron en diciembre',
    { attribute: 'ultima_compra', from: { day: '2026-12-01' }, to: { day: '2026-12-31' } },
  ],
  ['es', 'los q nunca han comprado', { not: { attribute: 'compras', over: 0 } }],
  ['es', 'gastaron entre 50 mil y 200 lucas', { attribute: 'gasto', from: 50_000, to: 200_000 }],
  ['es', 'gasto sobre $50.000', { attribute: 'gasto', over: 50_000 }],
  ['es', 'los que no compran hace 6 meses', { not: { attribute: 'ultima_compra', over: { ago: 180 } } }],
  ['es', 'sin permiso por whatsapp', { consent: 'none', channel: 'whatsapp' }],
  [
    'es',
    'los de la campaña C-117 que no abrieron',
    { and: [{ did: 'received', campaign: 117 }, { not: { did: 'read', campaign: 117 } }] },
  ],
  ['es', 'reenvía a los que no leyeron la promo cyber', unread],
  ['es', 'mayores de 60 o vip', { or: [{ attribute: 'edad', over: 60 }, { tag: 'vip' }] }],
  [
    'es',
    '(mayores de 60 o vip) y no de Chile',
    { and: [{ or: [{ attribute: 'edad', over: 60 }, { tag: 'vip' }] }, { not: { country: 'CL' } }] },
  ],
  ['es', 'los de 25 a 40 años', { attribute: 'edad', from: 25, to: 40 }],
  ['es', 'menos de 3 compras', { attribute: 'compras', under: 3 }],
  ['es', 'con 3 compras o más', { attribute: 'compras', from: 3 }],
  ['es', 'se suscribieron desde el 5 de enero', { date: 'joined', from: { day: '2026-01-05' } }],
  ['es', 'escribieron en los últimos 7 días', { date: 'wrote', over: { ago: 7 } }],
  ['es', 'hablan inglés', { language: 'en' }],
  ['en', 'women who bought in november and did not read the last campaign', { and: [women, november, unread] }],
  ['en', 'customers with more than 3 purchases in RM or Biobío', { and: [often, two] }],
  ['en', "people who haven't replied in 30 days", silent],
  ['en', 'everyone except vip', { not: { tag: 'vip' } }],
  ['en', 'spent over 1,500.50', { attribute: 'gasto', over: 1500.5 }],
  ['pt', 'mulheres que compraram em novembro e não leram a última campanha', { and: [women, november, unread] }],
  ['pt', 'clientes RM ou Biobío com mais de 3 compras', { and: [two, often] }],
  ['pt', 'quem não respondeu em 30 dias', silent],
])(
  'when a member says in %s «%s», then exactly that is meant, and what is shown back means it too',
  (language, text, meant) => {
    const parsed = read(text, language);
    expect(parsed?.expression).toEqual(meant);
    expect(read(wordsOf(meant, language, keys), language)?.expression).toEqual(meant);
  },
);

describe('what is not known', () => {
  it.each([
    ['los que tienen perro', 'perro', []],
    [
      'de Valparaíso',
      'Valparaíso',
      [
        { attribute: 'comuna', is: 'Valparaíso' },
        { attribute: 'region', is: 'Valparaíso' },
      ],
    ],
    [
      'los que no leyeron',
      'leyeron',
      [
        { did: 'read', campaign: 118 },
        { did: 'read', campaign: 117 },
      ],
    ],
    ['mujeres que visitaron la tienda', 'visitaron la tienda', []],
    [
      'personas con 25 a 40',
      '25 a 40',
      ['compras', 'edad', 'gasto'].map((attribute) => ({ attribute, from: 25, to: 40 })),
    ],
  ])('when a member says «%s», then «%s» is asked about with what it may be, never guessed', (text, word, offers) => {
    const parsed = read(text);
    expect(unknownIn(parsed?.expression ?? { and: [] })).toContain(word.split(' ')[0]);
    expect(parsed?.offers.get(unknownIn(parsed.expression) ?? '')).toEqual(offers);
  });

  it('when no word says whom, then it is nothing at all', () => {
    for (const text of ['crear segmento', 'haz un grupo nuevo porfa', '', '«', '))((', ',,,'])
      expect(read(text)).toBeUndefined();
  });

  it('when a group is given its name in quotes, then that is its name', () => {
    expect(read('segmento "oro puro": gasto sobre 200')).toMatchObject({
      name: 'oro puro',
      expression: { attribute: 'gasto', over: 200 },
    });
  });
});

const wild: Vocabulary = {
  attributes: wildKeys.map((key, at) => ({
    key,
    kind: (['text', 'number', 'day', 'text'] as const)[at] ?? 'text',
    values: ['RM', 'Valparaíso', "O'Higgins"],
  })),
  campaigns: [{ number: 102, name: 'la última' }],
};

it.each(['es', 'en', 'pt'] as const)(
  'when any expression is shown back in %s, then its words mean the same expression',
  (language) => {
    fc.assert(
      fc.property(expression, (any) => {
        const meant = readExpression(any);
        fc.pre(meant !== undefined);
        const words = wordsOf(meant as Expression, language, wildKeys);
        expect([words, parseWords(words, language, wild, today)?.expression]).toEqual([words, meant]);
      }),
      { numRuns: 400 },
    );
  },
);

it('when anybody writes anything, then it is read in little time, and what comes of it can be stored', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 300 }),
        fc
          .array(
            fc.constantFrom(
              'no',
              'y',
              'o',
              '(',
              ')',
              '«',
              '»',
              'RM',
              'más de',
              '3',
              'compras',
              'en',
              'noviembre',
              'hace',
              'días',
              'leyeron',
              'C-118',
              ',',
              'entre',
            ),
            { maxLength: 60 },
          )
          .map((words) => words.join(' ')),
      ),
      (text) => {
        const parsed = read(text);
        if (parsed) expect(readExpression(JSON.parse(JSON.stringify(parsed.expression)))).toEqual(parsed.expression);
      },
    ),
    { numRuns: 500 },
  );
});
