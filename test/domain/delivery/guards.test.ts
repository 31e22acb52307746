import fc from 'fast-check';
import { newId } from '../../../src/data/ids';
import { guards } from '../../../src/domain/delivery/guards';
import { climbLadder, mayClimb } from '../../../src/domain/delivery/ladder';
import { climb, stepOf } from '../../../src/domain/delivery/ladder.table';
import { judgeSpikes } from '../../../src/domain/delivery/spikes';
import type { Progress } from '../../../src/domain/delivery/spikes.table';
import { pointsOf, signsOf } from '../../../src/domain/delivery/suspicion';
import { recordPapers, usualPapers } from '../../../src/domain/registers/papers';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTemplate,
  aTenant,
  batchOf,
  later,
  operator,
  owner,
  people,
  RecordingChannel,
  reaches,
  start,
  states,
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
const to = ({ providerId }: Tenant) => channel.sent.filter((one) => one.sender.id === providerId);
const sql = (tenant: Tenant, text: string, ...bind: unknown[]) =>
  here.in(tenant.id, (tx) => tx.query<Record<string, unknown>>(text, bind));
const stays = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const looks = 1_500;
const dayMs = 86_400_000;
const daysAgo = (days: number): Date => new Date(start.getTime() - days * dayMs);
const resume = (tenant: Tenant, id: string, by: typeof owner) =>
  here.in(tenant.id, (tx) => here.campaigns.resume(tx, id, by, here.clock.now()));
const leave = (tenant: Tenant, contact: string) =>
  here.in(tenant.id, (tx) =>
    here.consent.withdraw(tx, contact, { source: 'person', evidence: 'x', now: here.clock.now() }),
  );

describe('a campaign that many leave, or that fails', () => {
  const counts = fc.record({ tried: fc.nat(5_000), failed: fc.nat(5_000), reached: fc.nat(5_000), gone: fc.nat(500) });
  const none: Progress = { tried: 0, failed: 0, reached: 0, gone: 0 };

  it('when any figures are judged, then it is held exactly where the whole or its last window is too much', () => {
    fc.assert(
      fc.property(counts, counts, fc.boolean(), (before, since, isAgain) => {
        const whole = Object.fromEntries(
          Object.entries(before).map(([key, n]) => [key, n + since[key as keyof Progress]]),
        ) as unknown as Progress;
        const again = isAgain ? guards.spikes.again : 1;
        const isMuch = (
          { percent, fewest, count }: (typeof guards.spikes)['OPT_OUT_SPIKE'],
          cases: number,
          of: number,
        ) => of >= fewest && cases >= count && cases / of > (percent * again) / 100;
        const optOuts = [whole, since].some(({ gone, reached }) => isMuch(guards.spikes.OPT_OUT_SPIKE, gone, reached));
        const failures = [whole, since].some(({ failed, tried }) => isMuch(guards.spikes.FAILURE_SPIKE, failed, tried));
        const found = judgeSpikes(whole, before, isAgain ? ['OPT_OUT_SPIKE', 'FAILURE_SPIKE'] : []);
        expect(found?.code).toBe(optOuts ? 'OPT_OUT_SPIKE' : failures ? 'FAILURE_SPIKE' : undefined);
      }),
    );
    expect(judgeSpikes({ ...none, reached: 99, gone: 99 }, none, [])).toBeUndefined();
  });

  it('A17: when more than 1.5 % leave, then it is held by itself within a second; two people let it go on', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 30 });
    const all = await people(here, tenant.id, 240);
    const campaign = await aCampaign(here, tenant.id);
    await eventually(() => expect(to(tenant).length).toBeGreaterThan(110), { within: 30_000 });
    const reached = await sql(
      tenant,
      "SELECT contact_id FROM message WHERE batch_id > 0 AND state = 'accepted' LIMIT 6",
    );
    for (const { contact_id: contact } of reached) await leave(tenant, String(contact));
    // Once more, a minute later: it counts once.
    here.clock.at = later(1);
    for (const { contact_id: contact } of reached) await leave(tenant, String(contact));
    const before = to(tenant).length;
    const held = await reaches(here, tenant.id, campaign.id, 'held');
    expect(held.heldWhy).toBe('OPT_OUT_SPIKE');
    expect(await sql(tenant, 'SELECT sum(n)::int AS n FROM campaign_left')).toEqual([{ n: 6 }]);
    await stays(looks);
    const sent = to(tenant).length;
    // A look at it is half a second away at most; of a busy machine twice that.
    expect(sent - before).toBeLessThan(30 * 2);
    expect(sent).toBeLessThan(all.length);
    await resume(tenant, campaign.id, operator);
    await expect(resume(tenant, campaign.id, operator)).rejects.toMatchObject({ code: 'RESUME_NEEDS_ANOTHER' });
    await stays(looks);
    expect(to(tenant)).toHaveLength(sent);
  });

  it('A17: when most of it fails, then it is held; a failure here and there holds nothing', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 100 });
    await people(here, tenant.id, 150);
    let turn = 0;
    channel.answer = (sent) =>
      turn++ % 2 === 0
        ? { outcome: 'refused', code: 'WHATSAPP_131026', treatment: 'permanent' }
        : { outcome: 'accepted', providerId: `wamid.${sent.reference}` };
    const campaign = await aCampaign(here, tenant.id);
    const held = await reaches(here, tenant.id, campaign.id, 'held');
    channel.answer = (sent) => ({ outcome: 'accepted', providerId: `wamid.${sent.reference}` });
    expect(held.heldWhy).toBe('FAILURE_SPIKE');
    const [hold] = await sql(tenant, 'SELECT code, percent, sent FROM guard_hold');
    expect(hold?.percent as number).toBeGreaterThan(guards.spikes.FAILURE_SPIKE.percent);
  });
});

describe('an account that somebody else uses', () => {
  /** A company of two months that has sent before, by people who have long been there. */
  async function shop(): Promise<Tenant> {
    const tenant = await aTenant(here, { ratePerSecond: 100 });
    await sql(tenant, 'UPDATE tenant SET created_at = $1', daysAgo(60));
    for (const [id, name, since] of [
      [operator.id, 'Camila', 50],
      [owner.id, 'Diego', 60],
    ] as const)
      await member(tenant, id, name, daysAgo(since));
    return tenant;
  }
  const member = (tenant: Tenant, id: string, name: string, since: Date) =>
    sql(
      tenant,
      `INSERT INTO member (tenant_id, id, team, slack_user, name, roles, created_at) VALUES ($1, $2, 'T1', $3, $4, '{operator,approver}', $5)`,
      tenant.id,
      id,
      `U${name}`,
      name,
      since,
    );
  const thief = { id: newId(start), roles: ['operator'] };
  const helper = { id: newId(start), roles: ['approver'] };
  async function thieves(tenant: Tenant): Promise<void> {
    await member(tenant, thief.id, 'Malo', later(-20));
    await member(tenant, helper.id, 'Peor', later(-10));
  }
  async function sends(tenant: Tenant, body?: string, by = thief, approver = helper) {
    const template = await aTemplate(here, tenant.id, { name: `promo_${newId().slice(-6)}` });
    if (body)
      await sql(tenant, 'UPDATE template SET body = $2, changed_at = $3 WHERE id = $1', template, body, later(-5));
    return here.in(tenant.id, async (tx) => {
      const group = await here.audience.addSegment(tx, { name: newId(), key: 'region', value: 'RM' }, start);
      const now = here.clock.now();
      const draft = await here.campaigns.draft(tx, { template, segment: group }, by, now);
      const asked = await here.campaigns.askApproval(tx, draft.id, draft.version, by, now);
      return here.campaigns.approve(tx, asked.id, asked.version, approver, now);
    });
  }

  it('A17: when two who joined minutes ago send everybody to a page nobody knows, then it is held before 50 messages, and they can’t let it go on', async () => {
    const tenant = await shop();
    await people(here, tenant.id, 120);
    await reaches(here, tenant.id, (await sends(tenant, undefined, operator, owner)).id, 'done');
    await thieves(tenant);
    const before = to(tenant).length;
    await sql(tenant, 'UPDATE sending_limit SET promotions_a_week = NULL');
    const stolen = await sends(
      tenant,
      'Ganaste {{1}}: {{2}}, reclama en https://premios-hoy.cl/x. Responde BAJA para no recibir más.',
    );
    const held = await reaches(here, tenant.id, stolen.id, 'held');
    expect(held.heldWhy).toBe('TAKEOVER_SUSPECTED');
    await stays(looks);
    expect(to(tenant).length - before).toBeLessThanOrEqual(50);
    const [seen] = await sql(tenant, 'SELECT signs FROM campaign_suspicion WHERE campaign_id = $1', stolen.id);
    expect(seen?.signs).toEqual(
      expect.arrayContaining(['new_author', 'new_approver', 'new_domain', 'new_template', 'first_campaign']),
    );
    for (const by of [thief, helper])
      await expect(resume(tenant, stolen.id, by)).rejects.toMatchObject({ code: 'RESUME_TOO_NEW' });
    // Whoever has long been there may say that it was theirs.
    await resume(tenant, stolen.id, operator);
    await resume(tenant, stolen.id, owner);
    await reaches(here, tenant.id, stolen.id, 'done');
  });

  it('A17: when an ordinary first campaign goes to everybody of a company that is new, then nothing holds it', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 400 });
    await sql(tenant, 'DELETE FROM sending_ladder');
    await member(tenant, operator.id, 'Camila', start);
    await member(tenant, owner.id, 'Diego', start);
    await people(here, tenant.id, 300);
    const campaign = await sends(
      tenant,
      'Hola {{1}}, abrimos: {{2}} en https://tienda-nueva.cl. Responde BAJA para no recibir más.',
      operator,
      owner,
    );
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(300);
    expect(guards.ladder.steps[0]).toBeGreaterThanOrEqual(5_000);
  });

  it('when a company is new itself, then newness says nothing, whatever else is seen', () => {
    const seen = {
      ...{
        companySince: daysAgo(1),
        zone: 'America/Santiago',
        authorSince: start,
        approverSince: start,
        templateSince: start,
      },
      ...{ authorHasSent: false, draftsInHour: 1, people: 5_000, allPeople: 5_000, largestBefore: 0, wordsBefore: [] },
    };
    expect(signsOf(seen, ['tienda.cl'], start, start)).toEqual(['everybody']);
    expect(pointsOf(signsOf({ ...seen, companySince: daysAgo(60) }, ['tienda.cl'], start, start))).toBeGreaterThan(
      guards.suspicion.limit,
    );
    // Somebody new on an old team, in daylight, approved by somebody who has long been there: ordinary work.
    const hired = {
      ...seen,
      companySince: daysAgo(60),
      approverSince: daysAgo(40),
      wordsBefore: ['https://tienda.cl'],
    };
    expect(pointsOf(signsOf(hired, ['tienda.cl'], start, start))).toBeLessThan(guards.suspicion.limit);
  });
});

describe('what is stopped', () => {
  it.each([
    ['everything of the company', () => ({ scope: 'company', what: '' }) as const, 'COMPANY_STOPPED'],
    ['its channel', () => ({ scope: 'channel', what: 'whatsapp' }) as const, 'CHANNEL_STOPPED'],
    ['its number', ({ sender }: Tenant) => ({ scope: 'sender', what: sender }) as const, 'SENDER_STOPPED'],
  ])(
    'when %s is stopped while it is sent, then nothing more leaves; two people let it go on',
    async (_, keyOf, code) => {
      const tenant = await aTenant(here, { ratePerSecond: 40 });
      await people(here, tenant.id, 60);
      const key = keyOf(tenant);
      const campaign = await aCampaign(here, tenant.id);
      await eventually(() => expect(to(tenant).length).toBeGreaterThan(3));
      const { stops } = here;
      await here.in(tenant.id, (tx) => stops.stop(tx, key, operator, start));
      await stays(1_000);
      const sent = to(tenant).length;
      await stays(looks);
      expect(to(tenant)).toHaveLength(sent);
      expect(sent).toBeLessThan(60);
      const view = await here.in(tenant.id, (tx) => here.campaigns.get(tx, campaign.id, start));
      expect(view.obstacles[0]?.code).toBe(code);
      const go = (by: typeof owner) => here.in(tenant.id, (tx) => stops.resume(tx, key, by, start));
      const approver = { id: owner.id, roles: ['approver'] };
      await sql(
        tenant,
        `INSERT INTO member (tenant_id, id, team, slack_user, name, roles, created_at) VALUES ($1, $2, 'T1', 'U1', 'Camila', '{operator}', now())`,
        tenant.id,
        operator.id,
      );
      expect(await go(operator)).toBe('asked');
      await expect(go(operator)).rejects.toMatchObject({ code: 'RESUME_NEEDS_ANOTHER' });
      expect(await go(approver)).toBe('resumed');
      await expect(go(approver)).rejects.toMatchObject({ code: 'STOP_NOT_FOUND' });
      await reaches(here, tenant.id, campaign.id, 'done');
      expect(to(tenant)).toHaveLength(60);
    },
  );

  it('when everything is stopped for everybody, then no customer’s campaign leaves, no member lets go, and it goes on when it is over', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 3);
    const platform = { id: owner.id, roles: ['platform'] };
    await here.in(tenant.id, async (tx) => {
      await expect(here.stops.stopHouse(tx, '*', owner, start)).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
      await here.stops.stopHouse(tx, '*', platform, start);
    });
    try {
      const campaign = await aCampaign(here, tenant.id);
      await stays(looks);
      expect(await states(here, tenant.id, campaign.id)).toEqual({ planned: 3 });
      await expect(sql(tenant, 'DELETE FROM edge.sending_stop')).rejects.toThrow(/permission denied/);
      await here.database.withSystem('resolver', (tx) => tx.query('DELETE FROM edge.sending_stop'));
      await reaches(here, tenant.id, campaign.id, 'done');
    } finally {
      await here.database.withSystem('resolver', (tx) => tx.query('DELETE FROM edge.sending_stop'));
    }
  });

  it('when a viewer stops, or somebody names another customer’s number, then it is refused', async () => {
    const [one, other] = [await aTenant(here), await aTenant(here)];
    const stop = (by: typeof owner, what: string) =>
      here.in(one.id, (tx) => here.stops.stop(tx, { scope: 'sender', what }, by, start));
    await expect(stop({ id: owner.id, roles: ['viewer'] }, one.sender)).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    await expect(stop(owner, other.sender)).rejects.toMatchObject({ code: 'ACTION_INVALID' });
    expect(await stop(owner, one.sender)).toBe(true);
    expect(await stop(owner, one.sender)).toBe(false);
  });
});

describe('how much a new company may send', () => {
  const conduct = fc.record({
    day: fc.nat(20_000),
    tried: fc.nat(10_000),
    failed: fc.nat(2_000),
    reached: fc.nat(10_000),
    gone: fc.nat(500),
    held: fc.nat(2),
  });

  it('when it climbs, then it had used its step, and neither failures nor people who left nor a guard spoke against it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...guards.ladder.steps), conduct, (cap, seen) => {
        const isGood = seen.held === 0 && seen.failed <= seen.tried * 0.05 && seen.gone <= seen.reached * 0.01;
        expect(mayClimb(cap, seen)).toBe(isGood && seen.day >= cap / 2);
      }),
    );
  });

  it('when the day’s cap is reached, then the rest waits, and goes on the next day; it climbs at most once a day', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 200 });
    await people(here, tenant.id, 12);
    const [first = 0] = guards.ladder.steps;
    await here.in(tenant.id, async (tx) => {
      await climb(tx, 0, daysAgo(3));
      await tx.query(
        `INSERT INTO sending_count (tenant_id, sender_id, hour, shard, messages, cost) VALUES ($1, $2, date_trunc('hour', $3::timestamptz), 0, $4, 0)`,
        [tx.tenant, tenant.sender, start, first - 5],
      );
    });
    const campaign = await aCampaign(here, tenant.id);
    await eventually(() => expect(to(tenant)).toHaveLength(5));
    await stays(looks);
    expect(to(tenant)).toHaveLength(5);
    const view = await here.in(tenant.id, (tx) => here.campaigns.get(tx, campaign.id, start));
    expect(view.obstacles.map(({ code }) => code)).toEqual(['NEW_COMPANY_CAP']);
    const up = () => here.in(tenant.id, (tx) => climbLadder(tx, here.clock.now()));
    expect([await up(), await up()]).toEqual([true, false]);
    expect((await here.in(tenant.id, stepOf)).step).toBe(1);
    await reaches(here, tenant.id, campaign.id, 'done');
    await here.in(tenant.id, (tx) => recordPapers(tx, usualPapers('Ana', start), 'system:test', start));
    expect((await here.in(tenant.id, stepOf)).step).toBeNull();
  });
});

describe('a link that may not be sent', () => {
  it('when it stands in a template, then no approval can be asked and the draft names it; in a name, then that message does not leave', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 1, { name: 'Rosa' });
    await people(here, tenant.id, 1, { name: 'bit.ly/premio' });
    const template = await aTemplate(here, tenant.id);
    await sql(
      tenant,
      "UPDATE template SET body = 'Hola {{1}}, {{2}} en http://1.2.3.4/x. Responde BAJA para no recibir más.'",
    );
    const draft = await aCampaign(here, tenant.id, { template, until: 'drafted' });
    expect(draft.obstacles).toEqual([
      expect.objectContaining({ code: 'LINK_REFUSED', why: 'house', seen: 'http://1.2.3.4/x' }),
    ]);
    const ask = here.in(tenant.id, (tx) => here.campaigns.askApproval(tx, draft.id, draft.version, operator, start));
    await expect(ask).rejects.toMatchObject({ code: 'CAMPAIGN_OBSTRUCTED' });
    await sql(tenant, "UPDATE template SET body = 'Hola {{1}}, {{2}}. Responde BAJA para no recibir más.'");
    const campaign = await aCampaign(here, tenant.id, { template });
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant).map(({ variables: [name] }) => name)).toEqual(['Rosa']);
    const batch = await batchOf(here, tenant.id, campaign.id);
    const rows = await sql(tenant, "SELECT reason FROM message WHERE batch_id = $1 AND state = 'failed'", batch);
    expect(rows).toEqual([{ reason: 'LINK_REFUSED' }]);
  });
});
