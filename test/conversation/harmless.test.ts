import fc from 'fast-check';
import { harmless } from '../../src/conversation/harmless';
import { say } from '../../src/conversation/texts';

const reader = { language: 'es', zone: 'America/Santiago' } as const;
/** What Slack takes for formatting: a mark at the beginning of a word, and the same at the end of one. */
const formats = /(?<![\p{L}\p{N}])([*_~`])\S(?:[^\n]*\S)?\1(?![\p{L}\p{N}])/u;
const alphabet = [...'*_~`> \nabñ1.,<&', '\u202e', '\u2066', '\u0007', '\r', '\u200f', 'https://a.example/x_y'];
const anything = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((parts) => parts.join(''));

describe('what came from outside', () => {
  it('when it is shown in a card, then no mark of it formats or quotes, nothing turns the line, and its letters stay', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const shown = harmless(text);
        expect(shown).not.toMatch(formats);
        expect(shown).not.toMatch(/^[ \t]*>/m);
        expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u200f\u202a-\u202e\u2066-\u2069]/);
        const letters = (value: string) => value.replace(/[^a-zñ0-9]/g, '');
        expect(letters(shown)).toBe(letters(text));
        expect(harmless(text, true)).not.toContain('\n');
      }),
    );
  });

  it('when it is an address, a name with a line in it or a code, then it can still be copied', () => {
    for (const text of ['https://tienda.example/a_b_c?x=1', 'promo_cyber', 'C-118 · promo', 'ana_paz@correo.example'])
      expect(harmless(text)).toBe(text);
  });

  it('when a sentence of ours formats, then it still does, and what it is filled with does not', () => {
    const said = say('*De:* {name}', { name: '*Ana*\n*Costo:* 0' }, { ...reader, guarded: 'line' });
    expect(said).toBe('*De:* ∗Ana∗ · ∗Costo:∗ 0');
    expect(say('{name}', { name: '*Ana*' }, reader)).toBe('*Ana*');
  });
});
