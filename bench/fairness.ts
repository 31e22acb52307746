import { type Bench, type BenchPlace, figure } from './frame';
import { bringPeople } from './lists';
import { StandIn } from './stand-in/stand-in';
import { aCustomer, type Customer, domainOf, launch } from './system/customer';
import { aSetUp, secret, stopAll, surround } from './system/servers';

const usual = { messages: 100_000 };

/**
 * A small campaign by itself, and beside a hundred times larger one: another customer's, and its own customer's. And somebody who writes while both are
 * being sent: whether their answer waits.
 */
export const bench: Bench = async (place, { messages = usual.messages }) => {
  const few = Math.max(10, Math.min(1_000, Math.round(messages / 100)));
  const standIn = await StandIn.start({ secret, receipts: 3, together: 20 });
  const around = await surround(place, standIn.url);
  const domain = domainOf(place);
  const [one, other] = [await aCustomer(place, domain), await aCustomer(place, domain)];
  await bringPeople(place, one.tenant, { count: few, group: 'pocos' });
  for (const { tenant } of [one, other])
    await bringPeople(place, tenant, { count: messages, from: 1_000_000, group: 'todos' });
  await place.owner.query('VACUUM (ANALYZE)');
  const products = await aSetUp(around, 2);
  await standIn.wish({ do: 'aim', url: `${products[0]?.url}/webhooks/whatsapp` });
  /** Seconds until everybody in the small one was written to. */
  const small = async (): Promise<number> => {
    const { batch } = await launch(place, domain, one, 'pocos');
    const began = performance.now();
    await untilSent(place, one, batch);
    return (performance.now() - began) / 1_000;
  };
  const beside = async (customer: Customer): Promise<number> => {
    const { sends } = await standIn.count();
    const large = await launch(place, domain, customer, 'todos');
    while ((await standIn.count()).sends < sends + few) await pause(20);
    const seconds = await small();
    await stop(customer, large.id);
    await untilSent(place, customer, large.batch);
    return seconds;
  };
  /** What is left of the large one; of few messages none may be left. */
  const stop = (customer: Customer, id: string): Promise<void> =>
    place.database
      .withTenant(customer.tenant, (tx) =>
        domain.campaigns.cancel(tx, id, { id: customer.sender, roles: ['owner'] }, new Date('2026-12-01T13:40:00Z')),
      )
      .then(
        () => {},
        (error: { code?: string }) => {
          if (error.code !== 'CAMPAIGN_STATE') throw error;
        },
      );
  try {
    await small(); // warms up
    const alone = await small();
    const besideAnother = await beside(other);
    const besideOwn = await beside(one);
    return {
      figures: [
        figure('P8', besideAnother / alone, 'x alone, beside another customer’s', '<= 1.5'),
        figure('P8_same', besideOwn / alone, 'x alone, beside its own customer’s', '<= 1.5'),
      ],
      raw: { redis: around.redis.kind, messages, few, alone, besideAnother, besideOwn },
    };
  } finally {
    await stopAll(products);
    await standIn.stop();
    await around.redis.stop();
  }
};

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function untilSent({ owner }: BenchPlace, { tenant }: Customer, batch: string): Promise<void> {
  for (let isOpen = true; isOpen; await pause(20)) {
    const { rows } = await owner.query(
      "SELECT EXISTS (SELECT 1 FROM message WHERE tenant_id = $1 AND batch_id = $2 AND state IN ('planned', 'sending')) AS open",
      [tenant, batch],
    );
    isOpen = rows[0].open;
  }
}
