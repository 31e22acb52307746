import fc from 'fast-check';
import { domainOf, linksIn, refusedLinks } from '../../../src/domain/delivery/link-rules';

const own = ['tienda-andina.cl'];
const faults = (text: string) => refusedLinks(text, own).map(({ fault }) => fault);

describe('links in a message', () => {
  it.each([
    ['Mira https://www.tienda-andina.cl/oferta?x=1', []],
    ['tienda-andina.cl/oferta', []],
    ['Escríbenos a hola@tienda-andina.cl o por https://wa.me/56912345678', []],
    ['https://otra-pagina.cl y https://instagram.com/tienda', []],
    ['Desde $ 9.990, hoy 10.30 a 20.00 hrs. Ven.', []],
    ['http://tienda-andina.cl', ['scheme']],
    ['ftp://tienda-andina.cl/lista', ['scheme']],
    ['javascript:alert(1)', ['scheme']],
    ['https://tienda-andina.cl@malo.com/', ['userinfo']],
    ['https://192.168.0.1/x y https://0x7f.1 y https://[::1]/', ['address', 'address', 'address']],
    ['bit.ly/abc', ['shortener']],
    ['HTTPS://BIT.LY/ABC', ['shortener']],
    ['https://sub.tinyurl.com/x', ['shortener']],
    ['https://regalos.tk', ['blocked']],
    ['https://tienda-andina.firebaseapp.com', ['blocked']],
  ])('when it says “%s”, then %j is found', (text, found) => {
    expect(faults(text)).toEqual(found);
  });

  it.each([
    ['another letter', 'https://tienda-andlna.cl'],
    ['a letter of another alphabet', 'https://tіenda-andina.cl'],
    ['the same in punycode', `https://${new URL('https://tіenda-andina.cl').hostname}`],
    ['an accent', 'https://tienda-andína.cl'],
    ['a figure for a letter', 'https://t1enda-and1na.cl'],
    ['rn for m, two letters off', 'https://tienda-andinna.cl'],
    ['another ending', 'https://tienda-andina.shop'],
    ['no dash', 'https://tiendaandina.com'],
    ['its name within another', 'https://tienda-andina-ofertas.com'],
    ['its name before another', 'https://tienda-andina.cl.premios.com'],
  ])('when a name looks like the customer’s own by %s, then it is refused', (_, link) => {
    expect(faults(`Entra a ${link}/cyber ahora`)).toEqual(['lookalike']);
    expect(refusedLinks(`Entra a ${link}`, [])).toEqual([]);
  });

  it('when a link leads to the customer’s own pages, whatever stands before and after its name, then it is never refused', () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
    // What a quotation mark parts off is read for itself: another link may hide there.
    const path = fc.webPath().filter((one) => !/'.*:/.test(one));
    fc.assert(
      fc.property(
        fc.array(label, { maxLength: 3 }),
        path,
        fc.constantFrom('', 'HTTPS://', 'https://'),
        (before, rest, scheme) => {
          const link = `${scheme}${[...before, 'tienda-andina.cl'].join('.')}${rest || '/'}`;
          expect(faults(`Hola, ${link}`)).toEqual([]);
          expect(domainOf(link)).toBe('tienda-andina.cl');
        },
      ),
      {
        examples: [
          [[], "/'///", ''],
          [[], '/)//a:b', 'https://'],
        ],
      },
    );
  });

  it('when any text at all is read, then it is read to its end, and what is refused was in it', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.webUrl(),
      fc.constantFrom('://', '.', '//', '@', 'xn--', 'https:', '%00'),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (all) => {
        const text = all.join('');
        for (const link of linksIn(text)) expect(text).toContain(link);
        for (const { link } of refusedLinks(text, own)) expect(text).toContain(link);
      }),
    );
  });

  it('when a text is made to be slow to read, then it is not', () => {
    const pieces = ['a.', 'a-', 'https://', 'a@', '.-', 'xn--', 'a'];
    const cpuOf = (letters: number): number => {
      const before = process.cpuUsage();
      for (const piece of pieces) linksIn(piece.repeat(letters / piece.length));
      return process.cpuUsage(before).user;
    };
    cpuOf(10_000);
    // Ten times as long may take ten times as long, not a hundred.
    expect(cpuOf(200_000)).toBeLessThan(Math.max(cpuOf(20_000), 10_000) * 40);
  });
});
