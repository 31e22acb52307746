import fc from 'fast-check';
import { cut, encode, priceOf } from '../../../adapters/sms/gsm';
import { partsOf, wordsIn } from '../../../adapters/sms/message';

const cheap = 'Hola, ¿qué tal? Mañana llegó é ñ ü Ñ';
const letters = fc.string({ unit: fc.constantFrom(...'aeéèñÑ€[]{}~^|\\ áíóúÁçãõ🛑“…'), maxLength: 400 });

describe('what an SMS costs', () => {
  it('when it holds only what GSM knows, then 160 fit in one', () => {
    expect(priceOf('a'.repeat(160))).toMatchObject({ encoding: 'gsm7', segments: 1, units: 160, dear: [] });
    expect(priceOf('a'.repeat(161))).toMatchObject({ segments: 2 });
    expect(priceOf('é'.repeat(160)).segments).toBe(1);
  });

  it('when one accent is not GSM’s, then 70 fit, and it is named', () => {
    const text = `${'a'.repeat(150)} más`;
    expect(priceOf(text)).toEqual({ encoding: 'ucs2', segments: 3, units: 154, dear: ['á'], otherwise: 1 });
    expect(priceOf(cheap.replace('llegó', 'llego'))).toMatchObject({ encoding: 'gsm7', dear: [] });
    expect(priceOf(cheap)).toMatchObject({ encoding: 'ucs2', dear: ['ó'] });
  });

  it('when a character is of the extension, then it counts as two', () => {
    expect(priceOf('€'.repeat(80))).toMatchObject({ encoding: 'gsm7', segments: 1, units: 160 });
    expect(priceOf('€'.repeat(81)).segments).toBe(2);
  });

  it('when any text is cut, then nothing is lost, no part is too long and no character is torn', () => {
    fc.assert(
      fc.property(letters, (text) => {
        const { encoding, segments, dear, otherwise } = priceOf(text);
        const parts = cut(text, encoding);
        expect(parts.join('')).toBe(text);
        expect(parts).toHaveLength(segments);
        const most = encoding === 'gsm7' ? (segments > 1 ? 153 : 160) : segments > 1 ? 134 : 140;
        for (const part of parts) {
          expect(encode(part, encoding).length).toBeLessThanOrEqual(most);
          expect(part.isWellFormed()).toBe(true);
        }
        expect(dear.length > 0).toBe(encoding === 'ucs2');
        expect(otherwise).toBeLessThanOrEqual(segments);
      }),
    );
  });

  it('when the dear characters are left out, then it is cheap', () => {
    fc.assert(
      fc.property(letters, (text) => {
        const { dear } = priceOf(text);
        const without = [...text].filter((letter) => !dear.includes(letter)).join('');
        expect(priceOf(without).encoding).toBe('gsm7');
      }),
    );
  });

  it('when it is long, then its parts say to which message they belong and which they are', () => {
    const parts = partsOf('a'.repeat(307), 300);
    expect(parts.map(({ udh }) => [...(udh ?? [])])).toEqual([1, 2, 3].map((at) => [5, 0, 3, 300 & 0xff, 3, at]));
    for (const { udh, message } of parts) {
      const septets = Math.ceil(((udh?.length ?? 0) * 8) / 7) + message.length;
      expect(septets).toBeLessThanOrEqual(160);
    }
    expect(partsOf('hola', 1)).toEqual([{ message: Buffer.from('hola'), encoding: 'gsm7' }]);
  });

  it('when there are buttons, then their words stand there to be sent back', () => {
    const buttons = [{ id: 'yes', label: 'Sí, bórralos' }];
    expect(wordsIn({ kind: 'content', title: 'Tienda', text: '¿Seguro?', buttons })).toBe(
      'Tienda\n\n¿Seguro?\n\n- Sí, bórralos',
    );
  });

  it('when a fact begins with a label, then no mark of it stands there', () => {
    expect(wordsIn({ kind: 'content', text: 'Así:', facts: ['*Tu nombre:* P••• → Pía', '2 * 3 * 4'] })).toBe(
      'Así:\n\n- Tu nombre: P••• → Pía\n- 2 * 3 * 4',
    );
  });
});
