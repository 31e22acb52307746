import { eventually } from '../support/eventually';
import { type System, startSystem } from '../support/system';
import { Outside } from '../tour/outside';

interface Posted {
  ts: string;
  channel: string;
  thread_ts?: string;
  lines: string[];
  bot?: boolean;
  files?: { id: string; name: string }[];
  buttons: { label: string }[];
}
interface Shown {
  direction: 'in' | 'out';
  text: string;
  type: string;
  medium?: { kind: string; id: string; name?: string };
}

jest.setTimeout(90_000);
const tienda = '106540352242922';
const paula = { team: 'T0ANDINA', user: 'U0PAULA' };
const jpeg = Buffer.from('ffd8ffe000104a46494600010100', 'hex');
let system: System;
let outside: Outside;
let channel = '';

beforeAll(async () => {
  system = await startSystem();
  outside = new Outside(system.worldUrl, () => {});
}, 300_000);
afterAll(() => system?.close());

const writes = (from: string, text: string, more: object = {}) =>
  outside.post('/__sim/whatsapp/inbound', { from, to: tienda, text, ...more });
const posts = async (): Promise<Posted[]> =>
  (await outside.get<{ messages: Posted[] }>(`/__sim/slack/messages?${new URLSearchParams(paula)}`)).messages;
const phone = async (person: string): Promise<Shown[]> => {
  const { chats } = await outside.get<{ chats: { messages: Shown[] }[] }>(
    `/__sim/whatsapp/phones/${encodeURIComponent(person)}`,
  );
  return chats.flatMap(({ messages }) => messages);
};
const within = { within: 25_000 };
const head = (person: string): Promise<Posted> =>
  eventually(async () => {
    const last = person.slice(-3);
    const found = (await posts()).findLast(
      ({ lines }) => lines[0]?.includes(last) && /pide hablar con una persona/.test(lines[0]),
    );
    expect(found).toBeDefined();
    channel = found?.channel ?? '';
    return found as Posted;
  }, within);
const thread = async (ts: string): Promise<Posted[]> => (await posts()).filter((post) => post.thread_ts === ts);
const bytes = async (path: string): Promise<string> =>
  Buffer.from(await (await fetch(`${system.worldUrl}${path}`)).arrayBuffer()).toString('hex');

describe('a person of the company and a person on WhatsApp', () => {
  it('when eight lines and a picture come while Slack takes one a second, then all stand in the thread once, in order, with the picture’s bytes', async () => {
    const person = '+56955550101';
    await writes(person, 'quiero hablar con una persona');
    const { ts } = await head(person);
    const words = Array.from({ length: 8 }, (_, at) => `línea ${at + 1}`);
    for (const text of words) await writes(person, text);
    await writes(person, 'mi boleta', { type: 'image', base64: jpeg.toString('base64'), mime: 'image/jpeg' });
    const stands = await eventually(
      async () => {
        const found = await thread(ts);
        expect(found.some(({ files }) => files?.length)).toBe(true);
        return found;
      },
      { within: 60_000 },
    );
    const said = stands.map(({ lines }) => lines[0] ?? '').filter((line) => line.startsWith('línea'));
    expect(said).toEqual(words);
    const picture = stands.find(({ files }) => files?.length)?.files?.[0];
    expect(picture?.name).toBe('image.jpg');
    expect(await bytes(`/__sim/slack/files/${picture?.id}`)).toBe(jpeg.toString('hex'));
  });

  it('when a member answers with a picture, then the person gets it, bytes and words', async () => {
    const person = '+56955550102';
    await writes(person, 'quiero hablar con una persona');
    const { ts } = await head(person);
    await outside.post('/__sim/slack/click', { ...paula, channel, ts, label: 'Responder' });
    const view = await eventually(async () => {
      const { views } = await outside.get<{ views: { id: string; fields: { blockId: string }[] }[] }>(
        `/__sim/slack/views?${new URLSearchParams(paula)}`,
      );
      expect(views.at(-1)?.fields.map(({ blockId }) => blockId)).toEqual(['text', 'file']);
      return views.at(-1);
    }, within);
    const values = { text: 'Mira', file: { name: 'talla.jpg', base64: jpeg.toString('base64') } };
    await outside.post('/__sim/slack/submit', { ...paula, viewId: view?.id, values });
    const got = await eventually(async () => {
      const found = (await phone(person)).find(({ direction, medium }) => direction === 'out' && medium);
      expect(found).toMatchObject({ text: 'Mira', type: 'image' });
      return found;
    }, within);
    expect(await bytes(`/__sim/whatsapp/media/${got?.medium?.id}`)).toBe(jpeg.toString('hex'));
  });

  it('when somebody deletes the thread’s head, then the next line brings it back, and goes on beneath it', async () => {
    const person = '+56955550103';
    await writes(person, 'quiero hablar con una persona');
    const before = await head(person);
    await eventually(async () => expect(await thread(before.ts)).not.toHaveLength(0), within);
    await outside.post('/__sim/slack/delete', { ...paula, channel, ts: before.ts });
    await writes(person, '¿siguen ahí?');
    const now = await eventually(async () => {
      const found = await head(person);
      expect(found.ts).not.toBe(before.ts);
      return found;
    }, within);
    await eventually(async () => {
      const lines = (await thread(now.ts)).map(({ lines }) => lines[0]);
      expect(lines.filter((line) => line === '¿siguen ahí?')).toHaveLength(1);
    }, within);
  });

  it('when the company answers from its own app, then the bot keeps quiet, and STOP in its words is nobody’s wish', async () => {
    const person = '+56955550104';
    await writes(person, 'hola');
    await eventually(
      async () => expect((await phone(person)).some(({ direction }) => direction === 'out')).toBe(true),
      within,
    );
    await outside.post('/__sim/whatsapp/echo', { from: tienda, to: person, text: 'Te atiendo yo. STOP para salir' });
    const said = async () => (await phone(person)).filter(({ direction }) => direction === 'out').length;
    const before = await said();
    await writes(person, '¿tienen talla 42?');
    await eventually(async () => {
      const all = (await posts()).flatMap(({ lines }) => lines);
      expect(all.some((line) => /talla 42/.test(line))).toBe(true);
    }, within);
    expect(await said()).toBe(before);
    await writes(person, 'BAJA');
    await eventually(async () => expect(await said()).toBe(before + 1), within);
  });
});
