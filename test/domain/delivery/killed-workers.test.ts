import { randomInt } from 'node:crypto';
import type { ChannelEvent } from '../../../src/channel';
import type { Moment } from '../../../src/domain/delivery/campaign-slices';
import { type Answer, Provider } from '../../adapters/provider';
import { eventually } from '../../support/eventually';
import { type Installation, install } from '../../support/installation';
import { testRedis } from '../../support/redis';
import { aWorker, type Worker } from '../../support/workers';
import { aCampaign, aTenant, people, RecordingChannel, reaches, start, states, type World } from '../../support/world';

let house: Installation;
let here: World;
/** The outside world: what it has taken is delivered. */
let graph: Provider;
const workers: Worker[] = [];

beforeAll(async () => {
  house = await install({ channel: new RecordingChannel() });
  here = house.here;
  graph = await Provider.start();
  graph.answer = takes;
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await Promise.all(workers.map((worker) => worker.ended));
  await graph?.stop();
  await house?.close();
});

const deliveries = () =>
  graph.asked.map((one) => JSON.parse(one.body) as { to: string; biz_opaque_callback_data: string });
/** It takes a moment to answer, so that some are always on their way. */
const takes: Answer = (response, asked) => {
  const { biz_opaque_callback_data: reference } = JSON.parse(asked.body);
  const body = JSON.stringify({ messaging_product: 'whatsapp', messages: [{ id: `wamid.${reference}` }] });
  setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), randomInt(30));
};
const count = 480;
type Kill = { moment: Moment; nth: number } | 'anywhere';
const kills: Kill[] = [
  { moment: 'granted', nth: 3 },
  { moment: 'claimed', nth: 3 },
  { moment: 'begun', nth: 25 },
  { moment: 'answered', nth: 25 },
  { moment: 'written', nth: 2 },
  'anywhere',
  'anywhere',
];

describe('workers that are killed', () => {
  it('when one after another dies at every step of a send, then nobody gets it twice, nobody is lost, and another finishes', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 300 });
    await people(here, tenant.id, count);
    // Tickets of the dead are free again after seconds: the last two workers share a Redis and wait for that, the others do without.
    const shared = testRedis();
    const ready = async (at: number): Promise<Worker> => {
      const kill = kills[at];
      const redis = at < kills.length - 1 ? testRedis() : shared;
      const killAt = kill && kill !== 'anywhere' ? { killAt: kill } : {};
      const worker = await aWorker({ place: { ...house.at, redis }, graphUrl: graph.url, ...killAt });
      workers.push(worker);
      return worker;
    };
    let next = ready(0);
    const campaign = await aCampaign(here, tenant.id);
    for (const [at, kill] of kills.entries()) {
      const worker = await next;
      next = ready(at + 1);
      const before = deliveries().length;
      worker.go();
      if (kill === 'anywhere') {
        await eventually(() => expect(deliveries().length).toBeGreaterThan(before + randomInt(30)), { every: 1 });
        worker.kill('SIGKILL');
      }
      expect([kill, await worker.ended]).toEqual([kill, 'SIGKILL']);
    }
    expect((await states(here, tenant.id, campaign.id)).planned).toBeGreaterThan(0); // there is something left to finish
    const last = await next;
    last.go();
    const done = await reaches(here, tenant.id, campaign.id, 'done');

    // I2: the world has everybody at most once.
    const delivered = deliveries();
    expect(new Set(delivered.map((one) => one.to)).size).toBe(delivered.length);
    // I1: everybody is somewhere, and what is said to have been accepted was.
    const { sent, unknown } = done;
    expect(done).toMatchObject({ selected: count, failed: 0, cancelled: 0, queued: 0, leftOut: [] });
    expect(sent + unknown).toBe(count);
    expect(unknown).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(delivered.length);

    // I4: the receipts that come late tell the unknown that arrived from those that never left, and each is one of them.
    const receipt = (reference: string): ChannelEvent => {
      const event = {
        channel: 'whatsapp',
        app: 'default',
        sender: tenant.providerId,
        id: reference,
        at: start,
      } as const;
      return { ...event, kind: 'receipt', providerId: `wamid.${reference}`, status: 'delivered', reference };
    };
    await here.intake.receive(delivered.map((one) => receipt(one.biz_opaque_callback_data)));
    const figures = { delivered: delivered.length, sent: delivered.length, unknown: count - delivered.length };
    await eventually(async () => expect(await reaches(here, tenant.id, campaign.id, 'done')).toMatchObject(figures));
    last.kill('SIGTERM');
    expect(await last.ended).toBe(0);
    expect(deliveries()).toHaveLength(delivered.length);
  }, 240_000);
});
