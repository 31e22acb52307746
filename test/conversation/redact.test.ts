import fc from 'fast-check';
import { redact } from '../../src/conversation/redact';

describe('a line that is kept to learn from', () => {
  it.each([
    ['mi fono es +56 9 8765 4321 plis', 'mi fono es «…» plis'],
    ['llama al 9-8765-4321 o (11) 98765.4321', 'llama al «…» o («…»'],
    ['rut 5.126.663-k y cpf 123.456.789-09', 'rut «…» y cpf «…»'],
    ['es el 9️⃣8️⃣7️⃣6️⃣', 'es el «…»'],
    ['es el ９８７６５', 'es el «…»'],
    ['juan.perez@mail.cl o juan arroba gmail punto com', '«…» o «…»'],
    ['mira https://tienda.example/u/ana y @ana.paz', 'mira «…» «…»'],
    ['soy Juan Pérez de la Cruz y no quiero más', 'soy «…» y no quiero más'],
    ['me llamo rosa quilapan, bórrenme', 'me llamo «…», bórrenme'],
  ])('when it says “%s”, then what tells who wrote it is left out', (said, kept) => {
    expect(redact(said, [])).toBe(kept);
  });

  it('when it says the name they are known by, in whatever capitals and accents, then that is left out, and no longer word', () => {
    const names = ['Ana María de Núñez', 'Anita ✨'];
    expect(redact('ANA y maria nunez, anita; anatomía de María', names)).toBe('«…» y «…» «…», «…»; anatomía de «…»');
  });

  it('when it says a day, an hour or a size, then it stays as it was', () => {
    const said = 'en 2 días a las 10:30, talla 42, no me escriban más';
    expect(redact(said, ['Rosa'])).toBe(said);
  });

  it('when anything is written around and between its digits, then four of them are never left in a row', () => {
    const piece = fc.oneof(fc.constantFrom('1', '23', '456', ' ', '-', '.', '@', 'k', 'hola', '\u200b'), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        const kept = redact(pieces.join(''), []);
        expect(kept).not.toMatch(/\p{Nd}[\s.-]*\p{Nd}[\s.-]*\p{Nd}[\s.-]*\p{Nd}/u);
        expect(kept).not.toMatch(/@/);
        expect(kept.length).toBeLessThanOrEqual(300);
      }),
    );
  });
});
