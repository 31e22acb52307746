import { unknownTenant } from '../../../src/data/ids';
import { MasterRotation } from '../../../src/domain/accounts/master-rotation';
import { testDatabase } from '../../support/database';
import { aMaster, aPhone, ground } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTenant,
  operator,
  people,
  RecordingChannel,
  reaches,
  start,
  states,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
const worlds: World[] = [];
beforeAll(async () => {
  place = await testDatabase();
});
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.stop()));
  await place.drop();
});

const [before, after] = [aMaster(), aMaster()];
const redis = testRedis();
const open = (master: string | readonly string[], channel: RecordingChannel): World => {
  const world = wire({ appUrl: place.appUrl, redis, master }, { channel });
  worlds.push(world);
  return world;
};

describe('another master key', () => {
  it('when keys go over to it while a campaign is sent and people arrive, then nobody notices, and the one before opens nothing any more', async () => {
    const channel = new RecordingChannel();
    const old = open(before, channel);
    await old.tenants.create({ name: 'unknown', legalName: 'unknown' }, start, unknownTenant);
    const tenant = await aTenant(old, { ratePerSecond: 150 });
    await people(old, tenant.id, 300);
    const member = await old.in(tenant.id, (tx) => old.members.join(tx, { team: 'T1', user: 'U1' }, ['owner'], start));
    const [, tried] = await Promise.all([old.tenants.all(), old.members.resolve('T1', 'U1', start)]);
    expect(tried).toBe(tenant.id);

    const both = open([after, before], channel);
    both.start();
    const campaign = await aCampaign(both, tenant.id);
    const { database, keys, systemKeys } = ground(place.appUrl, [after, before], 2);
    const rotation = new MasterRotation(database, keys, systemKeys);
    const arrivals = (async () => {
      for (let at = 0; at < 20; at++)
        await both.in(tenant.id, (tx) =>
          both.audience.findOrCreate(tx, { phone: aPhone() }, { source: 'message', now: start }),
        );
    })();
    const done = await rotation.run([tenant.id]);
    expect(done).toMatchObject({ customers: 2, keys: 6, tokens: 1, members: 1 });
    await arrivals;
    await reaches(both, tenant.id, campaign.id, 'done');
    expect(await states(both, tenant.id, campaign.id)).toEqual({ accepted: 300 });
    expect(channel.sent.filter((one) => one.sender.id === tenant.providerId)).toHaveLength(300);
    await database.close();

    const now = open(after, channel);
    await now.keys.tenant(tenant.id);
    expect(await now.members.resolve('T1', 'U1', start)).toBe(tenant.id);
    expect(await now.in(tenant.id, (tx) => now.members.get(tx, member.id, start))).toMatchObject({ slackUser: 'U1' });
    expect((await now.in(tenant.id, (tx) => now.senders.sender(tx, tenant.sender))).token).toBe('token');
    const again = await aCampaign(now, tenant.id);
    expect(again.sendable).toBe(300);
    expect(operator.id).toBeDefined();

    const late = open(before, channel);
    await expect(late.keys.tenant(tenant.id)).rejects.toMatchObject({ code: 'MASTER_KEY_WRONG' });
    await expect(late.keys.tenant(unknownTenant)).rejects.toMatchObject({ code: 'MASTER_KEY_WRONG' });
    expect(await late.members.resolve('T1', 'U1', start)).toBeUndefined();
  });

  it('when it is broken off after any customer, then running it again ends it', async () => {
    const channel = new RecordingChannel();
    const [first, second] = [aMaster(), aMaster()];
    const own = await testDatabase();
    const world = wire({ appUrl: own.appUrl, redis, master: first }, { channel });
    await world.tenants.create({ name: 'unknown', legalName: 'unknown' }, start, unknownTenant);
    const tenants = [await aTenant(world), await aTenant(world)].map(({ id }) => id);
    for (const deaths of [1, 2, 3]) {
      const { database, keys, systemKeys } = ground(own.appUrl, [second, first], 2);
      const real = database.withTenant.bind(database);
      let calls = 0;
      database.withTenant = async (tenant, work) => {
        calls += 1;
        if (calls === deaths) throw new Error('died');
        return real(tenant, work);
      };
      await expect(new MasterRotation(database, keys, systemKeys).run(tenants)).rejects.toThrow('died');
      await database.close();
      const both = ground(own.appUrl, [second, first], 2);
      for (const tenant of tenants) await both.keys.tenant(tenant);
      await both.database.close();
    }
    const last = ground(own.appUrl, [second, first], 2);
    await new MasterRotation(last.database, last.keys, last.systemKeys).run(tenants);
    await last.database.close();
    const alone = ground(own.appUrl, second, 2);
    for (const tenant of [...tenants, unknownTenant]) await expect(alone.keys.tenant(tenant)).resolves.toBeDefined();
    await alone.database.close();
    await world.stop();
    await own.drop();
  });
});
