import fc from 'fast-check';
import { canonicalPhone, displayPhone, maskPhone } from '../../../src/phone';

const digits = (count: number, first = '0123456789') =>
  fc.tuple(fc.constantFrom(...first), fc.stringMatching(new RegExp(`^\\d{${count - 1}}$`))).map(([a, b]) => a + b);

describe('one number, one form', () => {
  it('T-OPT-8: when a Brazilian mobile is written with or without its ninth digit, then it is the same number', () => {
    fc.assert(
      fc.property(digits(8, '6789'), (line) => canonicalPhone(`+5511${line}`) === canonicalPhone(`+55119${line}`)),
    );
    expect(canonicalPhone('+551133334444')).toBe('+551133334444');
  });

  it('when a Mexican or an Argentine number has the old prefix or not, then it is the same number', () => {
    fc.assert(
      fc.property(digits(10, '123456789'), (line) => {
        expect(canonicalPhone(`+521${line}`)).toBe(canonicalPhone(`+52${line}`));
        expect(canonicalPhone(`+549${line}`)).toBe(`+549${line}`);
      }),
    );
    fc.assert(fc.property(digits(10, '12345678'), (line) => canonicalPhone(`+54${line}`) === `+549${line}`));
  });

  it('when a canonical number is made canonical again, then nothing changes', () => {
    fc.assert(
      fc.property(digits(12, '123456789'), (line) => {
        const once = canonicalPhone(`+${line}`) as string;
        expect(canonicalPhone(once)).toBe(once);
      }),
    );
  });

  it.each([
    ['+56 9 1234 5678', '+56912345678'],
    ['56912345678', '+56912345678'],
    ['0056 9 1234-5678', '+56912345678'],
    ['(+56) 9.6123.4567', undefined],
    ['hola', undefined],
    ['', undefined],
    ['+', undefined],
    ['+0123456789', undefined],
    ['+56912345678901234', undefined],
    ['CL.9900887766', undefined],
  ])('when somebody writes %j, then it is read as %j', (written, expected) => {
    expect(canonicalPhone(written)).toBe(expected);
  });

  it('when a number is dialled without its country, then it is read as of that country', () => {
    expect(canonicalPhone('9 6123 4567', 'CL')).toBe('+56961234567');
    expect(canonicalPhone('9 1234 5678', 'CL')).toBe('+56912345678'); // in no plan yet
    expect(canonicalPhone('11 96123-4567', 'BR')).toBe('+5511961234567');
  });

  it('when a number is masked, then its grouping and its last three digits remain', () => {
    expect(maskPhone('+56912345321')).toBe('+56 9 •••• •321');
    expect(maskPhone('+5511987654321')).toBe('+55 •• ••••• •321');
    expect(displayPhone('+56912345321')).toBe('+56 9 1234 5321');
  });

  it('when any number is masked, then at most the country, a mobile 9 and three digits can be read', () => {
    fc.assert(
      fc.property(digits(11, '123456789'), (line) => {
        const masked = maskPhone(`+${line}`);
        expect(masked.replace(/\D/g, '').length).toBeLessThanOrEqual(7);
        expect(masked.replace(/\D/g, '').endsWith(line.slice(-3))).toBe(true);
      }),
    );
  });
});
