import { randomBytes } from 'node:crypto';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { freePort } from '../../src/local/ports';
import { eventually } from '../support/eventually';
import { type System, startSystem } from '../support/system';
import { Outside } from '../tour/outside';

interface Said {
  direction: 'in' | 'out';
  text: string;
  title?: string;
  number: string;
  about?: { head?: string };
}

jest.setTimeout(150_000);
const tienda = 'privacidad@tienda-andina.example';
const ours = 'privacidad@connectus.example';
let system: System;
let outside: Outside;
let port: number;

beforeAll(async () => {
  port = await freePort();
  system = await startSystem({ environment: { EMAIL_LISTEN_PORT: String(port) }, within: 240_000 });
  outside = new Outside(system.worldUrl, () => {});
}, 270_000);
afterAll(() => system?.close());

const aMailbox = (): string => `persona-${randomBytes(4).toString('hex')}@correo.example`;
const writes = (from: string, to: string, text: string, subject?: string) =>
  outside.post('/__sim/email/inbound', { from, to, text, ...(subject && { subject }) });
const got = async (mailbox: string): Promise<Said[]> =>
  (await outside.get<{ messages: Said[] }>(`/__sim/email/mailboxes/${encodeURIComponent(mailbox)}`)).messages.filter(
    ({ direction }) => direction === 'out',
  );
const answer = (mailbox: string, count: number): Promise<Said> =>
  eventually(
    async () => {
      const all = await got(mailbox);
      expect(all.length).toBeGreaterThanOrEqual(count);
      return all[count - 1] as Said;
    },
    { within: 20_000 },
  );
const silence = async (mailbox: string, count: number): Promise<void> => {
  await new Promise((done) => setTimeout(done, 2_500));
  expect((await got(mailbox)).length).toBe(count);
};
/** The customer's channel for requests. */
const desk = async (team = 'T0ANDINA', user = 'U0PAULA', channel = 'C0PRIVACIDAD'): Promise<string> => {
  const query = new URLSearchParams({ team, user, channel });
  const { messages } = await outside.get<{ messages: { lines: string[] }[] }>(`/__sim/slack/messages?${query}`);
  return messages.map(({ lines }) => lines.join(' ')).join('\n');
};

/** A mail as any server may bring it. @returns the code of the answer */
function brings(envelopeFrom: string, to: string, lines: readonly string[]): Promise<number> {
  return new Promise((done, failed) => {
    const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
    const end = (error?: unknown) => {
      connection.close();
      done(error ? ((error as { responseCode?: number }).responseCode ?? 0) : 250);
    };
    connection.on('error', end);
    connection.connect((error?: unknown) => {
      if (error) return failed(error as Error);
      connection.send({ from: envelopeFrom, to: [to] }, `${lines.join('\r\n')}\r\n`, (refusal) =>
        end(refusal ?? undefined),
      );
    });
  });
}
const headed = (from: string, more: readonly string[], text = 'quiero que borren todos mis datos') => [
  `From: ${from}`,
  `To: ${tienda}`,
  `Message-ID: <${randomBytes(8).toString('hex')}@correo.example>`,
  'Subject: Mis datos',
  ...more,
  '',
  text,
];

describe('the mail door, over real SMTP', () => {
  it('when a mail asks to be erased, then it is acknowledged by mail with its number, in its thread; an answer to that is a yes', async () => {
    const me = aMailbox();
    await writes(me, tienda, 'Buenas tardes, quiero que borren todos mis datos de sus registros.', 'Mis datos');
    const first = await answer(me, 1);
    expect(first.text).toMatch(/SOL-\d{6}/);
    expect(first.number).toBe(tienda);
    expect(first.about?.head).toMatch(/^Auto-Submitted: auto-replied/m);
    expect(first.about?.head).toMatch(/^In-Reply-To: </m);
    const number = /SOL-\d{6}/.exec(first.text)?.[0] ?? '';
    await eventually(async () => expect(await desk()).toContain(number), { within: 20_000 });
    await writes(me, tienda, 'sí');
    expect((await answer(me, 2)).text).toMatch(/Anotado|curso/);
  });

  it('when the writer only says who they are, then nothing they say of the request counts', async () => {
    const me = aMailbox();
    await writes(me, tienda, 'quiero que borren todos mis datos', 'Uno');
    await answer(me, 1);
    await writes(me, tienda, 'sí', 'Dos'); // a mail of its own: no answer to ours
    expect((await answer(me, 2)).text).toMatch(/CÓDIGO/);
    await writes(me, tienda, 'CÓDIGO', 'Tres');
    const all = await eventually(
      async () => {
        const texts = (await got(me)).map(({ text }) => text);
        expect(texts.join('\n')).toMatch(/\b\d{6}\b es tu código/);
        return texts.join('\n');
      },
      { within: 20_000 },
    );
    await writes(me, tienda, /\b(\d{6})\b es tu código/.exec(all)?.[1] ?? '', 'Cuatro');
    await eventually(
      async () => expect((await got(me)).map(({ text }) => text).join('\n')).toMatch(/sabemos que eres tú/),
      {
        within: 20_000,
      },
    );
  });

  it.each([
    ['an absence', ['Auto-Submitted: auto-replied']],
    ['a list', ['List-Id: <noticias.example>']],
    ['a robot', ['X-Autoreply: yes']],
    ['a mass mail', ['Precedence: bulk']],
  ])('when %s writes, then no case opens and nothing is answered', async (_what, header) => {
    const robot = aMailbox();
    expect(await brings(robot, tienda, headed(robot, header))).toBe(250);
    await silence(robot, 0);
  });

  it('when a mail gives itself back, or comes from our own address, then nothing is answered', async () => {
    const me = aMailbox();
    expect(await brings('', tienda, headed(me, []))).toBe(250);
    expect(await brings(tienda, tienda, headed(tienda, []))).toBe(250);
    await silence(me, 0);
    await silence(tienda, 0);
  });

  it('when papers come along, then the words are heard and no paper is kept; what is too large is refused at the door', async () => {
    const me = aMailbox();
    const parts = (paper: string) => [
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b1',
      '',
      '--b1',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'quiero ver todos mis datos',
      '--b1',
      'Content-Type: image/jpeg; name=carnet.jpg',
      'Content-Transfer-Encoding: base64',
      '',
      ...(paper.match(/.{1,76}/g) ?? []),
      '--b1--',
    ];
    const head = (from: string) => headed(from, []).slice(0, 4);
    expect(await brings(me, tienda, [...head(me), ...parts(randomBytes(20_000).toString('base64'))])).toBe(250);
    expect((await answer(me, 1)).text).toMatch(/SOL-\d{6}/);
    const other = aMailbox();
    const large = randomBytes(9 * 1_048_576).toString('base64');
    expect(await brings(other, tienda, [...head(other), ...parts(large)])).toBe(552);
    await silence(other, 0);
  });

  it('when a mail goes to our own mailbox, then its writer hears the same whoever holds their data, and each holder gets it', async () => {
    const [stranger, ana] = [aMailbox(), 'ana.rojas@correo.example'];
    const before = await desk();
    for (const from of [stranger, ana])
      await writes(from, ours, 'Quiero que borren todos mis datos, por favor.', 'Datos');
    const [told, toldAna] = [await answer(stranger, 1), await answer(ana, 1)];
    const plain = ({ text }: Said) => text.replaceAll(/SOL-\d+/g, 'SOL');
    expect(plain(toldAna)).toBe(plain(told));
    expect(told.text).toMatch(/se lo pasamos a las empresas/);
    expect([told.number, toldAna.number]).toEqual([ours, ours]);
    await eventually(async () => expect((await desk()).length).toBeGreaterThan(before.length), { within: 20_000 });
    expect((await got(ana)).every(({ number }) => number === ours)).toBe(true);
    // Whom they did not name is not told to them, nor to the others.
    expect(toldAna.text).not.toMatch(/Andina|Clínica/);
  });
});
