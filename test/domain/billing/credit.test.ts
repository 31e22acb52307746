import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTenant,
  operator,
  people,
  RecordingChannel,
  reaches,
  start,
  type World,
  wire,
} from '../../support/world';
import { sqlOf, type Tenant } from './money-world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
const channel = new RecordingChannel();
let sql: ReturnType<typeof sqlOf>;
beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel });
  here.start();
  sql = sqlOf(here);
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const to = (tenant: Tenant) => channel.sent.filter(({ sender }) => sender.id === tenant.providerId);
const pays = (tenant: Tenant, amount: number, at = start) =>
  here.in(tenant.id, (tx) => here.credit.enter(tx, { kind: 'grant', amount, by: 'system:test' }, at));
/** How often a campaign of theirs went on, or somebody was asked. */
const asked = async (tenant: Tenant) => {
  const acts = await sql(
    tenant,
    "SELECT split_part(act, '.', 2) AS act, count(*)::int AS n FROM audit WHERE actor = 'system:credit' GROUP BY 1",
  );
  return Object.fromEntries(acts.map(({ act, n }) => [act, n]));
};
const state = (tenant: Tenant) => here.in(tenant.id, (tx) => here.credit.state(tx));
/** Each message costs 100 and its tax of 19. */
async function aPrepaid(amount: number, line = 0): Promise<Tenant> {
  const tenant = await aTenant(here, { ratePerSecond: 40 });
  await sql(tenant, "INSERT INTO rate VALUES ($1, 'whatsapp', 'MARKETING', '*', 100, 'CLP')", tenant.id);
  await here.in(tenant.id, (tx) => here.credit.terms(tx, { prepaid: true, line }, 'system:test', start));
  if (amount > 0) await pays(tenant, amount);
  return tenant;
}

describe('a prepaid account', () => {
  it('when its credit is used up in the midst of a campaign, then nothing more leaves, not a message below nought; paid in, it goes on where it was', async () => {
    const tenant = await aPrepaid(119 * 8);
    await people(here, tenant.id, 20);
    const campaign = await aCampaign(here, tenant.id);
    const held = await reaches(here, tenant.id, campaign.id, 'held');
    expect(held.heldWhy).toBe('CREDIT_USED_UP');
    expect(to(tenant)).toHaveLength(8);
    expect(await state(tenant)).toEqual({ left: { amount: 0, currency: 'CLP' }, level: 'over' });
    await pays(tenant, 119 * 100);
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(20);
    expect((await state(tenant))?.left.amount).toBe(119 * 88);
  });

  it('when it is paid in on another day, or when nobody may be written to any more that day, then its people are asked, once, and nothing leaves before', async () => {
    const later = [new Date(start.getTime() + 86_400_000), new Date(start.getTime() + 11 * 3_600_000)];
    for (const at of later) {
      const tenant = await aPrepaid(119);
      await people(here, tenant.id, 3);
      const { id } = await aCampaign(here, tenant.id);
      await reaches(here, tenant.id, id, 'held');
      await pays(tenant, 119 * 10, at);
      await pays(tenant, 119 * 10, at);
      expect(await here.in(tenant.id, (tx) => here.campaigns.get(tx, id, at))).toMatchObject({
        state: 'held',
        heldWhy: 'CREDIT_BACK',
      });
      expect(await asked(tenant)).toEqual({ resume_offered: 1 });
      expect(to(tenant)).toHaveLength(1);
      await here.in(tenant.id, (tx) => here.campaigns.resume(tx, id, operator, start));
      await reaches(here, tenant.id, id, 'done');
    }
  });

  it('when several payments and looks come at once, then it goes on once; of what does not reach it stays', async () => {
    const tenant = await aPrepaid(119);
    await people(here, tenant.id, 3);
    const { id } = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, id, 'held');
    await pays(tenant, -119 * 50);
    await pays(tenant, 119 * 10);
    await here.in(tenant.id, (tx) => here.goOnWithCredit(tx, start));
    expect(await asked(tenant)).toEqual({});
    await Promise.all([1, 2, 3].map(() => pays(tenant, 119 * 100)));
    await Promise.all([1, 2, 3].map(() => here.in(tenant.id, (tx) => here.goOnWithCredit(tx, start))));
    await reaches(here, tenant.id, id, 'done');
    expect(await asked(tenant)).toEqual({ resume: 1 });
    expect(to(tenant)).toHaveLength(3);
  });

  it('when it is no longer prepaid, then what stopped goes on, too', async () => {
    const tenant = await aPrepaid(119);
    await people(here, tenant.id, 2);
    const { id } = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, id, 'held');
    await here.in(tenant.id, (tx) => here.credit.terms(tx, { prepaid: false, line: 0 }, 'system:test', start));
    await reaches(here, tenant.id, id, 'done');
  });

  it('when what was taken did not arrive, then it is held against the credit until that is sure, and costs nothing then', async () => {
    const tenant = await aPrepaid(119 * 50);
    await people(here, tenant.id, 5);
    const answer = channel.answer;
    channel.answer = (sent) =>
      sent.sender.id === tenant.providerId
        ? { outcome: 'refused', code: 'WHATSAPP_131026', treatment: 'permanent' }
        : answer(sent);
    const campaign = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, campaign.id, 'done');
    channel.answer = answer;
    expect((await state(tenant))?.left.amount).toBe(119 * 45);
    const days = (count: number) => new Date(start.getTime() + count * 86_400_000);
    await here.in(tenant.id, (tx) => here.credit.recount(tx, days(1)));
    expect((await state(tenant))?.left.amount).toBe(119 * 45);
    await here.in(tenant.id, (tx) => here.credit.recount(tx, days(3)));
    expect((await state(tenant))?.left.amount).toBe(119 * 50);
  });

  it('when little is left, then it is told once a level, and again only after something was paid in', async () => {
    const tenant = await aPrepaid(119 * 100);
    const warn = () => here.in(tenant.id, (tx) => here.credit.warn(tx, start));
    const spend = (messages: number) =>
      sql(
        tenant,
        `INSERT INTO sending_count (tenant_id, sender_id, hour, shard, messages, cost) VALUES ($1, $2, $3, 0, $4, $4::int * 100)
         ON CONFLICT (tenant_id, sender_id, hour, shard) DO UPDATE SET cost = sending_count.cost + excluded.cost`,
        ...[tenant.id, tenant.sender, start, messages],
      );
    expect(await warn()).toBeUndefined();
    await spend(80);
    expect([await warn(), await warn()]).toEqual(['low', undefined]);
    await spend(15);
    // Several workers look at the same moment.
    expect((await Promise.all([warn(), warn(), warn()])).filter((level) => level)).toEqual(['last']);
    await spend(5);
    expect([await warn(), await warn()]).toEqual(['over', undefined]);
    await pays(tenant, 119 * 10);
    expect(await warn()).toBeUndefined();
    await spend(8);
    expect(await warn()).toBe('low');
  });

  it('when it may go below nought by a line, then it stops there', async () => {
    const tenant = await aPrepaid(0, 119 * 3);
    await people(here, tenant.id, 5);
    await reaches(here, tenant.id, (await aCampaign(here, tenant.id)).id, 'held');
    expect(to(tenant)).toHaveLength(3);
  });

  it('when it pays by contract, then nothing of this stops it', async () => {
    const tenant = await aTenant(here);
    await here.in(tenant.id, (tx) => here.credit.open(tx, start));
    await people(here, tenant.id, 5);
    await reaches(here, tenant.id, (await aCampaign(here, tenant.id)).id, 'done');
    expect(await state(tenant)).toBeUndefined();
  });

  it('when entries are made at once, then the balance is their sum', async () => {
    const tenant = await aPrepaid(1_000);
    await Promise.all(Array.from({ length: 8 }, (_, at) => pays(tenant, at % 2 === 0 ? 100 : -30)));
    const [row] = await sql(
      tenant,
      'SELECT a.balance::int AS balance, (SELECT sum(e.amount)::int FROM account_entry e WHERE e.tenant_id = a.tenant_id) AS sum FROM account a',
    );
    expect(row).toEqual({ balance: 1_280, sum: 1_280 });
  });
});
