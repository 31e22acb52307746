import { say } from '../../../src/conversation/texts';
import { type Cost, costs } from '../../../src/domain/billing/costs.service';
import { noteCharges } from '../../../src/domain/delivery/charged.table';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTenant,
  batchOf,
  people,
  RecordingChannel,
  reaches,
  start,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
const channel = new RecordingChannel();

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel });
  here.start();
});
beforeEach(() => {
  here.clock.at = start;
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

type Tenant = Awaited<ReturnType<typeof aTenant>>;
const sql = (tenant: Tenant, text: string, ...bind: unknown[]) =>
  here.in(tenant.id, (tx) => tx.query<Record<string, unknown>>(text, bind));
const lines = (cost: Cost | undefined) =>
  Object.fromEntries(
    (cost?.lines ?? []).map(({ country, messages, cost: { amount } }) => [country, [messages, amount]]),
  );
const estimate = (tenant: Tenant, id: string, now = start) => here.in(tenant.id, (tx) => costs.estimate(tx, id, now));
const actual = (tenant: Tenant, id: string) => here.in(tenant.id, (tx) => costs.actual(tx, id));

/** Three in Chile, two in Brazil, one in Germany; and one in Chile who may not be written to. */
async function town(): Promise<Tenant> {
  const tenant = await aTenant(here);
  const all = await people(here, tenant.id, 6);
  await people(here, tenant.id, 1, { consented: false });
  for (const [country, of] of Object.entries({ BR: all.slice(3, 5), DE: all.slice(5) }))
    for (const [table, id] of [
      ['contact', 'id'],
      ['standing', 'contact_id'],
    ])
      await sql(tenant, `UPDATE ${table} SET country = $1 WHERE ${id} = ANY($2::uuid[])`, country, of);
  return tenant;
}

describe('what a campaign costs', () => {
  it('when it is a draft, then everybody who can be written to is counted at the price of their country', async () => {
    const tenant = await town();
    const draft = await aCampaign(here, tenant.id, { until: 'drafted' });
    const cost = await estimate(tenant, draft.id);
    expect(lines(cost)).toEqual({ CL: [3, 42], BR: [2, 23], DE: [1, 25] });
    expect(cost?.total).toEqual({ amount: 90, currency: 'CLP' });
  });

  it('when it waits for a day with another price, then that price is said', async () => {
    const tenant = await town();
    await sql(
      tenant,
      "INSERT INTO rate VALUES ($1, 'whatsapp', 'MARKETING', '*', 100, 'CLP', '2026-12-20')",
      tenant.id,
    );
    const soon = await aCampaign(here, tenant.id, { until: 'drafted' });
    const later = await aCampaign(here, tenant.id, { until: 'drafted', at: new Date('2026-12-21T15:00:00Z') });
    expect((await estimate(tenant, soon.id))?.total.amount).toBe(90);
    expect((await estimate(tenant, later.id))?.total.amount).toBe(600);
  });

  it('when each line would be rounded by itself, then the lines are the total all the same', async () => {
    const tenant = await town();
    await sql(
      tenant,
      "INSERT INTO rate VALUES ($1, 'whatsapp', 'MARKETING', '*', 10.45, 'CLP', '2026-01-01')",
      tenant.id,
    );
    const draft = await aCampaign(here, tenant.id, { until: 'drafted' });
    const cost = await estimate(tenant, draft.id);
    expect(cost?.total.amount).toBe(63); // 62.7; alone they would be 31, 21 and 10
    expect(lines(cost)).toEqual({ CL: [3, 32], BR: [2, 21], DE: [1, 10] });
  });

  it('when it goes by SMS, then every part of its words is paid', async () => {
    const tenant = await town();
    const draft = await aCampaign(here, tenant.id, { until: 'drafted' });
    const words = `Hoy 30 % en todo. ${'á'.repeat(70)} Responde BAJA para no recibir más.`;
    await sql(tenant, "UPDATE template SET channel = 'sms', body = $1, variables = '[]'", words);
    await sql(tenant, 'UPDATE standing SET reach = 7, consented = 7 WHERE consented <> 0');
    expect(lines(await estimate(tenant, draft.id))).toEqual({ CL: [3, 72], BR: [2, 72], DE: [1, 120] });
  });

  it('when it was sent, then what arrived is charged; what Meta lets go free is not, and what it filed otherwise costs as that', async () => {
    const tenant = await town();
    const campaign = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, campaign.id, 'done');
    expect((await actual(tenant, campaign.id))?.total.amount).toBe(0);
    const batch = await batchOf(here, tenant.id, campaign.id);
    await sql(tenant, "UPDATE message SET state = 'delivered' WHERE state = 'accepted'");
    expect(lines(await actual(tenant, campaign.id))).toEqual({ CL: [3, 42], BR: [2, 23], DE: [1, 25] });
    const chileans = await sql(
      tenant,
      "SELECT m.seq FROM message m JOIN contact c ON c.id = m.contact_id WHERE m.batch_id = $1 AND m.state = 'delivered' AND c.country = 'CL' ORDER BY 1",
      batch,
    );
    const charged = ['free', 'UTILITY', 'MARKETING'].map((as, at) => ({ batch, seq: String(chileans[at]?.seq), as }));
    await here.in(tenant.id, (tx) => noteCharges(tx, charged));
    expect(lines(await actual(tenant, campaign.id)).CL).toEqual([2, 22]);
    const noted = await sql(tenant, 'SELECT charged_as FROM message WHERE charged_as IS NOT NULL ORDER BY 1');
    expect(noted.map((row) => row.charged_as)).toEqual(['UTILITY', 'free']);
    const month = await here.in(tenant.id, (tx) => costs.month(tx, start));
    expect(month.cost?.total).toEqual({ amount: 70, currency: 'CLP' });
    expect(
      (await here.in(tenant.id, (tx) => costs.month(tx, new Date('2027-01-02T15:00:00Z')))).cost?.total.amount,
    ).toBe(0);
  });

  it('when people of it were erased since, then it costs what it did', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 4);
    const campaign = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, campaign.id, 'done');
    await sql(tenant, "UPDATE message SET state = 'delivered'");
    await sql(tenant, "UPDATE contact SET country = '' WHERE id IN (SELECT contact_id FROM message LIMIT 1)");
    const cost = await actual(tenant, campaign.id);
    expect([cost?.total.amount, lines(cost)['']]).toEqual([56, [1, 14]]);
  });

  it('when another customer asks for it, then it is not there', async () => {
    const tenant = await town();
    const other = await aTenant(here);
    const draft = await aCampaign(here, tenant.id, { until: 'drafted' });
    await expect(estimate(other, draft.id)).rejects.toMatchObject({ code: 'CAMPAIGN_NOT_FOUND' });
    await expect(actual(other, draft.id)).rejects.toMatchObject({ code: 'CAMPAIGN_NOT_FOUND' });
  });
});

describe('an amount of money', () => {
  it.each([
    ['es', 61_300, 'CLP', '$ 61.300'],
    ['en', 61_300, 'CLP', 'CLP 61,300'],
    ['pt', 124_050, 'BRL', 'R$ 1.240,50'],
    ['en', 9_999, 'USD', '$99.99'],
  ] as const)(
    'when it is said in %s, then %i of %s reads as it is written there',
    (language, amount, currency, said) => {
      const heard = say('{cost}', { cost: { amount, currency } }, { language, zone: 'America/Santiago' });
      expect(heard.replace(/\s/g, ' ')).toBe(said);
    },
  );
});
