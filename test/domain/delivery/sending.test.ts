import { randomBytes } from 'node:crypto';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { testRedis } from '../../support/redis';
import { aCampaign, aPerson, aTenant, people, RecordingChannel, states, type World, wire } from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
const channel = new RecordingChannel();

beforeAll(async () => {
  place = await testDatabase();
  const master = randomBytes(32).toString('base64');
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master }, { channel });
  here.start();
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const isDone = (tenant: string, campaign: string) =>
  eventually(
    async () => {
      const { state } = await here.in(tenant, (tx) => here.campaigns.get(tx, campaign, here.clock.now()));
      expect(state).toBe('done');
    },
    { within: 20_000, every: 50 },
  );
const to = (tenant: { providerId: string }) => channel.sent.filter((one) => one.sender.id === tenant.providerId);

describe('a campaign on its way', () => {
  it('when it is approved, then everybody who may be written to gets it once, with their name, and it is done', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 40);
    await aPerson(here, tenant.id, { consented: false });
    const campaign = await aCampaign(here, tenant.id);
    await isDone(tenant.id, campaign.id);
    expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: 40, left_out: 1 });
    expect(new Set(to(tenant).map((one) => one.to.phone)).size).toBe(40);
    expect(to(tenant)).toHaveLength(40);
    expect(to(tenant)[0]?.variables).toEqual(['Rosa', '30 %']);
    const report = await here.in(tenant.id, (tx) => here.campaigns.get(tx, campaign.id, here.clock.now()));
    expect(report).toMatchObject({ selected: 41, sendable: 40, sent: 40, leftOut: [{ code: 'NO_CONSENT', count: 1 }] });
  });
});
