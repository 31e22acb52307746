import type { Names, UnderstandingEngine } from '../../src/conversation/understand';
import { ask, TRAINING_MS, theEngine } from './engine';

const names: Names = {
  campaigns: [
    { id: 'c1', name: 'Promo Cyber', number: 118 },
    { id: 'c2', name: 'Black Friday', number: 119 },
    { id: 'c3', name: 'Navidad clientes', number: 120 },
    { id: 'c4', name: 'Navidad regiones', number: 121 },
  ],
  templates: [
    { id: 't1', name: 'promo_cyber' },
    { id: 't2', name: 'bienvenida' },
    { id: 't3', name: 'Black Friday' },
  ],
  segments: [
    { id: 's1', name: 'Clientes RM' },
    { id: 's2', name: 'VIP' },
    { id: 's3', name: 'Inactivos' },
  ],
};
const team = { audience: 'operator' as const, names };
const at = (iso: string) => new Date(iso);

describe('the four phrases', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);

  it('when one is said alone, then it is understood, whatever the language of the person', () => {
    for (const language of ['es', 'en', 'pt'] as const) {
      expect(ask(engine, 'send campaign', { audience: 'operator', language }).intent).toBe('send-campaign');
      expect(ask(engine, 'show delivery report', { audience: 'operator', language }).intent).toBe('delivery-report');
      expect(ask(engine, 'delete my data', { language }).intent).toBe('delete-data');
      expect(ask(engine, 'opt out', { language }).intent).toBe('opt-out');
    }
  });
});

describe('a campaign in words', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);

  it.each([
    ['manda la promo cyber a clientes RM mañana a las 10', 'es'],
    ['send the promo cyber to clientes RM tomorrow at 10', 'en'],
    ['manda a promo cyber para clientes RM amanhã às 10', 'pt'],
  ] as const)('when "%s" is said, then template, people and moment are known', (text, language) => {
    const got = ask(engine, text, { ...team, language });
    expect(got).toMatchObject({
      intent: 'send-campaign',
      slots: { template: 't1', segment: 's1', at: at('2026-12-02T13:00:00Z') },
    });
  });

  it('when a name is a day, then it is a name', () => {
    const got = ask(engine, 'programa la black friday a los vip el jueves a las 9', team);
    expect(got.slots).toMatchObject({ template: 't3', segment: 's2', at: at('2026-12-03T12:00:00Z') });
  });

  it('when it is not to be sent yet, then it is held and never sent', () => {
    for (const text of ['espera, no la mandes todavía', 'no mandes la campaña de navidad todavía']) {
      expect(ask(engine, text, team).intent).toBe('pause-campaign');
    }
    expect(ask(engine, 'ok, mándala', team).intent).toBe('resume-campaign');
  });

  it('when a report is asked for by name or number, then the campaign is known', () => {
    expect(ask(engine, 'reporte de la promo cyber', team)).toMatchObject({
      intent: 'delivery-report',
      slots: { campaign: 'c1' },
    });
    expect(ask(engine, 'reporte de la promo ciber', team).slots).toMatchObject({ campaign: 'c1' });
    expect(ask(engine, 'cómo va la c-119', team)).toMatchObject({
      intent: 'campaign-status',
      slots: { campaign: 'c2' },
    });
  });

  it('when several bear the name and one of them has gone out, then its report is meant, however many drafts came after', () => {
    const drafts = [1, 2, 3, 4, 5, 6].map((nth) => ({ id: `d${nth}`, name: 'Promo Cyber', number: 130 - nth }));
    const sent = { id: 'sent', name: 'Promo Cyber', number: 118, begun: true };
    const of = (...campaigns: Names['campaigns'][number][]) => ({ ...team, names: { ...names, campaigns } });
    expect(ask(engine, 'reporte de la promo cyber', of(...drafts, sent)).slots).toMatchObject({ campaign: 'sent' });
    const among = ask(engine, 'pausa la promo cyber', of(...drafts, sent)).ambiguous;
    expect(among?.options.map(({ id }) => id)).toEqual(['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'sent']);
    expect(ask(engine, 'reporte de la promo cyber', of(...drafts)).ambiguous?.options).toHaveLength(6);
  });

  it('when a name fits two campaigns, then it is asked which', () => {
    const got = ask(engine, 'reporte de navidad', team);
    expect(got.slots.campaign).toBeUndefined();
    expect(got.ambiguous?.options.map(({ id }) => id).sort()).toEqual(['c3', 'c4']);
  });

  it('when the people are asked for, then the answer is read as people', () => {
    const got = ask(engine, 'a los inactivos', {
      ...team,
      pending: { kind: 'slot', slot: 'segment', type: 'segment' },
    });
    expect(got).toMatchObject({ intent: 'none', slots: { segment: 's3' } });
  });

  it('when an act is denied or supposed, then it is not done', () => {
    for (const text of [
      'no canceles la campaña',
      'qué pasa si mando la promo dos veces',
      'si cancelamos la campaña nos cobran igual?',
      "don't cancel it",
    ]) {
      expect(ask(engine, text, team).intent).toBe('none');
    }
  });

  it('when support asks for a message, then number and day are known', () => {
    const got = ask(engine, 'estado del mensaje a +56 9 8765 4321 ayer', team);
    expect(got).toMatchObject({
      intent: 'message-status',
      slots: { address: '+56987654321', at: at('2026-11-30T03:00:00Z') },
    });
  });

  it('when a stranger gives the code, then it is read', () => {
    expect(ask(engine, 'vincular 482913', team)).toMatchObject({ intent: 'link', slots: { code: '482913' } });
  });

  it('when a recipient says what only the team may, then it is not theirs to say', () => {
    expect(ask(engine, 'manda la campaña a los vip').intent).not.toBe('send-campaign');
    expect(ask(engine, 'bórrenme', { audience: 'operator' }).intent).not.toBe('delete-data');
  });
});

describe('leaving, asking, erasing', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);

  it.each([
    ['ya po, no me manden más', 'opt-out'],
    ['y de dónde sacaron mi número?', 'data-source'],
    ['bórrenme', 'delete-data'],
    ['YA NO ME MANDEN MAS MENSAJES!!!! 😡', 'opt-out'],
    ['no kiero resivir mas sus mensages', 'opt-out'],
    ['VOLVER', 'opt-in'],
    ['¿tienen talla 42?', 'none'],
    ['SOL-000204', 'request-status'],
  ])('when "%s" is written, then it is %s', (text, intent) => expect(ask(engine, text).intent).toBe(intent));

  it.each([
    ['no borren mis datos', 'negated'],
    ['¿qué pasa si pido borrar mis datos?', 'hypothetical'],
    ['mi amigo me mandó "borren mis datos"', 'quoted'],
    ['mi hermano quiere que borren sus datos', 'third-person'],
    ['borren el pedido duplicado', undefined],
    ["don't delete my data", 'negated'],
    ['what happens if I ask you to delete my data?', 'hypothetical'],
    ['não apaguem meus dados', 'negated'],
  ])('when it is "%s", then nothing is erased and nobody leaves', (text, guard) => {
    const got = ask(engine, text);
    expect(got.intent).toBe('none');
    expect(got.candidates).not.toContain('delete-data');
    if (guard) expect(got.guarded).toBe(guard);
  });

  it('when two things are wished, then seeing comes before erasing, and leaving before both', () => {
    const two = ask(engine, 'quiero ver mis datos y después borren mis datos');
    const joined = ask(engine, 'quiero ver mis datos y bórrenme');
    expect([joined.intent, ...joined.also]).toEqual(['access-data', 'delete-data']);
    expect([two.intent, ...two.also]).toEqual(['access-data', 'delete-data']);
    const three = ask(engine, 'no me escriban más y borren mis datos');
    expect([three.intent, ...three.also]).toEqual(['opt-out', 'delete-data']);
  });

  it.each(['tengo 13 años', 'número equivocado', 'los voy a denunciar al sernac', 'wrong number', 'numero errado'])(
    'when it is "%s", then promotions are held at least',
    (text) => expect(['opt-out', 'is-minor', 'report-spam']).toContain(ask(engine, text).intent),
  );

  it('when a yes or no was asked for, then short answers are answers', () => {
    const pending = { kind: 'confirm' } as const;
    for (const text of ['sí', 'si', 'dale', 'ya', 'yes', 'sim', 'sí, borra todo', 'yes do it']) {
      expect(ask(engine, text, { pending }).intent).toBe('affirm');
    }
    for (const text of ['no', 'no gracias', 'não', 'no, mejor déjalo', 'nope']) {
      expect(ask(engine, text, { pending }).intent).toBe('deny');
    }
  });
});
