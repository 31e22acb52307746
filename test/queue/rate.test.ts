import { silentLog } from '../../src/log';
import { Queues } from '../../src/queue/bull';
import { type Rate, rateOf } from '../../src/queue/rate';
import { eventually } from '../support/eventually';
import { testRedis } from '../support/redis';

let queues: Queues;
let rate: Rate;
let senders = 0;
const aSender = (): string => `sender-${++senders}`;

beforeAll(async () => {
  const { url, prefix } = testRedis();
  queues = new Queues(url, silentLog, prefix);
  rate = rateOf(queues);
  await eventually(async () => expect((await rate.take(aSender(), 10, 1)).granted).toBe(1));
});
afterAll(() => queues.close());

/** What is granted to somebody who asks all the time, as a share of what the rate allows. */
async function asked(sender: string, perSecond: number, ms = 700, begin = performance.now()): Promise<number> {
  let granted = 0;
  while (performance.now() - begin < ms) granted += (await rate.take(sender, perSecond, perSecond)).granted;
  return granted / ((perSecond * (performance.now() - begin)) / 1_000);
}

describe('the rate of a sender', () => {
  it.each([40, 500])(
    'when somebody asks all the time, then they get it and no more (%i a second)',
    async (perSecond) => {
      const sender = aSender();
      const begin = performance.now();
      await rate.take(sender, perSecond, perSecond); // what it holds at the beginning
      const share = await asked(sender, perSecond, 700, begin);
      expect(share).toBeLessThan(1.1);
      expect(share).toBeGreaterThan(0.5);
    },
  );

  it('when nobody has asked for long, or everything is forgotten, then no more than 50 ms of it are granted at once', async () => {
    const sender = aSender();
    expect((await rate.take(sender, 1_000, 1_000)).granted).toBe(50);
    await queues.client.del(`${queues.prefix}:rate:${sender}`);
    const both = await Promise.all([rate.take(sender, 1_000, 1_000), rate.take(sender, 1_000, 1_000)]);
    expect(both[0].granted).toBe(50);
    expect(both[1].granted).toBeLessThan(50);
  });

  it.each([40, 500])(
    'when whoever asks stumbles again and again, then they still get it, and no second holds more than 2 %% above it or one message (%i a second)',
    async (perSecond) => {
      const sender = aSender();
      const grants: { at: number; granted: number }[] = [];
      const begin = performance.now();
      for (let turn = 0; performance.now() - begin < 3_000; turn++) {
        const { granted, waitMs } = await rate.take(sender, perSecond, perSecond);
        // As Redis saw it: here it is told a little later.
        const at = Number(await queues.client.hget(`${queues.prefix}:rate:${sender}`, 'at'));
        if (granted > 0) grants.push({ at, granted });
        await new Promise((done) => setTimeout(done, turn % 20 === 0 ? 70 : Math.min(5, waitMs)));
      }
      const within = (from: number, ms: number) =>
        grants.filter(({ at }) => at >= from && at < from + ms).reduce((sum, one) => sum + one.granted, 0);
      const worst = Math.max(...grants.map(({ at }) => within(at, 1_000)));
      expect(worst).toBeLessThanOrEqual(Math.max(perSecond * 1.02, perSecond + 1));
      expect(worst).toBeGreaterThan(perSecond * 0.3);
    },
  );

  it('when several workers send from one number, then they share it, and another number has its own', async () => {
    const [one, other] = [aSender(), aSender()];
    const shares = await Promise.all([asked(one, 200), asked(one, 200), asked(one, 200), asked(other, 200)]);
    const [first = 0, second = 0, third = 0, another = 0] = shares;
    expect(first + second + third).toBeLessThan(1.15);
    expect(another).toBeGreaterThan(0.5);
  });

  it('when the provider finds it too fast, then it is half as fast, once for all that was on its way together', async () => {
    const sender = aSender();
    await rate.take(sender, 400, 400);
    await Promise.all(Array.from({ length: 20 }, () => rate.slowDown(sender, 400)));
    const share = await asked(sender, 400);
    expect(share).toBeLessThan(0.75);
    expect(share).toBeGreaterThan(0.2);
  });
});
