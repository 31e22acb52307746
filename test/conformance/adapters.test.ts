import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { load } from 'js-yaml';
import type { z } from 'zod';
import type { Adapter, ChannelEvent, SendOutcome } from '../../src/channel';
import { loadAdapters, root } from '../../src/load';
import { aSender, type Door, now, open } from '../adapters/door';
import { mutated } from './mutate';
import { type Conformance, isWebhooks, type Webhooks, type Wire, webhookWire } from './wire';

const treatments = ['retry', 'wait', 'permanent', 'suppress', 'pause', 'bug'];
const own = loadAdapters();
/** A channel that exists for this suite alone: a folder, and nothing else of the house knows of it. */
const fourth = join(__dirname, 'fourth');
const adapters: [string, string, Adapter][] = [
  ...own.map((adapter): [string, string, Adapter] => [adapter.name, join(root, 'adapters', adapter.name), adapter]),
  ...loadAdapters(fourth).map((adapter): [string, string, Adapter] => [
    adapter.name,
    join(fourth, adapter.name),
    adapter,
  ]),
];

it('when adapters are listed, then each stands in the folder of its name', () => {
  const folders = readdirSync(join(root, 'adapters'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(own.map(({ name }) => name).sort()).toEqual(folders.map((folder) => folder.name).sort());
  expect(adapters.length).toBeGreaterThan(own.length);
});

describe.each(adapters)('%s', (name, folder, adapter) => {
  const { conformance } = require(join(folder, 'conformance.ts')) as { conformance: Conformance };
  const fixtures: [string, unknown][] = readdirSync(join(folder, 'fixtures')).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(join(folder, 'fixtures', file), 'utf8')),
  ]);
  let door: Door;
  let wire: Wire;

  beforeAll(async () => {
    wire = isWebhooks(conformance) ? await webhookWire(conformance, () => door.url) : await conformance.wire();
    door = await open(adapter, { ...conformance.settings, ...wire.settings }, async (_app, id) => aSender(name, id));
  });
  beforeEach(() => {
    door.received.length = 0;
    door.receive = async (events) => void door.received.push([...events]);
    wire.answer('take');
  });
  afterAll(async () => {
    await door.close();
    await wire.stop();
  });

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
    const written: string = readFileSync(join(folder, 'errors.yaml'), 'utf8');
    const table = load(written) as Record<string, object>;
    expect(Object.keys(table).filter((treatment) => !treatments.includes(treatment))).toEqual([]);
    const codes = Object.values(table).flatMap((all) =>
      Array.isArray(all) ? all : Object.values(all).flatMap(({ codes: own }: { codes: readonly unknown[] }) => own),
    );
    expect(codes.map(String).filter((code, at, every) => every.indexOf(code) !== at)).toEqual([]);
  });

  it('when its files are read, then they know of the house only the channel, errors and log', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const imports = files.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:from|import|require\() ?'(\.[^']+)'/g)].map(
        ([, target = '']) => relative(root, join(folder, target)),
      ),
    );
    const house = imports.filter((target) => !target.startsWith(`${relative(root, folder)}/`));
    expect(house.filter((target) => !/^src\/(channel|channel-errors|errors|log)$/.test(target))).toEqual([]);
  });

  describe.each(fixtures)('%s', (_title, payload) => {
    it('when it comes, then it is handed over once and taken', async () => {
      expect(await wire.deliver(payload)).toBe('taken');
      expect(door.received).toHaveLength(1);
      for (const event of door.events()) isWhole(event, name);
      expect(missing(conformance.idsOf(payload), door.events())).toEqual([]);
    });

    it('when it comes twice, then its events have the same ids, and no two share one', async () => {
      await wire.deliver(payload);
      await wire.deliver(payload);
      const [first = [], second = []] = door.received.map((events) =>
        events.map((event) => `${event.kind} ${event.id}`),
      );
      expect(second).toEqual(first);
      expect(new Set(first).size).toBe(first.length);
    });
  });

  it('when what came cannot be stored, then it is to come again, and the next delivery is taken', async () => {
    const [, payload] = fixtures[0] as [string, unknown];
    door.receive = async () => {
      throw new Error('no database');
    };
    expect(await wire.deliver(payload)).toBe('again');
    door.receive = async (events) => void door.received.push([...events]);
    expect(await wire.deliver(payload)).toBe('taken');
    expect(door.received).toHaveLength(1);
  });

  it('when payloads are not as described, then nothing breaks and no message is lost', async () => {
    const payloads = fixtures.map(([, payload]) => payload);
    await fc.assert(
      fc.asyncProperty(mutated(payloads), async (payload) => {
        door.received.length = 0;
        const answer = await wire.deliver(payload);
        const ids = conformance.idsOf(payload);
        if (answer !== 'taken') return answer === 'refused' && ids.length === 0;
        for (const event of door.events()) isWhole(event, name);
        const lost = missing(ids, door.events());
        if (lost.length > 0) throw new Error(`${lost.join()} lost of ${JSON.stringify(payload)}`);
        return true;
      }),
      { numRuns: 300 },
    );
  });

  if (isWebhooks(conformance)) describe('webhooks', () => webhooks(conformance, fixtures, () => door));

  describe('sending', () => {
    const send = (channel = door.channel): Promise<SendOutcome> =>
      channel.send(
        aSender(name, conformance.sender ?? 'ours'),
        conformance.address,
        { kind: 'content', text: 'Hola' },
        '1.2.mac',
      );

    it('when the provider takes it, then it is accepted and asked for once', async () => {
      const before = wire.asked();
      expect(await send()).toEqual({ outcome: 'accepted', providerId: expect.stringMatching(/.+/) });
      expect(wire.asked() - before).toBe(1);
    });

    it('when nobody listens there, then it was not sent', async () => {
      const away = await open(adapter, { ...conformance.settings, ...wire.nowhere });
      const outcome = await send(away.channel);
      await away.close();
      expect(outcome).toEqual({ outcome: 'not_sent', code: 'NETWORK_ECONNREFUSED' });
    });

    it('when the provider answers so that nobody can say, then it is unknown', async () => {
      expect(wire.odd.length).toBeGreaterThan(0);
      for (const how of wire.odd) {
        wire.answer(how);
        const code = expect.stringMatching(/^[A-Z0-9_]+$/);
        expect([how, await sendOnceUp()]).toEqual([how, { outcome: 'unknown', code }]);
      }
    });

    it('when the provider, or something on the way, says no, then it is refused', async () => {
      expect(wire.refusals.length).toBeGreaterThan(0);
      for (const how of wire.refusals) {
        wire.answer(how);
        const outcome = await sendOnceUp();
        expect([how, outcome]).toEqual([how, expect.objectContaining({ outcome: 'refused' })]);
        expect(treatments).toContain((outcome as { treatment: string }).treatment);
      }
    });

    /** A line that was broken a moment ago is opened again by itself; till then nothing leaves. */
    async function sendOnceUp(): Promise<SendOutcome> {
      const until = performance.now() + 10_000;
      for (;;) {
        const outcome = await send();
        if (outcome.outcome !== 'not_sent' || performance.now() > until) return outcome;
        await new Promise((done) => setTimeout(done, 50));
      }
    }

    it('when there is no address for the channel, then it is refused', async () => {
      const outcome = await door.channel.send(
        aSender(name, conformance.sender ?? 'ours'),
        {},
        { kind: 'content', text: 'Hola' },
        '1.2.mac',
      );
      expect(outcome.outcome).toBe('refused');
    });
  });

  it('when somebody wants to write one like it, then its files are where they are with all others', () => {
    for (const file of [
      'index.ts',
      'parse.ts',
      'send.ts',
      'errors.yaml',
      ...(isWebhooks(conformance) ? ['signature.ts'] : []),
    ])
      expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
  });
});

/** What is asked besides of who is called over the web by whoever likes to. */
function webhooks(conformance: Webhooks, fixtures: readonly [string, unknown][], door: () => Door): void {
  const bring = (body: string | Buffer, headers: Record<string, string>): Promise<Response> =>
    fetch(`${door().url}${conformance.path}`, { method: 'POST', body, headers });
  const deliver = (payload: unknown, headers: Record<string, string> = {}): Promise<Response> => {
    const { body, contentType } = conformance.write(payload);
    return bring(body, { 'content-type': contentType, ...conformance.sign(body, now), ...headers });
  };
  /** Signed, whatever it is. */
  const push = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    bring(body, { 'content-type': 'application/json', ...conformance.sign(body, now), ...headers });

  describe('signatures', () => {
    const [, payload] = fixtures[0] as [string, unknown];
    const { body, contentType } = conformance.write(payload);
    const signed = conformance.sign(body, now);
    const refused = async (sent: Response): Promise<void> => {
      expect(sent.status).toBe(401);
      expect(door().received).toEqual([]);
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
      expect(door().received).toEqual([]);
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
      expect(door().received).toEqual([]);
    });

    it('when it is compressed, then it is refused: what was signed could not be told', async () => {
      const { body } = conformance.write(fixtures[0]?.[1]);
      const sent = await push(gzipSync(body), { 'content-encoding': 'gzip' });
      expect(sent.status).toBe(415);
      expect(door().received).toEqual([]);
    });
  });
}

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
