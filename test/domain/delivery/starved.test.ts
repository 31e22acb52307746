import { setImmediate as turn } from 'node:timers/promises';
import { type Channel, type SendOutcome, tooLate } from '../../../src/channel';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import { aCampaign, aTenant, people, RecordingChannel, reaches, type World, wire } from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;

beforeAll(async () => {
  place = await testDatabase();
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

/** As a real one: its bytes leave a little later, and not after they should have. */
class LaterChannel extends RecordingChannel {
  override async send(...given: Parameters<Channel['send']>): Promise<SendOutcome> {
    await turn();
    const [sender, to, content, reference, startBy = Number.POSITIVE_INFINITY] = given;
    return performance.now() > startBy ? tooLate : super.send(sender, to, content, reference);
  }
}

describe('a worker that gets too little of its machine', () => {
  it('when what it claims at once can’t leave in time, then it claims less, and everybody gets theirs once', async () => {
    const channel = new LaterChannel();
    const busy = (ms: number): void => {
      for (const end = performance.now() + ms; performance.now() < end; );
    };
    // Each message takes so long to make that of more than a few none leaves in its 80 ms.
    const onMoment = (moment: string): void => (moment === 'begun' ? busy(4) : undefined);
    here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel, onMoment });
    const tenant = await aTenant(here, { ratePerSecond: 5_000 });
    await people(here, tenant.id, 60);
    const campaign = await aCampaign(here, tenant.id);
    here.start();
    expect(await reaches(here, tenant.id, campaign.id, 'done')).toMatchObject({ sent: 60 });
    expect(new Set(channel.sent.map((one) => one.to.phone)).size).toBe(60);
  });
});
