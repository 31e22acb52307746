import fc from 'fast-check';
import { readPaper } from '../../../src/domain/accounts/company-paper';
import { displayRut, rutOf } from '../../../src/domain/accounts/rut';

const vectors = ['76.517.351-5', '11.111.111-1', '12.345.678-5', '6-K', '1-9', '14-0', '60.803.000-K', '97.004.000-5'];

describe('T-BILL-1: a Chilean tax number', () => {
  it.each([...vectors, '20.347.878-K'])(
    'when it is «%s», then it is taken, kept in one form and shown with its dots',
    (rut) => {
      expect(rutOf(rut)).toBe(rut.replace(/\./g, ''));
      expect(displayRut(rutOf(rut) ?? '')).toBe(rut);
    },
  );

  it.each(['76.517.351-4', '12.345.678-K', '', '-5', 'x', '123456789012-1'])(
    'when it is «%s», then it is none',
    (rut) => {
      expect(rutOf(rut)).toBeUndefined();
      expect(displayRut(rut)).toBe(rut);
    },
  );

  it('when it is written with dots, blanks, zeros before, a small k or no dash, then it is the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99_999_999 }),
        fc.constantFrom('', '.', ' '),
        fc.constantFrom('-', ''),
        (of, between, dash) => {
          const own = [...'0123456789K'].map((digit) => rutOf(`${of}-${digit}`)).filter((one) => one !== undefined);
          expect(own).toHaveLength(1);
          const [digits = '', check = ''] = (own[0] ?? '').split('-');
          const grouped = digits.replace(/\B(?=(?:\d{3})+$)/g, between);
          expect(rutOf(`00${grouped}${dash}${check.toLowerCase()}`)).toBe(own[0]);
          expect(rutOf(displayRut(own[0] ?? ''))).toBe(own[0]);
        },
      ),
    );
  });
});

describe('what papers say of a company', () => {
  const given = { legal_name: ' Tienda  Andina SpA ', rut: '76517351 5', contact: 'privacidad@andina.example' };

  it('when it is right, then it is kept tidy', () => {
    const { paper, wrongs } = readPaper(given, { country: 'CL' });
    expect(wrongs).toEqual({});
    expect(paper).toMatchObject({ legal_name: 'Tienda Andina SpA', rut: '76.517.351-5', activity: '' });
  });

  it('when fields are wrong, then each is named with what is wrong', () => {
    const wrong = {
      legal_name: '',
      rut: '76.517.351-4',
      contact: 'nosotros',
      billing_mail: 'pagos',
      activity: 'x'.repeat(121),
    };
    expect(readPaper(wrong, { country: 'CL' }).wrongs).toEqual({
      legal_name: 'missing',
      rut: 'rut',
      contact: 'mail',
      billing_mail: 'mail',
      activity: 'long',
    });
  });

  it('when the company is elsewhere, then its number has no check digit of Chile', () => {
    expect(readPaper({ ...given, rut: '12.345.678/0001-95' }, { country: 'BR' }).wrongs).toEqual({});
  });

  it('when nothing is said of the country, then it stays; of one that nobody knows, that is said', () => {
    const isKnown = (country: string) => ['CL', 'BR'].includes(country);
    expect(readPaper(given, { country: 'CL' }, isKnown).paper.country).toBe('CL');
    expect(readPaper({ ...given, country: 'XX' }, { country: 'CL' }, isKnown).wrongs).toEqual({ country: 'country' });
  });
});
