import { silentLog } from '../../src/log';
import { Queues } from '../../src/queue/bull';
import { Tickets } from '../../src/queue/tickets';
import { eventually } from '../support/eventually';
import { testRedis } from '../support/redis';

let queues: Queues;
let tickets: Tickets;
beforeEach(() => {
  const { url, prefix } = testRedis();
  queues = new Queues(url, silentLog, prefix);
  tickets = new Tickets(queues, silentLog);
});
afterEach(async () => {
  await tickets.stop();
  await queues.close();
});

const issue = async (tenant: string, batch: number, times: number): Promise<number> => {
  let issued = 0;
  for (let time = 0; time < times; time++) if (await tickets.issue({ tenant, batch: String(batch) })) issued += 1;
  return issued;
};
/** Waits until Redis is there. */
const ready = () => eventually(async () => expect(await tickets.issue({ tenant: 'first', batch: '0' })).toBe(true));

describe('tickets', () => {
  it('when a campaign, a customer or everybody wants more and more, then few are out, and there is room for another', async () => {
    await ready();
    expect(await issue('a', 1, 4)).toBe(2);
    let ofCustomer = 2;
    for (let batch = 2; batch < 9; batch++) ofCustomer += await issue('a', batch, 2);
    expect(ofCustomer).toBe(12);
    let all = 1 + ofCustomer;
    for (let batch = 1; batch < 8; batch++) all += await issue('b', batch, 2);
    expect(all).toBe(24);
  });

  it('when one is done, or fails, then it makes room', async () => {
    await ready();
    expect(await issue('a', 1, 5)).toBe(2);
    const served: string[] = [];
    tickets.serve(async ({ batch }) => {
      served.push(batch);
      throw new Error('no');
    });
    await eventually(() => expect(served).toHaveLength(3));
    await eventually(async () => expect(await issue('a', 1, 2)).toBe(2));
  });

  it('when the product stops, then what has begun is finished, and nothing else begins', async () => {
    await ready();
    const finished: string[] = [];
    let begun = 0;
    let go = (): void => {};
    const hold = new Promise<void>((done) => {
      go = done;
    });
    tickets.serve(async ({ batch }, stopping) => {
      begun += 1;
      await hold;
      finished.push(`${batch} ${stopping.aborted}`);
    }, 1);
    await eventually(() => expect(begun).toBe(1));
    await issue('a', 1, 2);
    const stopped = tickets.stop();
    go();
    await stopped;
    expect(finished).toEqual(['0 true']);
    expect(begun).toBe(1);
  });

  it('when one lies in Redis, then it holds two ids and nothing else', async () => {
    await ready();
    const keys = await queues.client.keys(`${queues.prefix}:delivery:*`);
    const jobs = await Promise.all(keys.map((key) => queues.client.hget(key, 'data').catch(() => null)));
    expect(jobs.filter((data) => data !== null)).toEqual(['{"tenant":"first","batch":"0"}']);
  });
});
