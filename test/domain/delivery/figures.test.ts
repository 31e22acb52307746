import type { ChannelEvent, SendOutcome } from '../../../src/channel';
import { newId } from '../../../src/data/ids';
import type { Campaign } from '../../../src/domain/campaigns/campaign';
import { eventually } from '../../support/eventually';
import { type Installation, install } from '../../support/installation';
import {
  aCampaign,
  aTenant,
  later,
  operator,
  people,
  RecordingChannel,
  type Sent,
  start,
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
afterAll(() => house?.close());

const whole = ({ leftOut, sent, failed, unknown, cancelled, queued }: Campaign): number =>
  leftOut.reduce((sum, one) => sum + one.count, 0) + sent + failed + unknown + cancelled + queued;

/** The report beside what stands in the rows, with everybody who writes them kept waiting meanwhile. */
const sample = (tenant: string, campaign: string) =>
  here.in(tenant, async (tx) => {
    await tx.query('LOCK TABLE message IN SHARE MODE');
    const report = await here.campaigns.report(tx, campaign, start);
    const [rows] = await tx.query<Record<string, number>>(
      `SELECT count(*)::int AS selected, (count(*) FILTER (WHERE state <> 'left_out'))::int AS sendable,
         (count(*) FILTER (WHERE state IN ('accepted', 'sent', 'delivered', 'read')))::int AS sent,
         (count(*) FILTER (WHERE state IN ('delivered', 'read')))::int AS delivered, (count(*) FILTER (WHERE state = 'read'))::int AS read,
         (count(*) FILTER (WHERE state = 'failed'))::int AS failed, (count(*) FILTER (WHERE state = 'unknown'))::int AS unknown,
         (count(*) FILTER (WHERE state = 'cancelled'))::int AS cancelled,
         (count(*) FILTER (WHERE state IN ('planned', 'sending')))::int AS queued
       FROM message WHERE batch_id > 0`,
    );
    return { report, rows };
  });

const outcomes: SendOutcome[] = [
  { outcome: 'unknown', code: 'NETWORK_LOST' },
  { outcome: 'refused', code: 'WHATSAPP_131026', treatment: 'permanent' },
  { outcome: 'refused', code: 'WHATSAPP_131050', treatment: 'suppress' },
];
const again: SendOutcome = { outcome: 'not_sent', code: 'NETWORK_ECONNREFUSED' };

/** Some fail, some are lost, some are tried again; of the others receipts come at once. */
const answer = (sender: string) => {
  const seen = new Map<string, number>();
  return (one: Sent): SendOutcome => {
    const times = (seen.get(one.reference) ?? 0) + 1;
    seen.set(one.reference, times);
    const odd = seen.size % 12;
    const outcome = seen.size === 4 ? again : outcomes[odd];
    if (outcome && times === 1) return outcome;
    const event = {
      channel: 'whatsapp',
      app: 'default',
      sender,
      at: start,
      kind: 'receipt',
      providerId: one.reference,
    } as const;
    const statuses = (['sent', 'delivered', 'read'] as const).slice(0, odd % 4);
    const events: ChannelEvent[] = statuses.map((status) => ({
      ...event,
      id: newId(),
      status,
      reference: one.reference,
    }));
    void here.intake.receive(events);
    return { outcome: 'accepted', providerId: `wamid.${one.reference}` };
  };
};

describe('the figures of a campaign', () => {
  it('when it is looked at at any moment, then they are those of the rows, and nobody is missing', async () => {
    const tenant = await aTenant(here, { ratePerSecond: 120 });
    channel.answer = answer(tenant.providerId);
    const group = await people(here, tenant.id, 90);
    await people(here, tenant.id, 7, { consented: false });
    const campaign = await aCampaign(here, tenant.id);
    // Whoever says yes once more has not left.
    const yes = { channel: 'all', purpose: 'marketing', source: 'person', actor: 'x', evidence: 'x', at: later(2) };
    await here.in(tenant.id, (tx) => here.consent.give(tx, group[0] ?? '', yes, later(2)));
    const seen = new Set<string>();
    let isDone = false;
    for (let look = 0; !isDone; look++) {
      const { report, rows } = await sample(tenant.id, campaign.id);
      expect(report).toMatchObject(rows ?? {});
      expect(whole(report)).toBe(97);
      seen.add(`${report.sent} ${report.queued}`);
      isDone = report.state === 'done';
      const leaver = look < 8 ? group[group.length - 1 - look] : undefined;
      const wish = { source: 'person', evidence: 'x', now: later(1) };
      if (leaver) await here.in(tenant.id, (tx) => here.consent.withdraw(tx, leaver, wish));
      const told = ({ sent, read, queued, state }: Campaign) => `${sent} ${read} ${queued} ${state}`;
      const view = () => here.in(tenant.id, (tx) => here.campaigns.get(tx, campaign.id, start));
      if (!isDone) await eventually(async () => expect(told(await view())).not.toBe(told(report)));
    }
    expect(seen.size).toBeGreaterThan(5);
    const { report } = await sample(tenant.id, campaign.id);
    expect(report).toMatchObject({ selected: 97, queued: 0, leftOut: [{ code: 'NO_CONSENT', count: 7 }] });
    const { failed, cancelled, failures } = report;
    expect(failures.reduce((sum, one) => sum + one.count, 0)).toBe(failed + cancelled);
    for (const figure of [report.sent, report.read, failed, cancelled, report.unknown])
      expect(figure).toBeGreaterThan(0);
    const left = await here.in(tenant.id, (tx) =>
      tx.query("SELECT DISTINCT contact_id FROM consent WHERE act = 'withdrawn'"),
    );
    expect(report.optedOut).toBe(left.length);
  });

  it('when it is not frozen yet, then they tell who would get it and who not, and why', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 3);
    await people(here, tenant.id, 2, { consented: false });
    const draft = await aCampaign(here, tenant.id, { until: 'drafted' });
    expect(draft).toMatchObject({
      selected: 5,
      sendable: 3,
      leftOut: [{ code: 'NO_CONSENT', count: 2 }],
      sent: 0,
      queued: 0,
    });
    const asked = await here.in(tenant.id, (tx) => here.campaigns.askApproval(tx, draft.id, 1, operator, start));
    expect(asked).toMatchObject({ selected: 5, sendable: 3, leftOut: draft.leftOut, queued: 3 });
  });
});
