import type { SendOutcome } from '../../../src/channel';
import { breakerOf } from '../../../src/domain/delivery/breaker.table';
import { mostInFlight } from '../../../src/domain/delivery/campaign-slices';
import { openRows } from '../../../src/domain/delivery/counts.table';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTenant,
  batchOf,
  people,
  RecordingChannel,
  reaches,
  states,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
const channel = new RecordingChannel();
const accepted = channel.answer;
/** What the team was told: of which number, since when. */
const told: { sender: string; since: number }[] = [];
const rules = { troubles: 5, seconds: 0, first_probe_seconds: 0.4, longest_probe_seconds: 1 };
/** What is under way at once, when it opens. */
const inFlight = mostInFlight;

beforeAll(async () => {
  place = await testDatabase();
  here = wire(
    { appUrl: place.appUrl, redis: testRedis(), master: aMaster() },
    {
      channel,
      breakerRules: rules,
      onBreaker: async (_tx, sender, since) => void told.push({ sender, since: since.getTime() }),
    },
  );
  here.start();
});
afterEach(() => {
  channel.answer = accepted;
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const away: [string, SendOutcome][] = [
  ['nobody is there', { outcome: 'not_sent', code: 'NETWORK_ECONNREFUSED' }],
  ['the carrier has a fault', { outcome: 'refused', code: 'SMS_RSYSERR', treatment: 'retry' }],
];

/** A campaign to so many, from a number of its own; how often it was tried from there. */
async function underWay(count: number, outcome: SendOutcome | undefined) {
  const tenant = await aTenant(here);
  const mine = () => channel.sent.filter(({ sender }) => sender.id === tenant.providerId);
  let now = outcome;
  channel.answer = (sent) => (sent.sender.id === tenant.providerId && now ? now : accepted(sent));
  await people(here, tenant.id, count);
  const campaign = await aCampaign(here, tenant.id);
  const breaker = () => here.in(tenant.id, (tx) => breakerOf(tx, tenant.sender));
  const isBack = () => {
    now = undefined;
  };
  return { tenant, campaign, mine, breaker, isBack, told: () => told.filter(({ sender }) => sender === tenant.sender) };
}

describe('a number by which nothing goes through', () => {
  it.each(away)(
    'when %s, then it is left alone but for one now and then, the team hears of it once, and all goes on by itself',
    async (_what, outcome) => {
      const { tenant, campaign, mine, breaker, isBack, told: heard } = await underWay(60, outcome);
      await eventually(async () => expect((await breaker())?.opened_at).toBeInstanceOf(Date));
      const atOpening = mine().length;
      expect(atOpening).toBeLessThanOrEqual(rules.troubles + inFlight);
      // Probes one at a time, ever further apart; the campaign waits meanwhile, and nothing of it is lost.
      await eventually(() => expect(mine().length).toBeGreaterThan(atOpening));
      expect(mine().length).toBeLessThanOrEqual(atOpening + inFlight);
      expect(heard()).toHaveLength(1);
      const { planned = 0, sending = 0 } = await states(here, tenant.id, campaign.id);
      expect(planned + sending).toBe(60);
      isBack();
      await reaches(here, tenant.id, campaign.id, 'done');
      expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: 60 });
      expect(await breaker()).toBeUndefined();
      const [opened, closed] = heard();
      expect(heard()).toHaveLength(2);
      expect(closed?.since).toBe(opened?.since);
    },
    180_000,
  );

  it('when nobody answers any more, then no more are lost than were under way', async () => {
    const { tenant, campaign, mine, breaker, isBack } = await underWay(120, {
      outcome: 'unknown',
      code: 'NETWORK_TIMEOUT',
    });
    await eventually(async () => expect((await breaker())?.opened_at).toBeInstanceOf(Date));
    const lost = mine().length;
    isBack();
    await reaches(here, tenant.id, campaign.id, 'done');
    const { unknown = 0, accepted: sent = 0 } = await states(here, tenant.id, campaign.id);
    expect(unknown).toBeLessThanOrEqual(lost + inFlight);
    expect(unknown + sent).toBe(120);
    expect(sent).toBeGreaterThan(0);
  }, 180_000);

  it('when some go through and others are refused, or it is only too fast, then it stays closed', async () => {
    const { tenant, campaign, told: heard } = await underWay(12, undefined);
    let count = 0;
    channel.answer = (sent) => {
      if (sent.sender.id !== tenant.providerId || ++count % 2 === 0) return accepted(sent);
      return { outcome: 'refused', code: 'SMS_RTHROTTLED', treatment: 'retry', retryAfterMs: 20 };
    };
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(heard()).toEqual([]);
    const batch = await batchOf(here, tenant.id, campaign.id);
    expect(await here.in(tenant.id, (tx) => openRows(tx, batch))).toEqual({ planned: false, sending: false });
  }, 180_000);
});
