import { createHash } from 'node:crypto';
import { hitsIn, needlesOf } from './scanner';

const phone = '+56912345678';
const needles = needlesOf({ phone, others: ['Rosaura Quilapán', 'CL.0A1B2C3D4E5F6071', 'rosaura@correo.example'] });
const isFound = (text: string | Buffer): boolean => hitsIn('here', Buffer.from(text as string), needles).length > 0;

describe('looking for what was left', () => {
  it.each([
    'tel +56912345678.',
    'to=56912345678&x',
    'fono 912345678',
    '+56 9 1234 5678',
    '9-1234-5678',
    'tel:%2B56912345678',
    String.raw`{"to":"\u002b56912345678"}`,
    String.raw`Rosaura Quilap\u00e1n`,
    'Rosaura%20Quilap%C3%A1n',
    'rosaura quilapán',
    Buffer.from(phone).toString('hex'),
    Buffer.from('rosaura@correo.example').toString('hex').toUpperCase(),
    Buffer.from(phone, 'utf16le'),
    createHash('md5').update('56912345678').digest('hex'),
    createHash('sha256').update(phone).digest('base64'),
    createHash('sha1').update(phone).digest(),
  ])('when it lies about as %s, then it is found', (text) => expect(isFound(text)).toBe(true));

  it('when it stands anywhere within base64, as in a message id, then it is found', () => {
    for (const before of ['', 'a', 'ab', 'abc', '\u001c\u0015'])
      for (const text of [phone, '56912345678', 'rosaura@correo.example'])
        for (const form of ['base64', 'base64url'] as const)
          expect([before, text, isFound(Buffer.from(`${before}${text}\u0015\u0002\u0000..`).toString(form))]).toEqual([
            before,
            text,
            true,
          ]);
  });

  it.each(['+56 9 •••• •678', '+56987654321', 'CL.•••071', 'r•••@correo.example', 'Rosa'])(
    'when it is %s, then it is nobody’s',
    (text) => expect(isFound(text)).toBe(false),
  );
});
