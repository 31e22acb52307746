import { type Known, redact } from '../../../src/domain/privacy/redaction';

const known: Known = {
  own: new Set(['+56987654321', 'rosa@correo.cl', '12345678k', 'privacidad@andina.cl']),
  staff: new Map([['Paula Rojas', '[atención de la empresa]']]),
  country: 'CL',
  mark: '[otra persona]',
};
const said = (text: string) => redact(text, known);

describe('what a person is told of others', () => {
  it.each([
    ['la Marta es el +56 9 5555 4444', 'la Marta es el [otra persona]'],
    ['llámala al 9 5555 4444 por favor', 'llámala al [otra persona] por favor'],
    ['su correo es marta.diaz@gmail.com', 'su correo es [otra persona]'],
    ['el RUT de mi marido es 9.876.543-2', 'el RUT de mi marido es [otra persona]'],
    ['CPF 123.456.789-09', 'CPF [otra persona]'],
    ['escribe a CL.AB12CD34EF', 'escribe a [otra persona]'],
  ])(
    'when somebody else’s number, mail or document stands in a text (%s), then it is hidden and counted',
    (text, shown) => {
      expect(said(text)).toEqual({ text: shown, count: 1 });
    },
  );

  it.each(['mi fono es 9 8765 4321', 'soy rosa@correo.cl', 'mi RUT: 12.345.678-K', 'escribe a privacidad@andina.cl'])(
    'when it is their own or the company’s (%s), then it stays',
    (text) => {
      expect(said(text)).toEqual({ text, count: 0 });
    },
  );

  it.each(['mi pedido 123456789 costó $ 61.300', 'te espero el 27/12/2026 a las 10:30', 'talla 42, piso 5'])(
    'when a number is nobody’s (%s), then it stays: no field goes missing',
    (text) => {
      expect(said(text)).toEqual({ text, count: 0 });
    },
  );

  it('when whoever works for the company is named, then their role stands there', () => {
    expect(said('Soy Paula Rojas, te ayudo').text).toBe('Soy [atención de la empresa], te ayudo');
    expect(said('PAULA  ROJAS').text).toBe('[atención de la empresa]');
  });

  it('when there are several, then each is counted', () => {
    expect(said('a@b.cl, c@d.cl y +56 9 5555 4444').count).toBe(3);
  });
});
