import Redis from 'ioredis';
import type { ChannelEvent } from '../../../src/channel';
import { newId } from '../../../src/data/ids';
import { type LocalRedis, startRedis } from '../../../src/local/redis';
import { eventually } from '../../support/eventually';
import { aPhone } from '../../support/ground';
import { type Installation, install } from '../../support/installation';
import { Line } from '../../support/line';
import { aWorker } from '../../support/workers';
import {
  aCampaign,
  aPerson,
  arrived,
  aTenant,
  type Place,
  people,
  RecordingChannel,
  reaches,
  start,
  states,
  type World,
} from '../../support/world';

let house: Installation;
let redis: LocalRedis;
/** A line of its own to Redis. */
let direct: Redis;
let line: Line;
let url: string;
let at: Place;
let here: World;
const channel = new RecordingChannel();

beforeAll(async () => {
  redis = await startRedis();
  direct = new Redis(redis.url);
  const throughLine = new URL(redis.url);
  line = await Line.to(Number(throughLine.port));
  throughLine.port = String(line.port);
  url = throughLine.toString();
  house = await install({ channel }, { url, prefix: '{lost}' });
  ({ here, at } = house);
  here.start();
});
afterAll(async () => {
  await house?.close();
  direct.disconnect();
  await line.close();
  await redis.stop();
});

const ratePerSecond = 80;
async function sending(count: number) {
  const tenant = await aTenant(here, { ratePerSecond });
  const group = await people(here, tenant.id, count);
  const campaign = await aCampaign(here, tenant.id);
  const sent = () => channel.sent.filter((one) => one.sender.id === tenant.providerId && one.text === '');
  const come = (to: number) => eventually(() => expect(sent().length).toBeGreaterThanOrEqual(to));
  await come(20);
  return { tenant, group, campaign, sent, come };
}
type Sending = Awaited<ReturnType<typeof sending>>;

/** Everybody once, and no second saw more than this many times the rate. */
const expectOnce = ({ sent }: Sending, count: number, bound = 1.15) => {
  expect(sent()).toHaveLength(count);
  expect(new Set(sent().map((one) => one.to.phone)).size).toBe(count);
  const times = sent().map((one) => one.at);
  const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
  expect(most / ratePerSecond).toBeLessThanOrEqual(bound);
};

/** Somebody writes, is answered, and the answer leaves. */
async function isAnswered(tenant: Sending['tenant']): Promise<void> {
  const phone = aPhone();
  const contact = await aPerson(here, tenant.id, { identity: { phone }, segment: 'elsewhere' });
  const id = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id: newId(), at: start };
  const event: ChannelEvent = { ...id, kind: 'message', from: { phone }, content: { type: 'text', text: 'hola' } };
  const row = await arrived(here, tenant.id, event, { phone });
  await here.in(tenant.id, async (tx) => {
    await tx.query('UPDATE contact SET last_inbound_at = $2 WHERE id = $1', [contact, start]);
    const single = { contact, sender: tenant.sender, channel: 'whatsapp', purpose: 'answer', boundTo: row.id } as const;
    await here.outbox.enqueue(tx, single, { kind: 'content', text: 'hola' }, start);
  });
  await eventually(() => expect(channel.sent.some((one) => one.to.phone === phone)).toBe(true));
}

describe('losing Redis in the middle of a campaign', () => {
  it('when everything in it is gone, again and again, then everybody gets it once and nothing bursts', async () => {
    const campaign = await sending(150);
    for (const at of [30, 60, 90, 120]) {
      await campaign.come(at);
      await direct.flushall();
    }
    await reaches(here, campaign.tenant.id, campaign.campaign.id, 'done');
    // A bucket holds 50 ms worth, and is full anew each time it is forgotten; all four may fall into one second.
    expectOnce(campaign, 150, 1 + (1 + 4) * 0.05);
  });

  it.each(['cut', 'die'] as const)(
    'when it is away for a while (%s), then the campaign waits, answers and opt-outs go on, and afterwards nothing bursts',
    async (way) => {
      const running = await sending(120);
      const { tenant, group, campaign, sent } = running;
      line[way]();
      await isAnswered(tenant);
      await eventually(async () => expect((await states(here, tenant.id, campaign.id)).sending).toBeUndefined());
      const before = sent().length;
      const left = await here.in(tenant.id, async (tx) => {
        const [waits] = await tx.query<{ contact_id: string }>(
          "SELECT contact_id FROM message WHERE state = 'planned' LIMIT 1",
        );
        const wish = { source: 'person', evidence: 'x', now: start };
        return here.consent.withdraw(tx, waits?.contact_id ?? group[0] ?? '', wish);
      });
      expect(left.cancelled).toBe(1);
      await isAnswered(tenant);
      expect(sent()).toHaveLength(before);
      await direct.flushall();
      line.mend();
      await reaches(here, tenant.id, campaign.id, 'done');
      expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: 119, cancelled: 1 });
      expectOnce(running, 119);
    },
    60_000,
  );

  it('when it is away as a worker stops, then it stops all the same', async () => {
    const worker = await aWorker({
      place: { ...at, redis: { url, prefix: '{other}' } },
      graphUrl: 'http://127.0.0.1:9',
    });
    worker.go();
    line.cut();
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    line.mend();
  });
});
