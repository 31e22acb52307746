import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { canonical, signDocument, verifyDocument } from '../../src/data/signed-document';
import { keyIdOf, signerOf } from '../../src/data/signing';

const signer = signerOf(randomBytes(32).toString('base64'));
const other = signerOf(randomBytes(32).toString('base64'));
const document = {
  kind: 'certificate',
  facts: {
    number: 'CE-000204',
    controller: { name: 'Tienda Andina SpA' },
    kept: [{ until: '2031-12-01' }, {}],
    none: [],
  },
  words: { title: 'Certificado de supresión', lead: 'Año “ñandú” \u2028 🦊', sections: [] },
  count: 3,
};
const text = signDocument(document, signer);
const changed = (from: string, to: string) => verifyDocument(text.replace(from, to)).changed;

describe('a signed document', () => {
  it('when nothing was changed, then it is whole, from its own bytes and the public key alone', () => {
    expect(verifyDocument(text)).toMatchObject({ state: 'whole', changed: [], key: { id: signer.id } });
    expect(verifyDocument(Buffer.from(text))).toMatchObject({
      state: 'whole',
      document: JSON.parse(canonical(document)),
    });
    expect(signer.id).toBe(keyIdOf(signer.public_key));
  });

  it('when it was pasted with space around it, then it is whole all the same', () => {
    expect(verifyDocument(`\n  ${text}\r\n`).state).toBe('whole');
  });

  it('when one fact was changed, then it is named', () => {
    expect(changed('Tienda Andina SpA', 'Tienda Andina S.A.')).toEqual(['facts.controller.name']);
    expect(changed('2031-12-01', '2032-12-01')).toEqual(['facts.kept[0].until']);
    expect(changed('"count":3', '"count":4')).toEqual(['count']);
    expect(changed('"none":[]', '"none":[1]')).toEqual(['facts.none', 'facts.none[0]']);
    expect(changed('"count":3,', '')).toEqual(['count']);
  });

  it('when somebody signs it anew with another key, then it is whole, and whose key it is can be told', () => {
    expect(verifyDocument(signDocument(document, other))).toMatchObject({ state: 'whole', key: { id: other.id } });
    const mixed = text.replace(signer.public_key, other.public_key);
    expect(verifyDocument(mixed).changed).toEqual(expect.arrayContaining(['key', 'signature']));
  });

  it('when the same facts are put together or written otherwise, then that is a change', () => {
    const aliased = signDocument({ a: { b: 1 } }, signer).replace('{"a":{"b":1}}', '{"a.b":1}');
    expect(verifyDocument(aliased).changed).toEqual(['document']);
    expect(changed('"count":3', '"count": 3')).toEqual(['writing']);
    expect(changed('"count":3', '"count":3.0')).toEqual(['writing']);
    expect(changed('"count":3', '"count":4,"count":3')).toEqual(['writing']);
  });

  it('when any byte of it becomes any other, then it is found', () => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const copy = Buffer.from(bytes);
        copy[at] = ((copy[at] as number) + by) % 256;
        return verifyDocument(copy).state !== 'whole';
      }),
      { numRuns: 3_000 },
    );
  });

  it('when each single bit of it is turned in its turn, then every one is found', () => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at++) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] as number) ^ (1 << (at % 8));
      if (verifyDocument(copy).state === 'whole')
        throw new Error(`byte ${at} (${JSON.stringify(text[at])}) may change`);
    }
  });

  it.each(['', '{}', 'null', '[]', 'hola', '{"document":{}}', '['.repeat(200_000), text.slice(0, -1), text.slice(1)])(
    'when %.20s is handed in, then it is no document, and nothing breaks',
    (given) => expect(verifyDocument(given)).toMatchObject({ state: 'unreadable' }),
  );

  it('when any value is written, then it is written in one way, whatever the order of its names', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        return canonical(turned) === canonical(value) && canonical(JSON.parse(canonical(value))) === canonical(value);
      }),
    );
  });
});
