import type { AddressInfo } from 'node:net';
import { Gateway } from '../../../simulator/payments/gateway';
import { Router, serve } from '../../../simulator/server';
import { PaymentWork } from '../../../src/domain/billing/payment-work';
import { paymentsTable } from '../../../src/domain/billing/payments.table';
import { gatewayOf } from '../../../src/gateway/flow';
import { type Log, silentLog } from '../../../src/log';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import { aTenant, operator, owner, RecordingChannel, start, type World, wire } from '../../support/world';
import { sqlOf, type Tenant } from './money-world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
let sql: ReturnType<typeof sqlOf>;
let work: PaymentWork;
let url = '';
const logged: unknown[] = [];
const log = { ...silentLog, error: ({ event }: { event?: unknown }) => void logged.push(event) } as Log;
const outside = new Gateway(() => url);
const router = new Router();
outside.mount(router);
const server = serve(router);

beforeAll(async () => {
  place = await testDatabase();
  here = wire(
    { appUrl: place.appUrl, redis: testRedis(), master: aMaster() },
    { channel: new RecordingChannel(), takesPayments: true },
  );
  sql = sqlOf(here);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { database, clock, payments, credit } = here;
  const settings = { PAYMENT_URL: `${url}/pay/api`, PAYMENT_KEY: 'sim-pay-key', PAYMENT_SECRET: 'sim-pay-secret' };
  const gateway = gatewayOf(settings, url);
  const ports = { onChanged: async () => {}, subject: async () => 'Saldo de Tienda Andina' };
  work = new PaymentWork({ database, clock, log, gateway, payments, credit, ports });
});
beforeEach(() => {
  outside.faults = { down: false, silent: false };
  here.clock.at = start;
  logged.length = 0;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await here.stop();
  await place.drop();
});

const ask = (tenant: Tenant, amount = 100_000) =>
  here.in(tenant.id, (tx) => here.payments.ask(tx, { amount }, owner, start));
const runs = (tenant: Tenant, id: string) => work.run(tenant.id, Buffer.from(id.replaceAll('-', ''), 'hex'));
const stateOf = (tenant: Tenant, id: string) =>
  here.in(tenant.id, async (tx) => (await here.payments.get(tx, id)).state);
const orderOf = (id: string) => outside.orders.items.findLast((order) => order.commerceOrder === id);
const becomes = (id: string, what: string) =>
  fetch(`${url}/__sim/payments/${orderOf(id)?.token}/${what}`, { method: 'POST' });
const at = async (hours: number, then: () => Promise<void>) => {
  here.clock.at = new Date(start.getTime() + hours * 3_600_000);
  await then();
  here.clock.at = start;
};
const laneOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
const forget = (id: string) =>
  here.database.withSystem('dispatcher', (tx) =>
    tx.query("DELETE FROM edge.ready WHERE kind = 'payment' AND lane = $1", [laneOf(id)]),
  );
const isAskedAgain = (id: string) =>
  here.database.withSystem(
    'dispatcher',
    async (tx) =>
      (await tx.query("SELECT 1 FROM edge.ready WHERE kind = 'payment' AND lane = $1", [laneOf(id)])).length > 0,
  );
const entries = (tenant: Tenant) => sql(tenant, 'SELECT kind, amount::int AS amount FROM account_entry');

describe('paying by a link', () => {
  it('when whoever runs the account asks, then the gateway is told the amount and the mail for bills, and what comes back is sealed', async () => {
    const tenant = await aTenant(here);
    await sql(tenant, "UPDATE tenant SET billing_mail = 'pagos@andina.example'");
    const id = await ask(tenant);
    await runs(tenant, id);
    const order = orderOf(id);
    expect(order).toMatchObject({
      amount: 100_000,
      currency: 'CLP',
      email: 'pagos@andina.example',
      subject: 'Saldo de Tienda Andina',
    });
    const { url: link, state } = await here.in(tenant.id, (tx) => here.payments.get(tx, id));
    expect([state, link]).toEqual(['open', `${url}/pay/checkout?token=${order?.token}`]);
    const [row] = await sql(tenant, 'SELECT p::text AS all FROM payment p');
    expect(row?.all).not.toContain(order?.token);
    expect(await (await fetch(link ?? '')).text()).not.toMatch(/card|tarjeta/i);
  });

  it('when it is paid, then the account has it once, however often the gateway says so and whoever else does', async () => {
    const tenant = await aTenant(here);
    const id = await ask(tenant);
    await runs(tenant, id);
    await here.payments.confirmed('nobody-has-this-token', start);
    await here.payments.confirmed(orderOf(id)?.token ?? '', start); // before it is paid: nothing comes of it
    await runs(tenant, id);
    expect([await stateOf(tenant, id), await entries(tenant)]).toEqual(['open', []]);
    await becomes(id, 'paid');
    await Promise.all([runs(tenant, id), runs(tenant, id)]);
    await runs(tenant, id);
    expect(await stateOf(tenant, id)).toBe('paid');
    expect(await entries(tenant)).toEqual([{ kind: 'payment', amount: 100_000 }]);
  });

  it('when the gateway names a token, then the lane of its payment is woken, in its own tenant alone', async () => {
    const tenant = await aTenant(here);
    const id = await ask(tenant);
    await runs(tenant, id);
    const due = () =>
      here.database.withSystem('dispatcher', (tx) =>
        tx.query<{ tenant: string }>(
          `SELECT tenant_id AS tenant FROM edge.ready WHERE kind = 'payment' AND lane = $1 AND due_at <= clock_timestamp()`,
          [Buffer.from(id.replaceAll('-', ''), 'hex')],
        ),
      );
    await here.database.withSystem('dispatcher', (tx) => tx.query("DELETE FROM edge.ready WHERE kind = 'payment'"));
    expect(await due()).toEqual([]);
    await here.payments.confirmed(orderOf(id)?.token ?? '', start);
    expect(await due()).toEqual([{ tenant: tenant.id }]);
  });

  it.each(['refused', 'cancelled'])(
    'when it was %s there, then so it stands here and nothing is paid in',
    async (what) => {
      const tenant = await aTenant(here);
      const id = await ask(tenant);
      await runs(tenant, id);
      await becomes(id, what);
      await runs(tenant, id);
      expect([await stateOf(tenant, id), await entries(tenant)]).toEqual([what, []]);
    },
  );

  it('when the gateway speaks of another amount, then nothing is paid in and it is looked at', async () => {
    const tenant = await aTenant(here);
    const id = await ask(tenant);
    await runs(tenant, id);
    const order = orderOf(id);
    if (order) order.amount = 1;
    await becomes(id, 'paid');
    await runs(tenant, id);
    expect([await stateOf(tenant, id), await entries(tenant)]).toEqual(['failed', []]);
  });

  it('when the gateway is away, then it is asked again; when its word is lost, it is asked all the same', async () => {
    const tenant = await aTenant(here);
    outside.faults.down = true;
    const id = await ask(tenant);
    await runs(tenant, id);
    expect(await stateOf(tenant, id)).toBe('asked');
    outside.faults = { down: false, silent: true };
    await runs(tenant, id);
    await becomes(id, 'paid');
    outside.faults.down = true;
    await runs(tenant, id);
    expect(await stateOf(tenant, id)).toBe('open');
    outside.faults.down = false;
    await runs(tenant, id);
    expect(await stateOf(tenant, id)).toBe('paid');
  });

  it.each([25, 100, 20 * 24])(
    'when it is paid %s hours later and the gateway’s word is lost, then it was still asked about, and counts',
    async (hours) => {
      const tenant = await aTenant(here);
      const id = await ask(tenant);
      await runs(tenant, id);
      expect(Number(orderOf(id)?.timeout)).toBe(24 * 3_600); // their side ends the link, too
      await at(hours, async () => {
        await forget(id);
        await runs(tenant, id);
        expect([await stateOf(tenant, id), await isAskedAgain(id)]).toEqual(['open', true]);
        outside.faults.silent = true;
        await becomes(id, 'paid');
        await runs(tenant, id);
        expect([await stateOf(tenant, id), (await entries(tenant)).length]).toEqual(['paid', 1]);
        await forget(id);
        await runs(tenant, id);
        expect(await isAskedAgain(id)).toBe(false);
      });
    },
  );

  it('when the gateway never says what became of a link, then it is not asked for ever, and it is logged', async () => {
    const tenant = await aTenant(here);
    const id = await ask(tenant);
    await runs(tenant, id);
    await at(31 * 24, async () => {
      await forget(id);
      await runs(tenant, id);
      expect([await stateOf(tenant, id), await isAskedAgain(id)]).toEqual(['cancelled', false]);
    });
    expect(logged).toContain('payment.unsettled');
    await becomes(id, 'paid'); // its word is still heard
    await runs(tenant, id);
    expect([await stateOf(tenant, id), (await entries(tenant)).length]).toEqual(['paid', 1]);
  });

  it('when it was refused and then paid after all, then it counts', async () => {
    const tenant = await aTenant(here);
    const id = await ask(tenant);
    await runs(tenant, id);
    await becomes(id, 'refused');
    await forget(id);
    await runs(tenant, id);
    expect([await stateOf(tenant, id), await isAskedAgain(id)]).toEqual(['refused', true]);
    const order = orderOf(id);
    if (order) order.state = 'paid';
    await runs(tenant, id);
    expect([await stateOf(tenant, id), (await entries(tenant)).length]).toEqual(['paid', 1]);
  });

  it('when the gateway stays away, then no link is asked for without end, and it is logged', async () => {
    const tenant = await aTenant(here);
    outside.faults.down = true;
    const id = await ask(tenant);
    await runs(tenant, id);
    expect([await stateOf(tenant, id), await isAskedAgain(id)]).toEqual(['asked', true]);
    await at(7, async () => {
      await forget(id);
      await runs(tenant, id);
    });
    expect([await stateOf(tenant, id), await isAskedAgain(id)]).toEqual(['failed', false]);
    expect(logged).toContain('payment.unreachable');
  });

  it('when it is pressed twice at once, then one link is asked for', async () => {
    const tenant = await aTenant(here);
    const [one, two] = await Promise.all([ask(tenant), ask(tenant)]);
    expect(one).toBe(two);
    expect(await ask(tenant, 200_000)).not.toBe(one);
  });

  it('when somebody else asks, or for an amount that is none, then it is refused; another customer’s is not found', async () => {
    const [tenant, other] = [await aTenant(here), await aTenant(here)];
    const asks = (amount: number, by = owner) =>
      here.in(tenant.id, (tx) => here.payments.ask(tx, { amount }, by, start));
    await expect(asks(100_000, operator)).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    for (const amount of [0, -1, 1.5, 10 ** 12, Number.NaN])
      await expect(asks(amount)).rejects.toMatchObject({ code: 'PAYMENT_AMOUNT' });
    const id = await asks(100_000);
    await expect(here.in(other.id, (tx) => here.payments.get(tx, id))).rejects.toMatchObject({
      code: 'PAYMENT_NOT_FOUND',
    });
    expect(await here.in(other.id, (tx) => paymentsTable.get(tx, id))).toBeUndefined();
  });

  it('when our request was altered on its way, then the gateway does not take it', async () => {
    const settings = { PAYMENT_URL: `${url}/pay/api`, PAYMENT_KEY: 'sim-pay-key', PAYMENT_SECRET: 'another' };
    const order = { id: 'x', subject: 's', amount: 1, currency: 'CLP', mail: 'a@b.cl', seconds: 60 };
    expect(await gatewayOf(settings, url)?.open(order)).toEqual({ outcome: 'refused' });
    expect(gatewayOf({ PAYMENT_URL: url }, url)).toBeUndefined();
  });
});
