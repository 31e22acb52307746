import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { Adapter, ChannelEvent, Identity, SendOutcome } from '../../src/channel';
import { loadAdapters, root } from '../../src/load';
import { aSender, type Door, now, open } from '../adapters/door';
import { type Answer, breakOff, closedPort, json, Provider, reset, words } from '../adapters/provider';
import { mutated } from './mutate';

/** What `adapters/<name>/conformance.ts` exports. */
interface Conformance {
  settings: Record<string, string>;
  /** The setting that says where the provider is. */
  apiUrl: string;
  path: string;
  /** The longest body it takes, in bytes. */
  largest: number;
  address: Identity;
  write(payload: unknown): { body: string; contentType: string };
  sign(body: string | Buffer, at: Date): Record<string, string>;
  idsOf(payload: unknown): string[];
  accept(path: string): unknown;
}

const treatments = ['retry', 'wait', 'permanent', 'suppress', 'pause', 'bug'];
const adapters: [string, Adapter][] = loadAdapters().map((adapter) => [adapter.name, adapter]);

it('when adapters are listed, then each stands in the folder of its name', () => {
  const folders = readdirSync(join(root, 'adapters'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(adapters.map(([name]) => name).sort()).toEqual(folders.map((folder) => folder.name).sort());
});

describe.each(adapters)('%s', (name, adapter) => {
  const folder = join(root, 'adapters', name);
  const { conformance } = require(join(folder, 'conformance.ts')) as { conformance: Conformance };
  const fixtures: [string, unknown][] = readdirSync(join(folder, 'fixtures')).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(join(folder, 'fixtures', file), 'utf8')),
  ]);
  let door: Door;
  let provider: Provider;
  let nobody: string;

  beforeAll(async () => {
    provider = await Provider.start();
    nobody = await closedPort();
    door = await open(adapter, { ...conformance.settings, [conformance.apiUrl]: provider.url }, async (_app, id) =>
      aSender(name, id),
    );
  });
  beforeEach(() => {
    door.received.length = 0;
    door.receive = async (events) => void door.received.push([...events]);
    provider.answer = (response, asked) => json(200, conformance.accept(asked.path))(response, asked);
  });
  afterAll(async () => {
    await door.close();
    await provider.stop();
  });

  const bring = (body: string | Buffer, headers: Record<string, string>): Promise<Response> =>
    fetch(`${door.url}${conformance.path}`, { method: 'POST', body, headers });
  const deliver = (payload: unknown, headers: Record<string, string> = {}): Promise<Response> => {
    const { body, contentType } = conformance.write(payload);
    return bring(body, { 'content-type': contentType, ...conformance.sign(body, now), ...headers });
  };
  /** Signed, whatever it is. */
  const push = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    bring(body, { 'content-type': 'application/json', ...conformance.sign(body, now), ...headers });

  it('when settings are read, then each has a name of the adapter’s own and says what it is', () => {
    const shape = (adapter.settings as unknown as z.ZodObject).shape as Record<string, z.ZodType>;
    for (const [key, setting] of Object.entries(shape)) {
      expect(key).toMatch(new RegExp(`^${name.toUpperCase()}_[A-Z_]+$`));
      expect(setting.description).toBeTruthy();
    }
    expect(adapter.settings.safeParse(conformance.settings).success).toBe(true);
    for (const key of Object.keys(conformance.settings)) {
      const without = adapter.settings.safeParse({ ...conformance.settings, [key]: undefined });
      expect(without.error?.issues.map((issue) => issue.path.join())).toEqual([key]);
    }
  });

  it('when the provider’s errors are looked up, then each has one treatment of those that there are', () => {
    const table: Record<string, (string | number)[]> = parse(readFileSync(join(folder, 'errors.yaml'), 'utf8'));
    expect(Object.keys(table).filter((treatment) => !treatments.includes(treatment))).toEqual([]);
    const codes = Object.values(table).flat().map(String);
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  });

  it('when its files are read, then they know of the house only the channel, errors and log', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const imports = files.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:from|import|require\() ?'(\.[^']+)'/g)].map(
        ([, target = '']) => relative(root, join(folder, target)),
      ),
    );
    const house = imports.filter((target) => !target.startsWith(`adapters/${name}/`));
    expect(house.filter((target) => !/^src\/(channel|errors|log)$/.test(target))).toEqual([]);
  });

  describe.each(fixtures)('%s', (_title, payload) => {
    it('when it comes signed, then it is handed over once and answered with 200', async () => {
      expect((await deliver(payload)).status).toBe(200);
      expect(door.received).toHaveLength(1);
      for (const event of door.events()) isWhole(event, name);
      expect(missing(conformance.idsOf(payload), door.events())).toEqual([]);
    });

    it('when it comes twice, then its events have the same ids, and no two share one', async () => {
      await deliver(payload);
      await deliver(payload);
      const [first = [], second = []] = door.received.map((events) =>
        events.map((event) => `${event.kind} ${event.id}`),
      );
      expect(second).toEqual(first);
      expect(new Set(first).size).toBe(first.length);
    });
  });

  describe('signatures', () => {
    const [, payload] = fixtures[0] as [string, unknown];
    const { body, contentType } = conformance.write(payload);
    const signed = conformance.sign(body, now);
    const refused = async (sent: Response): Promise<void> => {
      expect(sent.status).toBe(401);
      expect(door.received).toEqual([]);
    };

    it('when there is none, then it is refused and nothing is handed over', async () => {
      await refused(await bring(body, { 'content-type': contentType }));
    });
    it('when the bytes are not those that were signed, then it is refused', async () => {
      await refused(await bring(`${body} `, { 'content-type': contentType, ...signed }));
    });
    it.each(Object.keys(signed))('when %s is altered or missing, then it is refused', async (header) => {
      const value = signed[header] as string;
      const altered = value.replace(/.$/, value.endsWith('0') ? '1' : '0');
      const { [header]: _gone, ...without } = signed;
      for (const headers of [without, { ...signed, [header]: altered }, { ...signed, [header]: 'x' }])
        await refused(await bring(body, { 'content-type': contentType, ...headers }));
    });
    it('when it is written in other letters than those of hex, then it is refused, not broken', async () => {
      for (const header of Object.keys(signed))
        await refused(await bring(body, { 'content-type': contentType, ...signed, [header]: 'ÿ'.repeat(71) }));
    });
  });

  describe('bodies that are no payload', () => {
    const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

    it.each([
      ['empty', ''],
      ['not JSON', 'hello'],
      ['half of it', '{"entry":['],
      ['null', 'null'],
      ['a list', '[{}]'],
      ['a text', '"entry"'],
      ['no UTF-8', Buffer.from([0xff, 0xfe, 0x7b])],
    ])('when it is %s, then it is refused without a fault, and the next one is taken', async (_what, body) => {
      const { status } = await push(body);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(door.received).toEqual([]);
      expect((await deliver(fixtures[0]?.[1])).status).toBe(200);
    });

    it.each([1_000, 100_000])('when it is nested %i deep, then it is answered without a fault', async (levels) => {
      expect((await push(deep(levels))).status).toBeLessThan(500);
      expect((await deliver(fixtures[0]?.[1])).status).toBe(200);
    });

    it('when it is longer than the provider’s longest, then it is refused as too large', async () => {
      const body = Buffer.alloc(conformance.largest + 1, 0x20);
      const sent = await push(body).then(
        ({ status }) => status,
        () => 413, // the line may close while we are still sending
      );
      expect(sent).toBe(413);
      expect(door.received).toEqual([]);
    });

    it('when it is compressed, then it is refused: what was signed could not be told', async () => {
      const { body } = conformance.write(fixtures[0]?.[1]);
      const sent = await push(gzipSync(body), { 'content-encoding': 'gzip' });
      expect(sent.status).toBe(415);
      expect(door.received).toEqual([]);
    });
  });

  it('when what came cannot be stored, then the answer is a failure, and the next delivery is taken', async () => {
    const [, payload] = fixtures[0] as [string, unknown];
    door.receive = async () => {
      throw new Error('no database');
    };
    expect((await deliver(payload)).status).toBeGreaterThanOrEqual(500);
    door.receive = async (events) => void door.received.push([...events]);
    expect((await deliver(payload)).status).toBe(200);
    expect(door.received).toHaveLength(1);
  });

  it('when payloads are not as described, then nothing breaks and no message is lost', async () => {
    const payloads = fixtures.map(([, payload]) => payload);
    await fc.assert(
      fc.asyncProperty(mutated(payloads), async (payload) => {
        door.received.length = 0;
        const { status } = await deliver(payload);
        const ids = conformance.idsOf(payload);
        if (status !== 200) return status === 400 && ids.length === 0;
        for (const event of door.events()) isWhole(event, name);
        const lost = missing(ids, door.events());
        if (lost.length > 0) throw new Error(`${lost.join()} lost of ${JSON.stringify(payload)}`);
        return true;
      }),
      { numRuns: 300 },
    );
  });

  describe('sending', () => {
    const send = (channel = door.channel): Promise<SendOutcome> =>
      channel.send(aSender(name, 'ours'), conformance.address, { kind: 'content', text: 'Hola' }, '1.2.mac');

    it('when the provider takes it, then it is accepted and asked for once', async () => {
      const before = provider.asked.length;
      expect(await send()).toEqual({ outcome: 'accepted', providerId: expect.stringMatching(/.+/) });
      const posts = provider.asked.slice(before).filter((asked) => asked.body.includes('1.2.mac'));
      expect(posts).toHaveLength(1);
    });

    it('when nobody listens there, then it was not sent', async () => {
      const away = await open(adapter, { ...conformance.settings, [conformance.apiUrl]: nobody });
      const outcome = await send(away.channel);
      await away.close();
      expect(outcome).toEqual({ outcome: 'not_sent', code: 'NETWORK_ECONNREFUSED' });
    });

    const odd: [string, Answer][] = [
      ['breaks the line', reset],
      ['breaks off', breakOff],
      ['answers with a page', words(200, '<html>')],
      ['answers with nothing', words(200, '')],
      ['answers null', json(200, null)],
      ['answers a number', json(200, 7)],
      ['answers an empty list', json(200, [])],
      ['fails without a code', words(502, 'Bad gateway')],
      ['fails with an empty body', words(500, '')],
    ];
    it.each(odd)('when the provider %s, then it is unknown', async (_what, answer) => {
      provider.answer = (response, asked) =>
        (asked.body.includes('1.2.mac') ? answer : json(200, conformance.accept(asked.path)))(response, asked);
      expect(await send()).toMatchObject({ outcome: 'unknown', code: expect.stringMatching(/^[A-Z0-9_]+$/) });
    });

    const refusals: [string, Answer][] = [
      ['says too many, with a time', json(429, {}, { 'retry-after': '7' })],
      ['says too many, without', words(429, '')],
      ['says forbidden on a page', words(403, '<html>')],
    ];
    it.each(refusals)('when something on the way %s, then it is refused', async (_what, answer) => {
      provider.answer = (response, asked) =>
        (asked.body.includes('1.2.mac') ? answer : json(200, conformance.accept(asked.path)))(response, asked);
      const outcome = await send();
      expect(outcome.outcome).toBe('refused');
      expect(treatments).toContain((outcome as { treatment: string }).treatment);
    });

    it('when there is no address for the channel, then it is refused', async () => {
      const outcome = await door.channel.send(aSender(name, 'ours'), {}, { kind: 'content', text: 'Hola' }, '1.2.mac');
      expect(outcome.outcome).toBe('refused');
    });
  });

  it('when somebody wants to write one like it, then its files are where they are with all others', () => {
    for (const file of ['index.ts', 'parse.ts', 'signature.ts', 'send.ts', 'errors.yaml'])
      expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
  });
});

/** As the channel's door describes it, and fit to be stored. */
function isWhole(event: ChannelEvent, channel: string): void {
  expect(event).toMatchObject({
    channel,
    app: 'default',
    sender: expect.stringMatching(/.+/s),
    id: expect.stringMatching(/.+/s),
  });
  expect(event.at.getTime()).toBeGreaterThan(0);
  expect(event.at.getFullYear()).toBeLessThan(10_000);
  if ('from' in event) expect(Object.keys(event.from)).not.toEqual([]);
  if (event.kind === 'identity') expect(Object.keys({ ...event.previous })).not.toEqual([]);
  const { value: _kept, ...rest } = event as ChannelEvent & { value?: unknown };
  for (const text of textsIn(rest)) {
    expect(text).not.toContain('\0');
    expect(text.isWellFormed()).toBe(true);
  }
  expect(JSON.parse(JSON.stringify(event))).toBeTruthy();
}

const textsIn = (node: unknown): string[] =>
  typeof node === 'string' ? [node] : typeof node === 'object' && node ? Object.values(node).flatMap(textsIn) : [];

const missing = (ids: readonly string[], events: readonly ChannelEvent[]): string[] =>
  ids.filter((id) => !events.some((event) => event.id === id || event.id.startsWith(`${id}/`)));
