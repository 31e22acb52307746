import { randomBytes } from 'node:crypto';
import { newId } from '../../../src/data/ids';
import { personAnswers } from '../../../src/domain/delivery/explain';
import { papersTable } from '../../../src/domain/registers/papers.table';
import { eventually } from '../../support/eventually';
import { aPhone } from '../../support/ground';
import { type Installation, install } from '../../support/installation';
import {
  aCampaign,
  aPerson,
  aTemplate,
  aTenant,
  operator,
  owner,
  people,
  RecordingChannel,
  reaches,
  start,
  states,
  type World,
} from '../../support/world';

let house: Installation;
let here: World;
const channel = new RecordingChannel();

beforeAll(async () => {
  house = await install({ channel });
  here = house.here;
  here.start();
});
beforeEach(() => {
  here.clock.at = start;
});
afterAll(() => house?.close());

type Tenant = Awaited<ReturnType<typeof aTenant>>;
const to = ({ providerId }: Tenant) => channel.sent.filter((one) => one.sender.id === providerId);
const sql = (tenant: Tenant, text: string, ...bind: unknown[]) =>
  here.in(tenant.id, (tx) => tx.query<Record<string, unknown>>(text, bind));
const view = (tenant: Tenant, id: string) => here.in(tenant.id, (tx) => here.campaigns.get(tx, id, here.clock.now()));
const codes = async (tenant: Tenant, id: string) => (await view(tenant, id)).obstacles.map(({ code }) => code);
const hour = (iso: string): Date => new Date(iso);
const stays = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const looks = 1_500; // three looks of the one who tends a campaign

describe('what a customer has on record', () => {
  it.each([
    ['the contract', 'DELETE FROM contract', 'CONTRACT_MISSING'],
    ['whom it authorised', 'DELETE FROM subprocessor_authorisation', 'SUBPROCESSOR_NOT_AUTHORISED'],
    ['the transfer', 'DELETE FROM transfer', 'TRANSFER_MISSING'],
    ['its purpose', 'DELETE FROM declared_purpose', 'PURPOSE_UNDECLARED'],
    ['its basis', 'UPDATE declared_purpose SET basis = NULL', 'NO_BASIS'],
  ])('T-PRO-1: when %s is missing, then no approval can be asked, and the draft says why', async (_, loses, code) => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 2);
    await sql(tenant, loses);
    const draft = await aCampaign(here, tenant.id, { until: 'drafted' });
    expect(draft.obstacles[0]).toMatchObject({ code, why: 'law', halts: true });
    const ask = here.in(tenant.id, (tx) => here.campaigns.askApproval(tx, draft.id, draft.version, operator, start));
    await expect(ask).rejects.toMatchObject({ code: 'CAMPAIGN_OBSTRUCTED' });
    expect(to(tenant)).toHaveLength(0);
  });

  it('T-PRO-2: when an authorisation is taken back while it is sent, then no more goes that way; given again, it goes on', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 20 });
    await people(here, tenant.id, 40);
    const campaign = await aCampaign(here, tenant.id);
    await eventually(() => expect(to(tenant).length).toBeGreaterThan(3));
    await here.in(tenant.id, (tx) => papersTable.revoke(tx, 'meta', start));
    expect((await reaches(here, tenant.id, campaign.id, 'held')).heldWhy).toBe('SUBPROCESSOR_NOT_AUTHORISED');
    const sent = to(tenant).length;
    await stays(looks);
    expect(to(tenant)).toHaveLength(sent);
    await here.in(tenant.id, (tx) => papersTable.authorise(tx, 'meta', 'member:x', start));
    await here.in(tenant.id, (tx) => here.campaigns.resume(tx, campaign.id, operator, start));
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(40);
  });
});

describe('what is sent', () => {
  it('T-CAMP-1: when a promotion does not say how to leave, then it is refused', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 1);
    const template = await aTemplate(here, tenant.id);
    await sql(tenant, "UPDATE template SET body = 'Hola {{1}}, hoy 30 %.', stop_word = NULL WHERE id = $1", template);
    const draft = await aCampaign(here, tenant.id, { template, until: 'drafted' });
    expect(draft.obstacles).toEqual([
      expect.objectContaining({ code: 'NO_OPT_OUT_TEXT', rule: 'T-CAMP-1 · L-2', why: 'law' }),
    ]);
    await expect(
      here.in(tenant.id, (tx) => here.campaigns.askApproval(tx, draft.id, draft.version, operator, start)),
    ).rejects.toMatchObject({ code: 'CAMPAIGN_OBSTRUCTED' });
  });

  it.each([
    ['rates it red', "quality = 'RED'", 'TEMPLATE_QUALITY'],
    ['files it under another category', "category = 'UTILITY'", 'NO_BASIS'],
  ])(
    'when the provider %s after the approval, then nothing of it leaves and the campaign waits',
    async (_, change, code) => {
      const tenant = await aTenant(here);
      await people(here, tenant.id, 3);
      const template = await aTemplate(here, tenant.id);
      const campaign = await aCampaign(here, tenant.id, { template, at: hour('2026-12-01T15:00:00Z') });
      await sql(tenant, `UPDATE template SET ${change} WHERE id = $1`, template);
      here.clock.at = hour('2026-12-01T15:00:00Z');
      expect((await reaches(here, tenant.id, campaign.id, 'held')).heldWhy).toBe(code);
      expect(to(tenant)).toHaveLength(0);
    },
  );
});

describe('hours', () => {
  const sunday = hour('2026-12-06T15:00:00Z');
  const monday = hour('2026-12-07T12:00:00Z'); // nine in Santiago

  it('T-CAMP-2: when it is Sunday, then nothing leaves and nobody is left out; on Monday at nine it goes by itself', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 12);
    here.clock.at = sunday;
    const campaign = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, campaign.id, 'sending');
    await stays(looks);
    expect(to(tenant)).toHaveLength(0);
    expect(await view(tenant, campaign.id)).toMatchObject({
      leftOut: [],
      queued: 12,
      obstacles: [{ code: 'QUIET_HOURS', why: 'setting', until: monday, lifts: true }],
    });
    here.clock.at = new Date(monday.getTime() - 1_000);
    await stays(looks);
    expect(to(tenant)).toHaveLength(0);
    here.clock.at = monday;
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(12);
  });

  it('when its owner lifts the company’s own hours, then it goes at once; nobody else may, nor anybody the law’s', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 3);
    const inUs = await aPerson(here, tenant.id, { identity: { phone: '+12125550123' } });
    await sql(tenant, "UPDATE contact SET country = 'US', zone = 'America/New_York' WHERE id = $1", inUs);
    here.clock.at = hour('2026-12-07T01:30:00Z'); // Sunday 22:30 in Santiago, 20:30 in New York
    const campaign = await aCampaign(here, tenant.id);
    await eventually(() => expect(to(tenant)).toHaveLength(1));
    here.clock.at = hour('2026-12-07T02:00:00Z'); // 21:00 in New York
    const lift = (by: typeof owner) =>
      here.in(tenant.id, (tx) => here.campaigns.lift(tx, campaign.id, 'QUIET_HOURS', by, here.clock.now()));
    await expect(lift(operator)).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    await lift(owner);
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(4);
    const unlawful = (code: string) =>
      here.in(tenant.id, (tx) => here.campaigns.lift(tx, campaign.id, code, owner, here.clock.now()));
    for (const code of ['NO_CONSENT', 'OPTED_OUT', 'MESSAGING_LIMIT', 'NO_OPT_OUT_TEXT', 'nothing'])
      await expect(unlawful(code)).rejects.toMatchObject({ code: 'ACTION_INVALID' });
  });

  it.each([
    ['07:59', '2026-12-01T12:59:00Z', 0],
    ['08:00', '2026-12-01T13:00:00Z', 1],
    ['20:59', '2026-12-02T01:59:00Z', 1],
    ['21:00', '2026-12-02T02:00:00Z', 0],
  ])(
    'T-CAMP-4: when it is %s where somebody in the United States is, then so many get it, whatever its owner lifts',
    async (_, now, count) => {
      const tenant = await aTenant(here);
      const contact = await aPerson(here, tenant.id, { identity: { phone: aPhone() } });
      await sql(tenant, "UPDATE contact SET country = 'US', zone = 'America/New_York' WHERE id = $1", contact);
      here.clock.at = hour(now);
      const campaign = await aCampaign(here, tenant.id);
      await sql(
        tenant,
        "INSERT INTO lifted_rule (tenant_id, campaign_id, code, lifted_by, lifted_at) VALUES ($1, $2, 'QUIET_HOURS', $3, $4)",
        tenant.id,
        campaign.id,
        newId(),
        start,
      );
      if (count === 1) await reaches(here, tenant.id, campaign.id, 'done');
      else await stays(looks);
      expect(to(tenant)).toHaveLength(count);
    },
  );
});

describe('limits', () => {
  it('when two campaigns begin at once and the week takes one promotion, then each person gets one, whichever comes first', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 400 });
    await sql(tenant, 'INSERT INTO sending_limit (tenant_id, promotions_a_week) VALUES ($1, 1)', tenant.id);
    const segment = randomBytes(4).toString('hex');
    await people(here, tenant.id, 60, { segment });
    const both = [
      await aCampaign(here, tenant.id, { segment, until: 'asked' }),
      await aCampaign(here, tenant.id, { segment, until: 'asked' }),
    ];
    await Promise.all(
      both.map(({ id, version }) => here.in(tenant.id, (tx) => here.campaigns.approve(tx, id, version, owner, start))),
    );
    for (const { id } of both) await reaches(here, tenant.id, id, 'done');
    const phones = to(tenant).map((one) => one.to.phone);
    expect([phones.length, new Set(phones).size]).toEqual([60, 60]);
    const [one, second] = [
      await states(here, tenant.id, both[0]?.id ?? ''),
      await states(here, tenant.id, both[1]?.id ?? ''),
    ];
    expect((one.cancelled ?? 0) + (second.cancelled ?? 0)).toBe(60);
    const reasons = await sql(tenant, "SELECT DISTINCT reason FROM message WHERE state = 'cancelled'");
    expect(reasons).toEqual([{ reason: 'FREQUENCY_CAP' }]);
    // The next one leaves them out from the beginning; a week later it does not.
    const draft = await aCampaign(here, tenant.id, { segment, until: 'drafted' });
    expect(draft.leftOut).toEqual([{ code: 'FREQUENCY_CAP', count: 60 }]);
    const other = await aCampaign(here, tenant.id, { segment, until: 'drafted' });
    const lifted = await here.in(tenant.id, (tx) => here.campaigns.lift(tx, other.id, 'FREQUENCY_CAP', owner, start));
    expect(lifted).toMatchObject({ sendable: 60, leftOut: [] });
    here.clock.at = new Date(start.getTime() + 8 * 86_400_000);
    expect(await view(tenant, draft.id)).toMatchObject({ sendable: 60, leftOut: [] });
  });

  it('when the number may begin with so many a day, then no more leave; a day later it goes on by itself', async () => {
    const tenant = await aTenant(here);
    await sql(tenant, 'UPDATE sender SET messaging_limit = 10');
    await people(here, tenant.id, 25);
    const campaign = await aCampaign(here, tenant.id);
    for (const [day, sent] of [
      [0, 10],
      [2, 20],
      [6, 25],
    ] as const) {
      here.clock.at = new Date(start.getTime() + day * 86_400_000);
      await eventually(() => expect(to(tenant)).toHaveLength(sent));
      await stays(looks);
      expect(to(tenant)).toHaveLength(sent);
      if (sent < 25) expect(await codes(tenant, campaign.id)).toEqual(['MESSAGING_LIMIT']);
    }
    await reaches(here, tenant.id, campaign.id, 'done');
  });

  it('when the month’s money is spent, then it waits for somebody; its owner lifts it and it goes on', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 40 });
    await sql(tenant, 'INSERT INTO sending_limit (tenant_id, cost_a_month) VALUES ($1, 500)', tenant.id);
    await sql(tenant, "INSERT INTO rate VALUES ($1, 'whatsapp', 'MARKETING', '*', 100, 'CLP')", tenant.id);
    await people(here, tenant.id, 20);
    const campaign = await aCampaign(here, tenant.id);
    const held = await reaches(here, tenant.id, campaign.id, 'held');
    expect(held.heldWhy).toBe('COST_CEILING');
    expect(to(tenant).length).toBeLessThan(20);
    const resume = () => here.in(tenant.id, (tx) => here.campaigns.resume(tx, campaign.id, operator, start));
    await here.in(tenant.id, (tx) => here.campaigns.lift(tx, campaign.id, 'COST_CEILING', owner, start));
    await resume();
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(20);
    const [spent] = await sql(
      tenant,
      'SELECT sum(cost)::int AS cost, sum(messages)::int AS messages FROM sending_count',
    );
    expect(spent).toEqual({ cost: 2_000, messages: 20 });
  });

  it('when somebody wants one a week or a break, then they are left out until then', async () => {
    const tenant = await aTenant(here);
    const calm = await aPerson(here, tenant.id);
    const away = await aPerson(here, tenant.id);
    await sql(tenant, "UPDATE contact SET frequency = 'weekly' WHERE id = $1", calm);
    await sql(
      tenant,
      'UPDATE contact SET paused_until = $2 WHERE id = $1',
      away,
      new Date(start.getTime() + 86_400_000),
    );
    const first = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, first.id, 'done');
    const second = await aCampaign(here, tenant.id, { until: 'drafted' });
    const reasons = async () =>
      here.in(tenant.id, async (tx) => {
        const refusing: string[][] = [];
        for (const contact of [calm, away]) {
          const of = { purpose: 'marketing', channel: 'whatsapp', lifted: [] } as const;
          const answers = await personAnswers(tx, contact, of, here.clock.now());
          refusing.push(answers.filter(({ answer }) => answer === 'refuses').map(({ code }) => code));
        }
        return refusing;
      });
    expect(await reasons()).toEqual([['CHOSEN_FREQUENCY'], ['PAUSED_BY_PERSON']]);
    expect(second.leftOut).toContainEqual({ code: 'CHOSEN_FREQUENCY', count: 1 });
    here.clock.at = new Date(start.getTime() + 8 * 86_400_000);
    expect(await reasons()).toEqual([[], []]);
  });
});
