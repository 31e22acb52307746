import fc from 'fast-check';
import { type Entities, entitiesIn, type Names, type Question } from '../../src/conversation/understand';
import type { Language } from '../../src/intent';
import { NOW } from './engine';

const names: Names = {
  campaigns: [
    { id: 'c5', name: 'Liquidación Invierno', number: 122, at: new Date('2026-12-01T12:00:00Z') },
    { id: 'c4', name: 'Navidad regiones', number: 121, at: new Date('2026-11-30T14:00:00Z') },
    { id: 'c3', name: 'Navidad clientes', number: 120, at: new Date('2026-11-27T14:00:00Z') },
    { id: 'c2', name: 'Black Friday', number: 119, at: new Date('2026-11-26T14:00:00Z') },
    { id: 'c1', name: 'Promo Cyber', number: 118, at: new Date('2026-11-26T18:00:00Z') },
  ],
  templates: [
    { id: 't1', name: 'promo cyber' },
    { id: 't2', name: 'Black Friday' },
    { id: 't3', name: 'Promo Miércoles' },
    { id: 't4', name: 'Navidad 24' },
    { id: 't5', name: 'Cyber Monday' },
    { id: 't6', name: 'aviso_stock' },
  ],
  segments: [
    { id: 's1', name: 'Clientes RM' },
    { id: 's2', name: 'VIP' },
    { id: 's3', name: 'Inactivos' },
    { id: 's4', name: 'Ferreterías Sur' },
    { id: 's5', name: 'Nuevos de agosto' },
  ],
};
const read = (text: string, language: Language = 'es', more: Partial<Question> = {}): Entities =>
  entitiesIn({ text, audience: 'operator', language, now: NOW, zone: 'America/Santiago', names, ...more }, [language]);
const at = (iso: string) => new Date(iso);

describe('names of the tenant', () => {
  it.each([
    ['manda aviso stock a las ferreterias del sur', { template: { id: 't6' }, segment: { id: 's4' } }],
    ['manda la blackfriday a los inactivo', { template: { id: 't2' }, segment: { id: 's3' } }],
    ['envía la promo ciber a los vips', { template: { id: 't1' }, segment: { id: 's2' } }],
    ['manda la BF a los nuevos de agosto', { template: { id: 't2' }, segment: { id: 's5' } }],
    ['reporte de liquidacion de invierno', { campaign: { id: 'c5' } }],
    ['cómo va la c118', { campaign: { id: 'c1' } }],
    ['cómo va la campaña 119', { campaign: { id: 'c2' } }],
  ])('when it is "%s", then they are found', (text, expected) => expect(read(text)).toMatchObject(expected));

  it('when a name fits several, then none is taken', () => {
    const { campaign } = read('reporte de navidad');
    expect(campaign.id).toBeUndefined();
    expect(campaign.options?.map(({ id }) => id).sort()).toEqual(['c3', 'c4']);
  });

  it.each<[string, Language, string]>([
    ['cómo va la última', 'es', 'c5'],
    ['how is the last one doing', 'en', 'c5'],
    ['como vai a última campanha', 'pt', 'c5'],
    ['reporte de la de ayer', 'es', 'c4'],
    ['how did the one from yesterday do', 'en', 'c4'],
    ['relatório da campanha, a de ontem', 'pt', 'c4'],
    ['pausa la del viernes', 'es', 'c3'],
  ])('when a campaign is called "%s", then it is that one', (text, language, id) => {
    expect(read(text, language).campaign).toEqual({ id });
  });

  it('when several went out that day, or none did, then it is asked which', () => {
    expect(read('pausa la del jueves').campaign.options?.map(({ id }) => id)).toEqual(['c2', 'c1']);
    expect(read('pausa la de anteayer').campaign.options).toHaveLength(5);
  });

  it.each<[string, Language]>([
    ['pausa esa', 'es'],
    ['páusala', 'es'],
    ['pause that one', 'en'],
    ['pausa essa', 'pt'],
  ])(
    'when "%s" is said, then it is the one that was just spoken of, and without one it is nobody\'s',
    (text, language) => {
      expect(read(text, language, { topic: 'c2' }).campaign).toEqual({ id: 'c2' });
      expect(read(text, language).campaign).toEqual({});
    },
  );

  it('when the day of a campaign is said beside a new hour, then it is no moment', () => {
    expect(read('la de ayer córrela a las 11')).toMatchObject({
      campaign: { id: 'c4' },
      moment: { at: at('2026-12-01T14:00:00Z') },
    });
  });
});

describe('names that are days', () => {
  it.each([
    ['manda la promo miércoles el jueves a las 9', 't3', '2026-12-03T12:00:00Z'],
    ['manda navidad 24 el 23 a las 10', 't4', '2026-12-23T13:00:00Z'],
    ['manda cyber monday el lunes a las 9', 't5', '2026-12-07T12:00:00Z'],
    ['manda black friday el viernes a las 10', 't2', '2026-12-04T13:00:00Z'],
    ['manda la promo cyber el miércoles 9 a las 10', 't1', '2026-12-09T13:00:00Z'],
    ['manda "Viernes de Locura" mañana a las 10', undefined, '2026-12-02T13:00:00Z'],
  ])('when it is "%s", then name and moment are both found', (text, template, moment) => {
    const got = read(text);
    expect([got.template.id, got.moment?.at]).toEqual([template, at(moment)]);
  });

  it('when only the day is said, then it is no name', () => {
    for (const text of ['manda la promo cyber el friday a las 10', 'manda aviso stock el miércoles a las 10']) {
      const { template, moment } = read(text);
      expect([template.options, moment?.at === undefined]).toEqual([undefined, false]);
    }
  });

  it('when any such name stands beside any moment, then the moment is read as without it', () => {
    const aName = fc.constantFrom('Black Friday', 'Cyber Monday', 'Promo Miércoles', 'Navidad 24', 'Aviso Stock');
    const aMoment = fc.constantFrom(
      ...[
        'mañana a las 10',
        'el jueves a las 15:30',
        'el 28/12 a las 9',
        'en dos horas',
        'pasado mañana a las 8 de la tarde',
      ],
      ...['hoy a las 18 hrs', 'el lunes 7 a las 11 y media', 'el martes', 'mañana a las 3', 'el 30 a mediodía'],
    );
    fc.assert(
      fc.property(aName, aMoment, fc.boolean(), (name, moment, isFirst) => {
        const text = isFirst ? `${moment} manda ${name} a los vip` : `manda ${name} a los vip ${moment}`;
        expect([text, read(text).moment]).toEqual([text, read(`manda algo ${moment}`).moment]);
        expect(read(text).template.id).toBeDefined();
      }),
    );
  });
});

describe('what else a message names', () => {
  it.each<[string, Partial<Entities>]>([
    ['estado del mensaje a +56 9 8765 4321 ayer', { phones: ['+56987654321'], past: at('2026-11-30T03:00:00Z') }],
    ['llama al 0056 9 8765 4321 o al 9 5555 1234', { phones: ['+56987654321', '955551234'] }],
    ['o novo é (11) 98888-7766', { phones: ['11988887766'] }],
    ['cambia a@b.cl por Ana.P@Correo.cl', { emails: ['a@b.cl', 'ana.p@correo.cl'] }],
    ['mi correo es juan punto perez arroba correo punto cl', { emails: ['juan.perez@correo.cl'] }],
    ["it's jane dot doe at example dot com", { emails: ['jane.doe@example.com'] }],
    ['la sol 204 y la solicitud 000211', { cases: ['SOL-000204', 'SOL-000211'] }],
    ['mi rut es 12.345.678-5', { taxIds: ['12.345.678-5'], phones: [] }],
    ['mi rut es 12345678-9', { taxIds: [] }],
    ['CPF 529.982.247-25', { taxIds: ['529.982.247-25'], phones: [] }],
    ['un 15% o 2,5 por ciento', { percents: [15, 2.5] }],
    ['cuesta $ 61.300', { amounts: [{ value: 61300, currency: '$' }] }],
    [
      'R$ 1.234,50 ou US$ 1,234.50',
      {
        amounts: [
          { value: 1234.5, currency: 'BRL' },
          { value: 1234.5, currency: 'USD' },
        ],
      },
    ],
    ['10 lucas', { amounts: [{ value: 10000, currency: 'CLP' }] }],
    ['páusala por tres días', { minutes: [4320] }],
    ['espera dos horas y media', { minutes: [150] }],
    ['por wsp y correo, no sms', { channels: ['whatsapp', 'sms', 'email'] }],
    ['manda «Vuelve pronto» a los vip', { quoted: ['Vuelve pronto'] }],
    ['me llamo María José Núñez, no Maria', { people: ['María José Núñez'] }],
    ['soy cliente hace años', { people: [] }],
    ['descuento del 10% y $ 15.000 mañana a las 9', { moment: { at: at('2026-12-02T12:00:00Z') } }],
  ])('when it is "%s", then it is read', (text, expected) => expect(read(text)).toMatchObject(expected));

  it('when two thousand characters are made to mislead, then they cost hardly more than ordinary ones', () => {
    const fill = (piece: string) => piece.repeat(Math.ceil(2000 / piece.length)).slice(0, 2000);
    const misleading = [
      'a.',
      'a@',
      'a-',
      '1.',
      '1 ',
      '1,',
      '+56 9 ',
      'juan punto ',
      'R$ 1.',
      '"a',
      'promo cyber ',
      'la de ',
    ];
    // the quickest of some runs: what else the machine does must not count
    const cost = (text: string): number =>
      Math.min(
        ...Array.from({ length: 25 }, () => {
          const began = process.hrtime.bigint();
          read(text);
          return Number(process.hrtime.bigint() - began);
        }),
      );
    const ordinary = cost(
      fill('quiero saber de dónde sacaron mi número, porque nunca les di permiso para escribirme. '),
    );
    for (const text of misleading.map(fill))
      expect([text.slice(0, 12), cost(text) / ordinary < 40]).toEqual([text.slice(0, 12), true]);
  });

  it('when it is anything at all, then nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom<Language>('es', 'en', 'pt'),
        (text, language) => {
          read(text, language);
        },
      ),
      { numRuns: 300 },
    );
  });
});
