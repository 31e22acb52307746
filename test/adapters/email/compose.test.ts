import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { addressOf } from '../../../adapters/email/address';
import { compose } from '../../../adapters/email/compose';
import { now } from '../door';

const ours = addressOf('hola@tienda.example');
if (!ours) throw new Error('it is one');
const sender = { channel: 'email', app: 'default', id: ours.address, token: 'none', name: 'Tienda Andina' };
const about = { reference: '0.12.AAAAAAAAAAAAAAAAAAAAAA', date: now };
const written = (content: object, of = sender) =>
  compose(of, ours, 'ana@mail.example', { kind: 'content', text: 'Hola', ...content }, about);
const headOf = (raw: Buffer): string[] => (raw.toString('utf8').split('\r\n\r\n')[0] ?? '').split(/\r\n(?![ \t])/);
const names = (raw: Buffer): string[] => headOf(raw).map((line) => line.split(':')[0]?.toLowerCase() ?? '');

describe('a mail', () => {
  it('when it is written, then it says who writes, about what, and how to stop by mail and by one click', async () => {
    const { raw, envelope, messageId } = await written({
      title: 'Tu pedido va en camino',
      unsubscribe: 'https://connectus.example/unsubscribe/x.y',
    });
    const mail = await simpleParser(raw);
    expect(mail.from?.value[0]).toMatchObject({ name: 'Tienda Andina', address: 'hola@tienda.example' });
    expect(mail.subject).toBe('Tu pedido va en camino');
    expect(mail.date).toEqual(now);
    expect(mail.messageId).toBe(`<${messageId}>`);
    expect(messageId).toBe('0.12.AAAAAAAAAAAAAAAAAAAAAA@tienda.example');
    expect(envelope).toEqual({ from: 'hola+b.0.12.AAAAAAAAAAAAAAAAAAAAAA@tienda.example', to: 'ana@mail.example' });
    const head = headOf(raw).map((line) => line.replace(/\r\n\s+/g, ' '));
    expect(head).toContain(
      'List-Unsubscribe: <https://connectus.example/unsubscribe/x.y>, <mailto:hola+unsubscribe@tienda.example?subject=unsubscribe>',
    );
    expect(head).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(head).toContain('Auto-Submitted: auto-replied');
  });

  it('when there is no link, then one click is not promised', async () => {
    expect(names((await written({})).raw)).not.toContain('list-unsubscribe-post');
  });

  it('when it answers, then it stands in the thread', async () => {
    const mail = await simpleParser((await written({ replyTo: 'a1@mail.example' })).raw);
    expect([mail.inReplyTo, mail.references]).toEqual(['<a1@mail.example>', '<a1@mail.example>']);
  });

  it('when it has words that are markup elsewhere, then they are words', async () => {
    const mail = await simpleParser((await written({ text: '<script>x</script> & más' })).raw);
    expect(mail.text?.trim()).toBe('<script>x</script> & más');
    expect(String(mail.html)).toContain('&lt;script&gt;x&lt;/script&gt; &amp; más');
  });

  it('when anything at all is given, then no header is begun that was not ours, and the words arrive', async () => {
    const usual = new Set(names((await written({ replyTo: 'x', unsubscribe: 'https://x.example/' })).raw));
    const evil = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        'a\r\nBcc: b@c.example',
        'a\nX: y',
        'a\r\n\r\n<p>',
        '\u2028X: y',
        '"<a@b.example>,',
        '=?UTF-8?Q?=0D=0ABcc:x?=',
      ),
    );
    await fc.assert(
      fc.asyncProperty(evil, evil, evil, evil, async (name, title, replyTo, unsubscribe) => {
        const { raw } = await written({ title, replyTo, unsubscribe }, { ...sender, name });
        for (const header of names(raw)) expect(usual).toContain(header);
        const mail = await simpleParser(raw);
        expect(mail.from?.value).toHaveLength(1);
        expect(mail.from?.value[0]?.address).toBe('hola@tienda.example');
        expect(mail.to).toMatchObject({ value: [{ address: 'ana@mail.example' }] });
        expect(mail.text).toContain('Hola');
      }),
      { numRuns: 150 },
    );
  });

  it.each(['a@b', 'ana.rojas+x@mail.example', 'ñandú@correo.example'])(
    'when %s is an address, then it is one',
    (address) => {
      expect(addressOf(address)?.address).toBe(address);
    },
  );
  it.each([
    '',
    'a',
    'a@',
    '@b',
    'a@b,c@d',
    'a b@c',
    'a@b\r\nBcc: x@y',
    '<a@b>',
    '"a"@b',
    'a@b\0',
    `${'a'.repeat(250)}@b.cl`,
  ])('when %j is given as an address, then nothing is sent there', (address) => {
    expect(addressOf(address)).toBeUndefined();
  });

  it('when the sender has a key, then the mail is signed by its domain, and the signature holds', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const { raw } = await written({}, { ...sender, token: `dkim:s1:${key}` });
    const signature = headOf(raw).find((line) => /^DKIM-Signature:/i.test(line)) ?? '';
    const tags = Object.fromEntries(
      signature
        .replace(/^DKIM-Signature:/i, '')
        .replace(/\s+/g, '')
        .split(';')
        .map((tag) => tag.split(/=(.*)/s).slice(0, 2)),
    );
    expect(tags).toMatchObject({ d: 'tienda.example', s: 's1', a: 'rsa-sha256', c: 'relaxed/relaxed' });
    const relaxed = (line: string) => {
      const [, name = '', value = ''] = /^([^:]+):([\s\S]*)$/.exec(line) ?? [];
      return `${name.toLowerCase().trim()}:${value.replace(/\s+/g, ' ').trim()}`;
    };
    const own = headOf(raw);
    const signed = String(tags.h)
      .split(':')
      .flatMap((name) => own.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`)).map(relaxed));
    const bare = relaxed(signature).replace(/b=[^;]*$/, 'b=');
    const verify = createVerify('sha256').update([...signed, bare].join('\r\n'));
    expect(
      verify.verify(createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })), String(tags.b), 'base64'),
    ).toBe(true);
  });
});
