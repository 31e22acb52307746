import fc from 'fast-check';
import { priceOf } from '../../../adapters/sms/gsm';
import { componentsOf, keptOf } from '../../../adapters/whatsapp/template-parts';
import { checkTemplate } from '../../../simulator/whatsapp/template-rules';
import { plainForm, smsPrice } from '../../../src/domain/campaigns/sms-parts';
import { isFit, lint, type TemplateDraft, templateRules } from '../../../src/domain/campaigns/template-lint';
import type { TemplateButton, Variable } from '../../../src/domain/campaigns/template-parts';
import { partsOf, variablesOf, writtenOf } from '../../../src/domain/campaigns/written';

const good: TemplateDraft = {
  channel: 'whatsapp',
  name: 'promo_cyber',
  language: 'es_CL',
  category: 'MARKETING',
  body: 'Hola {{1}}, esta semana {{2}} de descuento en toda la tienda. Responde BAJA para no recibir más.',
  variables: [{ from: 'name', otherwise: 'cliente' }, { text: '30 %' }],
  parts: {
    header: { kind: 'text', text: 'Cyber en {{1}}', variable: { text: 'Tienda Andina' } },
    footer: 'Tienda Andina',
    buttons: [
      { kind: 'reply', label: 'No más promociones' },
      { kind: 'url', label: 'Ver', url: 'https://tienda.example/{{1}}', ending: 'cyber' },
      { kind: 'phone', label: 'Llamar', phone: '+56229384000' },
    ],
  },
};
const codes = (draft: TemplateDraft): string[] => lint(draft).map(({ code }) => code);
const with_ = (change: Partial<TemplateDraft>): TemplateDraft => ({ ...good, ...change });
const button = (...buttons: TemplateButton[]) => with_({ parts: { buttons } });

/** What Meta's stand-in says of it. */
function isTaken(draft: TemplateDraft): boolean {
  const written = writtenOf(draft, draft.hasMedium ? '4::aGFuZGxl' : undefined);
  try {
    checkTemplate({ ...written, components: componentsOf(written) });
    return true;
  } catch {
    return false;
  }
}
const isFitForMeta = (draft: TemplateDraft): boolean => lint(draft).every(({ why }) => why !== 'meta');

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Hola ', 'tu pedido ', 'va en camino ', 'y ', 'llega hoy. ') },
  { weight: 3, arbitrary: fc.constantFrom('{{1}}', '{{2}}', '{{3}}', '{{1}} ', ' ') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{{',
      '}}',
      '{{name}}',
      '{{0}}',
      '{{ 1 }}',
      '\n',
      '\n\n\n',
      '\t',
      '     ',
      '🎉',
      '*',
      '{',
      'x'.repeat(70),
      'y'.repeat(1_000),
    ),
  },
);
const words = (maxLength: number) => fc.array(piece, { maxLength }).map((pieces) => pieces.join(''));
const value = fc.constantFrom('cliente', '30 %', '', ' ', 'dos\nlíneas', 'a     b');
const variable: fc.Arbitrary<Variable> = fc.oneof(
  value.map((text) => ({ text })),
  value.map((otherwise) => ({ from: 'name' as const, otherwise })),
);
const url = fc.constantFrom(
  'https://t.example/',
  'https://t.example/{{1}}',
  'http://t.example/',
  'https://',
  'https://t.example/{{1}}/x',
  'https://t.example/{{2}}',
  'https://t.example/a b',
  `https://t.example/${'x'.repeat(2_000)}`,
  'https://[x/',
  'nada',
);
const label = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 26, unit: 'grapheme-ascii' }) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'Ver 🎉', 'Ver {{1}}', 'Ver') },
);
const anyButton: fc.Arbitrary<TemplateButton> = fc.oneof(
  fc.record({ kind: fc.constant('reply' as const), label }),
  fc.record({ kind: fc.constant('url' as const), label, url, ending: fc.constantFrom('x', '', 'a b') }),
  fc.record({ kind: fc.constant('phone' as const), label, phone: fc.constantFrom('+56229384000', '123', '56 2') }),
);
const usually = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
const anyDraft = fc.record<TemplateDraft>({
  channel: fc.constant('whatsapp'),
  name: usually('promo_1', fc.constantFrom('Promo', '', 'a b', 'x'.repeat(513))),
  language: usually('es_CL', fc.constantFrom('es', 'ES', 'es-CL', '')),
  category: usually('MARKETING', fc.constantFrom('UTILITY', 'AUTHENTICATION', '')),
  body: fc.oneof({ weight: 2, arbitrary: fc.constant(good.body) }, { weight: 3, arbitrary: words(12) }),
  variables: fc.oneof(fc.constant(good.variables), fc.array(variable, { maxLength: 3 })),
  parts: fc.record(
    {
      header: fc.oneof(
        words(3).map((text) => ({ kind: 'text' as const, text })),
        fc.record({ kind: fc.constant('text' as const), text: words(3), variable }),
        fc.constantFrom({ kind: 'image' as const }, { kind: 'document' as const }),
      ),
      footer: words(4).filter((text) => text !== ''),
      buttons: fc.array(anyButton, { maxLength: 12 }),
    },
    { requiredKeys: [] },
  ),
  hasMedium: fc.boolean(),
});

describe('looking a template through before it is sent for review', () => {
  it('when nothing is to be changed, then nothing is said', () => expect(lint(good)).toEqual([]));

  it('when whatever is written, then what passes is taken by whoever reviews, and what does not is not', () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const isGood = isTaken(draft);
        seen[isGood ? 'taken' : 'refused'] += 1;
        expect({ isFit: isFitForMeta(draft) }).toEqual({ isFit: isGood });
      }),
      { numRuns: 6_000 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(50);
  });

  it.each<[string, TemplateDraft, string]>([
    ['a name with capitals', with_({ name: 'Promo' }), 'NAME_FORM'],
    ['a language with a dash', with_({ language: 'es-CL' }), 'LANGUAGE_FORM'],
    ['a category of tomorrow', with_({ category: 'FUN' }), 'CATEGORY_UNKNOWN'],
    ['no words', with_({ body: ' ' }), 'BODY_EMPTY'],
    ['too many letters', with_({ body: `${good.body}${'a'.repeat(1_000)}` }), 'BODY_LONG'],
    ['three line breaks in a row', with_({ body: `${good.body}\n\n\nfin` }), 'BODY_SPACES'],
    ['a place by its name', with_({ body: `${good.body} {{name}} fin` }), 'PLACE_FORM'],
    ['a place left out', with_({ body: good.body.replace('{{2}}', '{{3}}') }), 'PLACE_ORDER'],
    ['a place at the end', with_({ body: `${good.body} {{2}}` }), 'PLACE_EDGE'],
    ['two places in a row', with_({ body: good.body.replace('{{1}}', '{{1}} {{2}}') }), 'PLACE_ROW'],
    ['more places than words', with_({ body: 'Si {{1}} o {{2}} no. BAJA' }), 'PLACE_RATIO'],
    [
      'a place without what stands for it',
      with_({ variables: [{ from: 'name', otherwise: '' }, { text: 'x' }] }),
      'PLACE_UNFILLED',
    ],
    ['a header in bold', with_({ parts: { header: { kind: 'text', text: '*Cyber*' } } }), 'HEADER_MARKS'],
    ['a header that is long', with_({ parts: { header: { kind: 'text', text: 'x'.repeat(61) } } }), 'HEADER_LONG'],
    ['a header without its picture', with_({ parts: { header: { kind: 'image' } } }), 'HEADER_MEDIUM'],
    ['a footer with a place', with_({ parts: { footer: 'Para {{1}}' } }), 'FOOTER_PLACES'],
    [
      'eleven buttons',
      button(...Array.from({ length: 11 }, (_, at) => ({ kind: 'reply', label: `b${at}` }) as const)),
      'BUTTONS_MANY',
    ],
    ['a link without TLS', button({ kind: 'url', label: 'Ver', url: 'http://t.example' }), 'LINK_FORM'],
    [
      'a place in the middle of a link',
      button({ kind: 'url', label: 'Ver', url: 'https://t.example/{{1}}/x' }),
      'LINK_FORM',
    ],
    [
      'an end of a link without what stands for it',
      button({ kind: 'url', label: 'Ver', url: 'https://t.example/{{1}}' }),
      'LINK_PLACE',
    ],
    ['two buttons of one name', button({ kind: 'reply', label: 'Sí' }, { kind: 'reply', label: 'Sí' }), 'LABEL_TWICE'],
    ['an emoji on a button', button({ kind: 'reply', label: 'Sí 🎉' }), 'LABEL_MARKS'],
    [
      'a promotion without a way out',
      with_({ body: 'Hola {{1}}, esta semana hay {{2}} en toda la tienda hoy.' }),
      'NO_WAY_OUT',
    ],
  ])('when it has %s, then that is said', (_, draft, code) => {
    expect(codes(draft)).toContain(code);
    expect(isFit(lint(draft))).toBe(false);
  });

  it('when nothing stands for a name, then it is said as it was written; a place that nothing fills is its number', () => {
    const unfilled = (variables: Variable[]) =>
      lint(with_({ variables })).find(({ code }) => code === 'PLACE_UNFILLED')?.vars;
    expect(unfilled([{ from: 'name', otherwise: '' }, { text: '30 %' }])).toMatchObject({
      kind: 'name',
      place: 'nombre',
    });
    expect(unfilled([{ from: 'name', otherwise: 'cliente' }])).toMatchObject({ kind: 'place', place: '{{2}}' });
  });

  it('when a notice says nothing of leaving, then nothing is missing', () => {
    expect(codes(with_({ category: 'UTILITY', body: 'Hola {{1}}, tu pedido {{2}} va en camino.' }))).toEqual([]);
  });

  it('when a mail has no subject or no link to leave, then it is not fit', () => {
    const mail = { ...good, channel: 'email', parts: {}, sender_name: 'Tienda Andina' };
    expect(codes(mail)).toEqual(['SUBJECT_MISSING', 'NO_WAY_OUT_MAIL']);
    const whole = { ...mail, body: `${mail.body}\n\n{{unsubscribe}}`, parts: { subject: 'Cyber' } };
    expect(lint(whole)).toEqual([]);
  });

  it('when one letter doubles what an SMS costs, then it is named with what it would cost without, and may go all the same', () => {
    const sms = {
      ...good,
      channel: 'sms',
      parts: {},
      body: `Cyber está aquí: 30 % en toda la tienda hasta el domingo a medianoche. BAJA para salir.`,
    };
    const found = lint(sms, smsPrice(sms.body));
    expect(found).toMatchObject([{ code: 'SMS_LETTERS', vars: { segments: 2, otherwise: 1, letters: 'á í' } }]);
    expect(isFit(found)).toBe(true);
  });

  it('when an SMS is written, then what it costs is what the carrier counts, and its plain form never costs more', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('á', 'ñ', '€', '“', '🎉', 'e\u0301'), fc.string({ minLength: 1, maxLength: 40 })),
      maxLength: 30,
    });
    fc.assert(
      fc.property(text, (words) => {
        const { segments, dear } = priceOf(words);
        expect(smsPrice(words)).toMatchObject({ segments, dear });
        expect(priceOf(plainForm(words)).encoding).toBe('gsm7');
        expect(smsPrice(words).otherwise).toBeLessThanOrEqual(segments);
      }),
    );
    expect(plainForm('¿Ñandú está “aquí”? Sí, mamá… é')).toBe('¿Ñandu esta "aqui"? Si, mama... é');
  });

  it('when a template comes back from the provider, then it is what was handed in', () => {
    const written = writtenOf(good);
    const kept = keptOf({ ...written, id: '33', status: 'APPROVED', components: componentsOf(written) });
    expect(kept).toMatchObject(written);
    expect(partsOf(kept ?? written)).toEqual(good.parts);
    expect(variablesOf(good.body, written.examples)).toEqual(good.variables);
  });

  it('when there is a rule, then it has what the provider is held to once: no code is there twice', () => {
    const all = templateRules.map(({ code }) => code);
    expect(new Set(all).size).toBe(all.length);
  });
});
