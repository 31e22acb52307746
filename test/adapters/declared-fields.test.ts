import type { AddressInfo } from 'node:net';
import { createServer, type Pdu } from 'smpp';
import { SMTPServer } from 'smtp-server';
import type { Channel, Identity, OutboundContent } from '../../src/channel';
import { fieldsIn } from '../../src/domain/registers/disclosures';
import { routeOf } from '../../src/domain/registers/subprocessors';
import { loadAdapters } from '../../src/load';
import { silentLog } from '../../src/log';
import { aSender, now } from './door';
import { json, Provider } from './provider';

/** All that a channel is ever handed of a person, each thing once and to be found again in bytes. */
const person: Identity & { name: string } = {
  ...{ phone: '+56987654321', bsuid: 'CL.9900887766', email: 'ana.seen@mail.example', external: 'customer-4711' },
  ...{ parentBsuid: 'CL.PARENT1122', name: 'Nombresecreto' },
};
const reference = '1.2.referenceseen';
const file = '5550001112223';
const marks: Readonly<Record<string, readonly string[]>> = {
  phone: ['56987654321'],
  whatsapp_id: ['CL.9900887766'],
  email: ['ana.seen@mail.example'],
  name: ['Nombresecreto'],
  message: ['textseen'],
  file: [file],
  reference: ['referenceseen'],
  // What no carrier has any use for.
  external: ['customer-4711'],
  parent: ['PARENT1122'],
};
const contents: Readonly<Record<string, readonly OutboundContent[]>> = {
  whatsapp: [
    {
      kind: 'content',
      text: `Hola ${person.name}, textseen`,
      title: 'T',
      facts: ['f'],
      buttons: [{ id: 'b', label: 'Ok' }],
    },
    { kind: 'text', text: `${person.name} textseen` },
    { kind: 'media', medium: 'document', media: file, text: `${person.name} textseen`, name: 'textseen.pdf' },
    {
      ...{ kind: 'template', name: 'promo', language: 'es_CL', variables: [person.name, 'textseen'] },
      ...{ header: { kind: 'image', media: file }, buttons: [{ suffix: 'textseen' }, null] },
    },
  ],
  sms: [
    { kind: 'text', text: `${person.name} textseen` },
    { kind: 'content', text: `${person.name} textseen`, note: 'n' },
  ],
  email: [
    {
      kind: 'email',
      subject: 'textseen',
      text: person.name,
      html: `<p>${person.name}</p>`,
      unsubscribe: 'https://c.example/u',
    },
    { kind: 'content', text: `${person.name} textseen`, unsubscribe: 'https://c.example/u' },
  ],
};
/** Words of the wire itself: they say nothing of anybody. Whatever else stands in a body is told of a person, or new. */
const protocol = new Set([
  ...[
    'messaging_product',
    'recipient_type',
    'type',
    'preview_url',
    'name',
    'code',
    'policy',
    'sub_type',
    'index',
    'title',
    'id',
  ],
]);
const told: Readonly<Record<string, string>> = {
  ...{ to: 'phone', recipient: 'whatsapp_id', body: 'message', text: 'message', payload: 'message' },
  ...{ caption: 'message', filename: 'file', biz_opaque_callback_data: 'reference' },
};

/** What of a person stands in these bytes, whatever its form. */
const seenIn = (bytes: string): string[] =>
  Object.keys(marks).filter((field) => marks[field]?.some((mark) => bytes.includes(mark)));

const declared = (channel: string): string[] =>
  routeOf(channel)
    .map(({ fields }) => fields)
    .reduce((every, fields) => every.filter((field) => fields.includes(field)));

const channelOf = (name: string, settings: Record<string, unknown>): Channel => {
  const adapter = loadAdapters().find((one) => one.name === name);
  if (!adapter) throw new Error(`no adapter ${name}`);
  return adapter.create(adapter.settings.parse(settings), {
    ...{ clock: { now: () => now }, log: silentLog, sender: async (_app: string, id: string) => aSender(name, id) },
  });
};

/** Sends everything and says what became of it on the wire. */
async function sendAll(channel: Channel, name: string, from: string): Promise<void> {
  for (const content of contents[name] ?? []) {
    const outcome = await channel.send(aSender(name, from), person, content, reference);
    expect(outcome).toMatchObject({ outcome: 'accepted' });
  }
}

const unquoted = (mail: string): string =>
  mail.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

describe('A22: what stands on the wire is what the register says may be told', () => {
  it('when WhatsApp is handed a message, then its body holds declared fields and words of the protocol, and nothing else', async () => {
    const meta = await Provider.start();
    meta.answer = json(200, { contacts: [{}], messages: [{ id: 'wamid.A' }] });
    const channel = channelOf('whatsapp', {
      ...{ WHATSAPP_APP_SECRET: 's', WHATSAPP_VERIFY_TOKEN: 'v', WHATSAPP_GRAPH_URL: meta.url },
    });
    await sendAll(channel, 'whatsapp', '106540352242922');
    const bodies = meta.asked.map(({ body }) => body);
    expect(bodies).toHaveLength(4);
    const seen = seenIn(bodies.join('\n'));
    expect(seen).toEqual(['phone', 'name', 'message', 'file', 'reference']);
    expect(seen.filter((field) => !declared('whatsapp').includes(field))).toEqual([]);
    for (const body of bodies)
      JSON.parse(body, (key, value) => {
        const isLeaf = typeof value !== 'object' && !/^\d*$/.test(key);
        if (isLeaf && !protocol.has(key))
          expect([key, declared('whatsapp')]).toEqual([key, expect.arrayContaining([told[key]])]);
        return value;
      });
    await channel.close?.();
    await meta.stop();
  });

  it('when somebody has no phone, then they are told by their id, which is declared too', async () => {
    const meta = await Provider.start();
    meta.answer = json(200, { contacts: [{}], messages: [{ id: 'wamid.A' }] });
    const channel = channelOf('whatsapp', {
      ...{ WHATSAPP_APP_SECRET: 's', WHATSAPP_VERIFY_TOKEN: 'v', WHATSAPP_GRAPH_URL: meta.url },
    });
    const { phone: _phone, ...rest } = person;
    await channel.send(aSender('whatsapp', '1'), rest, { kind: 'text', text: 'textseen' }, reference);
    expect(seenIn(meta.asked[0]?.body ?? '')).toEqual(['whatsapp_id', 'message', 'reference']);
    await channel.close?.();
    await meta.stop();
  });

  it('when a carrier is handed an SMS, then it learns the number and the words', async () => {
    const pdus: Pdu[] = [];
    const server = createServer({}, (session) => {
      session.on('error', () => session.destroy());
      session.on('pdu', (pdu: Pdu) => {
        if (pdu.command === 'submit_sm') pdus.push(pdu);
        if (!pdu.isResponse()) session.send(pdu.response({ message_id: 'c0ffee', system_id: 'centre' }));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const channel = channelOf('sms', { SMS_URL: `smpp://a:b@127.0.0.1:${port}` });
    channel.routes(async () => {});
    await sendAll(channel, 'sms', '56229384001');
    const bytes = pdus.map((pdu) => JSON.stringify(pdu)).join('\n');
    const seen = seenIn(bytes);
    expect(seen).toEqual(['phone', 'name', 'message']);
    expect(seen.filter((field) => !declared('sms').includes(field))).toEqual([]);
    await channel.close?.();
    for (const open of server.sessions) open.destroy();
    await new Promise((done) => server.close(done));
  });

  it('when a relay is handed a mail, then envelope, headers and body hold declared fields alone', async () => {
    const mails: string[] = [];
    const server = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true, closeTimeout: 50 },
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part) => parts.push(part));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          mails.push(JSON.stringify([mailFrom, rcptTo]) + unquoted(Buffer.concat(parts).toString()));
          done();
        });
      },
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    const { port } = server.server.address() as AddressInfo;
    const channel = channelOf('email', { EMAIL_SMTP_URL: `smtp://127.0.0.1:${port}` });
    await sendAll(channel, 'email', 'hola@tienda.example');
    const seen = seenIn(mails.join('\n'));
    expect(mails).toHaveLength(2);
    expect(seen).toEqual(['email', 'name', 'message', 'reference']);
    expect(seen.filter((field) => !declared('email').includes(field))).toEqual([]);
    await channel.close?.();
    await new Promise<void>((done) => server.close(() => done()));
  });

  it('when what a message would tell is reckoned before it leaves, then it covers what was seen on each wire', () => {
    const named = [{ from: 'name', otherwise: 'x' }];
    expect(fieldsIn({ channel: 'whatsapp', variables: named, parts: { header: { kind: 'image' } } }).sort()).toEqual(
      ['phone', 'whatsapp_id', 'name', 'message', 'file', 'reference'].sort(),
    );
    expect(fieldsIn({ channel: 'sms', variables: named })).toEqual(['phone', 'name', 'message']);
    expect(fieldsIn({ channel: 'email', variables: named })).toEqual(['email', 'name', 'message', 'reference']);
    for (const channel of ['whatsapp', 'sms', 'email'])
      expect(fieldsIn({ channel, variables: named }).filter((field) => !declared(channel).includes(field))).toEqual([]);
  });
});
