import { certificateRules } from '../../../src/domain/privacy/certificate';
import { type LetterKind, letterPlans, letterTexts, writeLetter } from '../../../src/domain/privacy/letters';
import { rights } from '../../../src/domain/privacy/rights';
import { aCaseRow } from './a-case';

const tienda = { name: 'Tienda Andina SpA', contact: 'datos@tienda.example' };
const at = new Date('2026-12-10T15:00:00Z');
const facts = 'Tiene un contrato vigente hasta marzo.';
const languages = ['es', 'en', 'pt'] as const;
const refused = { outcome: 'denied', ground: 'contract', facts, decided_at: at } as const;
const partly = {
  outcome: 'partial',
  kept: [{ category: 'messages', ground: 'legal_duty', until: '2031-12-10' }],
  facts,
  decided_at: at,
} as const;

/** Every fact that any letter may need. */
const everything = {
  link: 'https://connectus.example/p/x',
  expires: new Date('2026-12-17T15:00:00Z'),
  code_channel: 'email',
  redacted: 2,
  erased_on: at,
  certificate: 'https://connectus.example/c/x',
  backup_on: new Date('2027-01-14T15:00:00Z'),
  changes: ['correo: a@b.cl → c@d.cl'],
  held: [{ category: 'messages', count: 3 }],
  reason: 'Falta un archivo del proveedor.',
  question: '¿Cuál es el correo correcto?',
} as const;

describe('the letters of a case', () => {
  it.each(languages)(
    'when there is a letter, then every paragraph of it is written in %s, and in the formal voice',
    (language) => {
      const { paragraphs, grounds, rights: names, authorities } = letterTexts[language];
      const planned = new Set(
        Object.values(letterPlans)
          .flat()
          .map((one) => one.replace('!', '')),
      );
      expect(Object.keys(paragraphs).sort()).toEqual([...planned].sort());
      expect(Object.keys(names).sort()).toEqual(Object.keys(rights).sort());
      for (const { grounds: known } of Object.values(rights))
        expect(Object.keys(grounds)).toEqual(expect.arrayContaining([...known]));
      expect(Object.keys(authorities).sort()).toEqual(Object.keys(letterTexts.es.authorities).sort());
      if (language === 'es')
        for (const text of Object.values(paragraphs)) expect(text).not.toMatch(/\b(tu|tus|te|contigo|puedes)\b/i);
    },
  );

  it.each(Object.keys(letterPlans) as LetterKind[])(
    'when everything is known, then a letter of %s has every paragraph, and no place is left empty',
    (kind) => {
      for (const language of languages) {
        const row = aCaseRow({
          language,
          ...(kind === 'object' && { right: kind }),
          ...(kind === 'partial' ? partly : refused),
          block: 'provisional',
          agency_notice: 'APDP-77',
        });
        const { text, says } = writeLetter(kind, row, tienda, at, everything);
        // Where to complain in the authority's own page, and whether it is free, are not verified and so not said.
        const unsaid = ['claim_url', 'claim_free'];
        expect(says).toEqual(
          letterPlans[kind].map((one) => one.replace('!', '')).filter((one) => !unsaid.includes(one)),
        );
        expect(text).not.toMatch(/[{}]|undefined/);
        expect(text.length).toBeLessThan(1_600);
      }
    },
  );

  it('T-DSR-3: when a refusal lacks its ground, its facts or where to complain, then there is no letter', () => {
    for (const missing of [{ ground: null }, { facts: null }, { regime: 'CL_19628_2026', ground: 'nonsense' }])
      expect(() => writeLetter('denied', aCaseRow({ ...refused, ...missing }), tienda, at)).toThrow(
        'LETTER_INCOMPLETE',
      );
    expect(() => writeLetter('partial', aCaseRow({ ...partly, kept: null }), tienda, at)).toThrow('LETTER_INCOMPLETE');
  });

  it('when a refusal is written in Chile, then it says who decides it, the term to complain and the law, each date written out', () => {
    const { text } = writeLetter('denied', aCaseRow(refused), tienda, at);
    expect(text).toContain('Tienda Andina SpA no puede acoger su solicitud de supresión. Caso SOL-000204.');
    expect(text).toContain('Motivo: un contrato vigente con usted (art. 7 ii, Ley 19.628).');
    expect(text).toContain(
      'puede reclamar ante la Agencia de Protección de Datos Personales dentro de 30 días hábiles',
    );
    const { text: block } = writeLetter(
      'denied',
      aCaseRow({ ...refused, right: 'block', ground: 'not_founded', agency_notice: 'APDP-77' }),
      tienda,
      at,
    );
    expect(block).toContain(
      'Comunicamos esta decisión a la Agencia de Protección de Datos Personales el 10 de diciembre de 2026',
    );
  });

  it('when part of it stays, then what, why and until when is said, and where to complain', () => {
    const { text } = writeLetter('partial', aCaseRow(partly), tienda, at, { erased_on: at });
    expect(text).toContain(
      'Motivo: mensajes (una obligación legal, art. 7 ii, Ley 19.628, hasta el 10 de diciembre de 2031).',
    );
    expect(text).toContain('Lo que sí hicimos: el 10 de diciembre de 2026 eliminamos los demás datos suyos.');
    expect(text).toContain('puede reclamar ante');
  });

  it.each(languages)('when somebody is erased, then all that stays is said in %s, and why', (language) => {
    const { remains } = letterTexts[language];
    expect(Object.keys(remains).sort()).toEqual(certificateRules.always.map(({ category }) => category).sort());
    const { text } = writeLetter('erase', aCaseRow({ language, outcome: 'granted' }), tienda, at, everything);
    for (const one of Object.values(remains)) expect(text).toContain(one.split('{')[0]);
    expect(text.match(/5 (años|years|anos)/g)).toHaveLength(2);
    const { says } = writeLetter('erase', aCaseRow({ outcome: 'granted' }), tienda, at, { erased_on: at });
    expect(says).toContain('remains');
  });

  it('when a request of another regime is refused, then its own authority is named', () => {
    const said = (regime: string, when = at) =>
      writeLetter('denied', aCaseRow({ ...refused, regime, authorities: [regime] }), tienda, when).text;
    expect(said('BR')).toContain('ANPD');
    expect(said('EU')).toContain('la autoridad de protección de datos de su país');
    expect(said('CL_19628_OLD', new Date('2026-11-30T12:00:00Z'))).toContain('juez de letras');
    expect(said('CL_19628_OLD')).toContain('Agencia de Protección de Datos Personales');
  });

  it.each([
    [
      'es',
      /puede reclamar ante la Agencia de .* 30 días hábiles .* y ante la autoridad .* Brasil \(ANPD\) en cualquier momento\./,
    ],
    ['en', /you may complain to the Agencia de .* 30 business days .* and to the Brazilian .*\(ANPD\) at any time\./],
    ['pt', /pode reclamar perante a Agencia de .* 30 dias úteis .* e perante a ANPD a qualquer momento\./],
  ] as const)(
    'when the laws of two countries apply, then a refusal in %s names the authorities of both',
    (language, both) => {
      const authorities = ['CL_19628_OLD', 'CL_19628_2026', 'BR'];
      const row = aCaseRow({ ...refused, language, regime: 'BR', authorities });
      for (const kind of ['denied', 'partial', 'not_applicable'] as const)
        expect(
          writeLetter(kind, kind === 'partial' ? { ...row, ...partly } : row, tienda, at, { erased_on: at }).text,
        ).toMatch(both);
    },
  );

  it('when what the controller writes is longer than a message, then it is said before it is decided', () => {
    expect(() => writeLetter('denied', aCaseRow({ ...refused, facts: 'x'.repeat(5_000) }), tienda, at)).toThrow(
      'LETTER_TOO_LONG',
    );
  });

  it('when the same is written twice, then it is the same to the byte', () => {
    const one = writeLetter('denied', aCaseRow(refused), tienda, at);
    expect(writeLetter('denied', aCaseRow(refused), tienda, at)).toEqual(one);
  });
});
