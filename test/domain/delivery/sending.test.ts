import { createHash } from 'node:crypto';
import type { SendOutcome } from '../../../src/channel';
import { eventually } from '../../support/eventually';
import { aPhone } from '../../support/ground';
import { type Installation, install } from '../../support/installation';
import {
  aCampaign,
  aPerson,
  arrived,
  aTemplate,
  aTenant,
  later,
  operator,
  people,
  RecordingChannel,
  reaches,
  start,
  states,
  type World,
} from '../../support/world';

let house: Installation;
let here: World;
/** A second worker of the same installation. */
let other: World;
const channel = new RecordingChannel();
const accepted = channel.answer;

beforeAll(async () => {
  house = await install({ channel });
  here = house.here;
  other = house.another({ channel });
  here.start();
  other.start();
});
afterEach(() => {
  channel.answer = accepted;
});
afterAll(() => house?.close());

type Tenant = Awaited<ReturnType<typeof aTenant>>;
const to = ({ providerId }: Tenant) => channel.sent.filter((one) => one.sender.id === providerId);
const timesTo = (tenant: Tenant, phone: string): number => to(tenant).filter((one) => one.to.phone === phone).length;
const view = (tenant: Tenant, id: string) =>
  here.in(tenant.id, (tx) => here.campaigns.report(tx, id, here.clock.now()));

describe('a campaign on its way', () => {
  it('when it is approved, then everybody who may be written to gets it once, with their name, and it is done', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 120);
    await aPerson(here, tenant.id, { consented: false });
    const campaign = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: 120, left_out: 1 });
    expect(new Set(to(tenant).map((one) => one.to.phone)).size).toBe(120);
    expect(to(tenant)).toHaveLength(120);
    expect(to(tenant)[0]?.variables).toEqual(['Rosa', '30 %']);
    const leftOut = [{ code: 'NO_CONSENT', count: 1 }];
    expect(await view(tenant, campaign.id)).toMatchObject({ selected: 121, sendable: 120, sent: 120, leftOut });
  });

  it('when its hour has not come, then nothing leaves before', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 2);
    const campaign = await aCampaign(here, tenant.id, { at: later(60) });
    await eventually(async () => expect(await due(tenant)).toBeGreaterThan(0)); // it was looked at, and waits
    expect(to(tenant)).toHaveLength(0);
    here.clock.at = later(61);
    other.clock.at = later(61);
    await here.dispatcher.hurry('campaign');
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(2);
    here.clock.at = start;
    other.clock.at = start;
  });

  it('when the rate is limited, then no second sees more than it allows, and little of it is wasted', async () => {
    const perSecond = 20;
    const tenant = await aTenant(here, { ratePerSecond: perSecond });
    await people(here, tenant.id, 60);
    const campaign = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, campaign.id, 'done');
    const times = to(tenant).map((one) => one.at);
    const inSecondFrom = (from: number) => times.filter((at) => at >= from && at < from + 1_000).length;
    const best = Math.max(...times.map(inSecondFrom)) / perSecond;
    expect(best).toBeLessThanOrEqual(1.1);
    // A machine that stalls now and then wastes some, a rate that is badly kept wastes of every second.
    expect(best).toBeGreaterThan(0.75);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
    expect((times.length - 1) / seconds / perSecond).toBeGreaterThan(0.3);
  });

  it('when people have no proof of consent that is older than the send, then theirs never goes', async () => {
    const tenant = await aTenant(here);
    const [first, second] = await people(here, tenant.id, 3);
    const future = { channel: 'all', purpose: 'marketing', source: 'form', actor: 'x', evidence: 'x', at: later(600) };
    const early = await aPerson(here, tenant.id, { consented: false });
    await here.in(tenant.id, (tx) =>
      here.consent.give(tx, early, { ...future, textVersion: '1', language: 'es' }, start),
    );
    const campaign = await aCampaign(here, tenant.id, { until: 'asked' });
    await here.in(tenant.id, (tx) => tx.query('DELETE FROM consent WHERE contact_id = $1', [first]));
    await here.in(tenant.id, (tx) => tx.query('UPDATE contact SET blocked_at = $2 WHERE id = $1', [second, start]));
    await approve(tenant, campaign);
    await reaches(here, tenant.id, campaign.id, 'done');
    const { failures, leftOut } = await view(tenant, campaign.id);
    expect(leftOut).toEqual([{ code: 'NO_CONSENT', count: 1 }]);
    expect(new Set(failures)).toEqual(
      new Set([
        { code: 'NO_CONSENT', count: 1 },
        { code: 'BLOCKED', count: 1 },
      ]),
    );
    expect(to(tenant)).toHaveLength(1);
    expect(await unproved(tenant)).toBe(0);
  });

  it('when two contacts turn out to be one person meanwhile, then that person gets one message', async () => {
    const tenant = await aTenant(here);
    const [phone, bsuid] = [aPhone(), 'CL.0011223344'];
    await aPerson(here, tenant.id, { identity: { phone } });
    await aPerson(here, tenant.id, { identity: { bsuid } });
    const campaign = await aCampaign(here, tenant.id, { until: 'asked' });
    const origin = { source: 'whatsapp', now: start };
    await here.in(tenant.id, (tx) => here.audience.findOrCreate(tx, { phone, bsuid }, origin));
    await approve(tenant, campaign);
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(1);
    expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: 1, cancelled: 1 });
  });

  it('when the wording changes after the approval, then nothing of it leaves and the campaign waits', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 2);
    const template = await aTemplate(here, tenant.id);
    const campaign = await aCampaign(here, tenant.id, { template, until: 'asked' });
    await here.in(tenant.id, async (tx) => {
      await here.campaigns.approve(tx, campaign.id, campaign.version, approver, start);
      await tx.query("UPDATE template SET body = 'otra cosa' WHERE id = $1", [template]);
    });
    expect((await reaches(here, tenant.id, campaign.id, 'held')).heldWhy).toBe('APPROVAL_STALE');
    expect(to(tenant)).toHaveLength(0);
  });

  it('when it was sent, then what was said can be proved later', async () => {
    const tenant = await aTenant(here);
    await aPerson(here, tenant.id, { name: 'Ana María Soto' });
    const campaign = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, campaign.id, 'done');
    const [row] = await here.in(tenant.id, (tx) =>
      tx.query<{ body_hash: Buffer; name: string }>(
        'SELECT m.body_hash, t.name FROM message m, template t WHERE m.batch_id > 0',
      ),
    );
    const content = { kind: 'template', name: row?.name, language: 'es_CL', variables: ['Ana', '30 %'] };
    expect(row?.body_hash).toEqual(createHash('sha256').update(JSON.stringify(content)).digest());
  });
});

describe('what comes of a send', () => {
  /** A campaign to one person for each of these, answered in their order; the last answer stays. */
  async function sent(answers: readonly SendOutcome[][], endsIn: 'done' | 'held' = 'done') {
    const tenant = await aTenant(here);
    const phones = answers.map(() => aPhone());
    const left = new Map(phones.map((phone, at) => [phone, [...(answers[at] ?? [])]]));
    channel.answer = (one) => {
      const mine = left.get(one.to.phone ?? '');
      return (mine && (mine.length > 1 ? mine.shift() : mine[0])) || accepted(one);
    };
    const contacts: string[] = [];
    for (const phone of phones) contacts.push(await aPerson(here, tenant.id, { identity: { phone } }));
    const campaign = await aCampaign(here, tenant.id);
    const done = await reaches(here, tenant.id, campaign.id, endsIn);
    // A campaign is halted before the outcome that halts it is written.
    const rows = await eventually(async () => {
      const all = await here.in(tenant.id, (tx) =>
        tx.query<{ contact_id: string; state: string; reason: string | null }>(
          'SELECT contact_id, state, reason FROM message',
        ),
      );
      expect(all.map((row) => row.state)).not.toContain('sending');
      return all;
    });
    const stateOf = (at: number) => rows.find((row) => row.contact_id === contacts[at]);
    return { tenant, campaign: done, contacts, stateOf, times: phones.map((phone) => timesTo(tenant, phone)) };
  }
  const good: SendOutcome = { outcome: 'accepted', providerId: 'wamid.x' };

  it('when it surely did not leave, then it is tried again and arrives', async () => {
    const { stateOf, times } = await sent([
      [{ outcome: 'not_sent', code: 'NETWORK_ECONNREFUSED' }, good],
      [{ outcome: 'refused', code: 'WHATSAPP_130429', treatment: 'retry' }, good],
    ]);
    expect([stateOf(0)?.state, stateOf(1)?.state]).toEqual(['accepted', 'accepted']);
    expect(times).toEqual([2, 2]);
  });

  it('when nobody knows whether it left, then it is never sent again and counts as unknown', async () => {
    const { stateOf, times, campaign } = await sent([[{ outcome: 'unknown', code: 'NETWORK_LOST' }, good], [good]]);
    expect(stateOf(0)).toMatchObject({ state: 'unknown', reason: 'NETWORK_LOST' });
    expect(times).toEqual([1, 1]);
    expect(campaign).toMatchObject({ selected: 2, sent: 1, unknown: 1 });
  });

  it('when it is refused for good, then it failed with the reason, once', async () => {
    const { stateOf, times } = await sent([
      [{ outcome: 'refused', code: 'WHATSAPP_131026', treatment: 'permanent' }],
      [{ outcome: 'refused', code: 'WHATSAPP_131049', treatment: 'wait' }],
      [{ outcome: 'refused', code: 'WHATSAPP_132000', treatment: 'bug' }],
    ]);
    expect([0, 1, 2].map((at) => stateOf(at))).toMatchObject([
      { state: 'failed', reason: 'WHATSAPP_131026' },
      { state: 'failed', reason: 'WHATSAPP_131049' },
      { state: 'failed', reason: 'WHATSAPP_132000' },
    ]);
    expect(times).toEqual([1, 1, 1]);
  });

  it('when the person stopped promotions at the provider, then they are out here too, and in no later campaign', async () => {
    const { tenant, stateOf, contacts } = await sent([
      [{ outcome: 'refused', code: 'WHATSAPP_131050', treatment: 'suppress' }],
      [good],
    ]);
    expect(stateOf(0)).toMatchObject({ state: 'failed', reason: 'WHATSAPP_131050' });
    expect(await here.in(tenant.id, (tx) => here.consent.suppression(tx, contacts[0] ?? ''))).toBe('stop');
    const next = await aCampaign(here, tenant.id, { segment: 'RM' });
    await reaches(here, tenant.id, next.id, 'done');
    expect((await view(tenant, next.id)).leftOut).toEqual([{ code: 'OPTED_OUT', count: 1 }]);
  });

  it('when the provider refuses to send at all, then the campaign waits with the reason, and goes on without doubles', async () => {
    const halted: SendOutcome = { outcome: 'refused', code: 'WHATSAPP_190', treatment: 'pause' };
    const { tenant, campaign, stateOf } = await sent([[halted, good], [good], [good]], 'held');
    expect(campaign.heldWhy).toBe('WHATSAPP_190');
    expect(stateOf(0)?.state).toBe('planned');
    await here.in(tenant.id, (tx) => here.campaigns.resume(tx, campaign.id, operator, start));
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: 3 });
    expect(to(tenant)).toHaveLength(4); // the refused one twice
  });

  it('when a channel throws or gives no answer it should, then nothing is sent twice', async () => {
    channel.answer = () => {
      throw new Error('a bug');
    };
    const tenant = await aTenant(here);
    await people(here, tenant.id, 3);
    const campaign = await aCampaign(here, tenant.id);
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(await states(here, tenant.id, campaign.id)).toEqual({ unknown: 3 });
    expect(to(tenant)).toHaveLength(3);
  });
});

describe('acting on a campaign while it is being sent', () => {
  async function slow(count: number, ratePerSecond = 40) {
    const tenant = await aTenant(here, { ratePerSecond });
    await people(here, tenant.id, count);
    const campaign = await aCampaign(here, tenant.id);
    await eventually(() => expect(to(tenant).length).toBeGreaterThan(3));
    const act = (verb: 'pause' | 'resume' | 'cancel') =>
      here.in(tenant.id, (tx) => here.campaigns[verb](tx, campaign.id, operator, start));
    return { tenant, campaign, act };
  }
  /** Another customer's campaign goes out meanwhile. */
  const aWhile = async () => {
    const marker = await aTenant(here);
    await people(here, marker.id, 3);
    const campaign = await aCampaign(here, marker.id);
    await reaches(here, marker.id, campaign.id, 'done');
  };
  /** Nothing is on its way, and for a while nothing begins. A claim that was being made just then may still have ended. */
  const settled = async (tenant: Tenant, campaign: string) => {
    await aWhile();
    await eventually(async () => expect((await states(here, tenant.id, campaign)).sending).toBeUndefined());
    const before = to(tenant).length;
    await aWhile();
    expect(to(tenant)).toHaveLength(before);
    return before;
  };

  it('when it is paused, then it stands still; resumed, it ends with everybody written to once', async () => {
    const { tenant, campaign, act } = await slow(60);
    await act('pause');
    const before = await settled(tenant, campaign.id);
    expect(before).toBeLessThan(60);
    await act('resume');
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(60);
    expect(new Set(to(tenant).map((one) => one.to.phone)).size).toBe(60);
  });

  it('when it is cancelled, then the rest does not go and every one of them is accounted for', async () => {
    const { tenant, campaign, act } = await slow(60);
    await act('cancel');
    const before = await settled(tenant, campaign.id);
    expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: before, cancelled: 60 - before });
  });

  it('when it is cancelled while one is refused for now, then that one does not wait for ever', async () => {
    let answer: ((outcome: SendOutcome) => void) | undefined;
    const tenant = await aTenant(here);
    channel.answer = () => new Promise((done) => (answer = done));
    await people(here, tenant.id, 1);
    const campaign = await aCampaign(here, tenant.id);
    await eventually(() => expect(answer).toBeDefined());
    await here.in(tenant.id, (tx) => here.campaigns.cancel(tx, campaign.id, operator, start));
    answer?.({ outcome: 'not_sent', code: 'NETWORK_ECONNREFUSED' });
    await eventually(async () => expect(await states(here, tenant.id, campaign.id)).toEqual({ cancelled: 1 }));
  });

  it('when the customer’s sending is stopped, then nothing leaves; released, it goes on', async () => {
    const { tenant, campaign } = await slow(60);
    await here.in(tenant.id, (tx) =>
      tx.query("INSERT INTO sending_stop (tenant_id, scope, stopped_at) VALUES ($1, 'company', $2)", [
        tx.tenant,
        start,
      ]),
    );
    await settled(tenant, campaign.id);
    await here.in(tenant.id, (tx) => tx.query('DELETE FROM sending_stop'));
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(to(tenant)).toHaveLength(60);
  });

  it('when somebody has written and was not read yet, then theirs waits until they were', async () => {
    const tenant = await aTenant(here);
    const phone = aPhone();
    await aPerson(here, tenant.id, { identity: { phone } });
    await people(here, tenant.id, 1);
    const id = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id: 'in-1', at: start };
    const content = { type: 'text', text: 'hola' } as const;
    const row = await arrived(here, tenant.id, { ...id, kind: 'message', from: { phone }, content }, { phone });
    const campaign = await aCampaign(here, tenant.id);
    await eventually(async () =>
      expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: 1, planned: 1 }),
    );
    expect(timesTo(tenant, phone)).toBe(0);
    await here.in(tenant.id, (tx) => tx.query('UPDATE inbox SET handled_at = $2 WHERE id = $1', [row.id, start]));
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(timesTo(tenant, phone)).toBe(1);
  });
});

const approver = { id: '00000000-0000-7000-8000-00000000000a', roles: ['approver'] };
const approve = (tenant: Tenant, campaign: { id: string; version: number }) =>
  here.in(tenant.id, (tx) => here.campaigns.approve(tx, campaign.id, campaign.version, approver, start));

/** Lanes of the tenant that wait for a moment. */
const due = async (tenant: Tenant): Promise<number> => {
  const rows = await here.database.withSystem('dispatcher', (tx) =>
    tx.query('SELECT 1 AS one FROM edge.ready WHERE tenant_id = $1 AND due_at > clock_timestamp()', [tenant.id]),
  );
  return rows.length;
};

/** Messages that left without a proved consent that was older. */
const unproved = (tenant: Tenant): Promise<number> =>
  here.in(tenant.id, async (tx) => {
    const rows = await tx.query(
      `SELECT 1 AS one FROM message m WHERE m.accepted_at IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM consent g WHERE g.contact_id = m.contact_id AND g.act = 'given' AND g.at <= m.accepted_at
           AND g.text_hash IS NOT NULL AND g.evidence IS NOT NULL)`,
    );
    return rows.length;
  });
