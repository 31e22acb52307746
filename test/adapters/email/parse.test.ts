import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from '../../../adapters/email/parse';
import { replyText } from '../../../adapters/email/reply-text';
import { now } from '../door';

const sender = 'hola@tienda.example';
const reference = '0.12.AAAAAAAAAAAAAAAAAAAAAA';

async function heard(name: string) {
  const file = join(__dirname, '../../../adapters/email/fixtures', `${name}.json`);
  const { id, from, to, lines } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string> & {
    lines: string[];
  };
  const raw = Buffer.from([`Message-ID: <${id}>`, ...lines].join('\r\n'));
  const tag = /\+([^@]*)@/.exec(to ?? '')?.[1] ?? '';
  return parse(raw, { sender, tag, envelopeFrom: from ?? '', now });
}

describe('mail that comes', () => {
  it('when somebody answers, then their own words are told, what they answer, and nothing of what they quote', async () => {
    expect(await heard('reply')).toEqual([
      {
        ...{ channel: 'email', app: 'default', sender, at: now, kind: 'message', id: 'a1@mail.example' },
        from: { email: 'ana@mail.example', name: 'Ana Rojas' },
        content: { type: 'text', text: 'BAJA' },
        replyTo: `${reference}@tienda.example`,
      },
    ]);
  });

  it.each([
    ['html-only', 'no quiero más correos'],
    ['subject-only', 'unsubscribe'],
    ['list-unsubscribe', 'unsubscribe'],
  ])('when it is %s, then it says “%s”', async (name, text) => {
    expect(await heard(name)).toMatchObject([{ kind: 'message', content: { type: 'text', text } }]);
  });

  it('when it is a picture without words, then it is told as one', async () => {
    expect(await heard('picture')).toMatchObject([{ kind: 'message', content: { type: 'media', media: 'image' } }]);
  });

  it.each(['out-of-office', 'nobody', 'bounce-delayed'])('when it is %s, then nobody is answered', async (name) => {
    const events = await heard(name);
    expect(events.map(({ kind }) => kind)).toEqual(['account']);
  });

  it('when a mail comes back, then it failed, for the reason that was given, by the reference it carries', async () => {
    expect(await heard('bounce')).toMatchObject([
      {
        ...{ kind: 'receipt', id: 'd1@mx.example/0', status: 'failed', reference },
        providerId: `${reference}@tienda.example`,
        error: { code: 'EMAIL_5_1_1', treatment: 'permanent' },
      },
    ]);
  });

  it('when somebody calls it spam, then they are to be left alone, by the message or by who they are', async () => {
    expect(await heard('complaint')).toMatchObject([
      { kind: 'receipt', status: 'failed', reference, error: { code: 'EMAIL_COMPLAINT', treatment: 'suppress' } },
    ]);
    expect(await heard('complaint-without-message')).toMatchObject([
      { kind: 'preference', marketing: 'stop', from: { email: 'ana@mail.example' } },
    ]);
  });

  it('when any bytes come, then nothing breaks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, isReport) => {
        const head = isReport
          ? 'Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n'
          : '';
        const raw = Buffer.concat([Buffer.from(head), bytes]);
        const events = await parse(raw, { sender, tag: '', envelopeFrom: 'a@b.example', now });
        expect(events.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the words of an answer', () => {
  it.each([
    ['BAJA\n\nOn Tue, Dec 1, 2026 at 10:30 AM Tienda <a@b.cl> wrote:\n> Hola', 'BAJA'],
    ['sair\n\nEm ter., 1 de dez. de 2026 às 10:30, Tienda <a@b.cl> escreveu:\n\n> Oi', 'sair'],
    ['stop\n\n-----Original Message-----\nFrom: x', 'stop'],
    ['no más\n\n________________________________\nDe: Tienda', 'no más'],
    ['gracias\n-- \nAna Rojas\nGerente', 'gracias'],
    ['baja por favor\n\nEnviado desde mi iPhone', 'baja por favor'],
    ['> Hola\nbaja', 'baja'],
    ['Hola,\n\n\n\nno me escriban', 'Hola,\n\nno me escriban'],
    ['', ''],
  ])('when it is %j, then it is %j', (mail, words) => {
    expect(replyText(mail)).toBe(words);
  });

  it('when somebody just writes, then nothing of it is lost', () => {
    const words = fc.array(fc.stringMatching(/^[a-zñáé ]{1,30}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(words, (lines) => {
        const text = lines.map((line) => line.trim() || 'x').join('\n');
        expect(replyText(text)).toBe(text);
      }),
    );
  });
});
