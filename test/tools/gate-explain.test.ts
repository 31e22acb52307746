import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testDatabase } from '../support/database';
import { aMaster, aPhone } from '../support/ground';
import { testRedis } from '../support/redis';
import { aCampaign, aPerson, aTenant, RecordingChannel, start, type World, wire } from '../support/world';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const master = aMaster();
let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master }, { channel: new RecordingChannel() });
});
afterAll(async () => {
  await here.queues.close();
  await here.database.close();
  await place.drop();
});

const explain = async (...args: string[]): Promise<string> => {
  const env = { ...process.env, DATABASE_URL: '', DATABASE_APP_URL: place.appUrl, MASTER_KEY: master };
  const { stdout } = await run(process.execPath, ['src/boot.cjs', 'gate:explain', ...args], { cwd: root, env });
  return stdout;
};

describe('npm run gate:explain', () => {
  it('when a campaign and a person are named, then each rule says what it was asked and answers, and the look is on record', async () => {
    const tenant = await aTenant(here);
    const phone = aPhone();
    await aPerson(here, tenant.id, { identity: { phone }, consented: false });
    const { number, id } = await aCampaign(here, tenant.id, { until: 'asked' });
    await here.in(tenant.id, (tx) => tx.query("UPDATE template SET quality = 'RED'"));
    const said = ['--campaign', number, '--person', phone, '--tenant', tenant.id, '--at', start.toISOString()];
    const found = JSON.parse(await explain(...said, '--json'));
    expect(found).toMatchObject({ campaign: number, state: 'awaiting_approval', at: start.toISOString() });
    const refusing = (rules: { code: string; answer: string }[]) =>
      rules.filter(({ answer }) => answer === 'refuses').map(({ code }) => code);
    expect(refusing(found.rules)).toEqual(['TEMPLATE_QUALITY']);
    expect(found.messages).toEqual([{ state: 'left_out', reason: 'NO_CONSENT', count: 1 }]);
    expect(refusing(found.person.rules)).toEqual(['NO_CONSENT']);
    expect(found.person.record).toEqual({ state: 'left_out', reason: 'NO_CONSENT', attempts: 0 });

    const words = await explain(...said);
    expect(words).toMatch(/✗ TEMPLATE_QUALITY +meta +template quality · RED/);
    expect(words).toMatch(/✗ NO_CONSENT +law +T-CON-1 · N-12f\n +Share your sign-up QR/);
    expect(words).not.toContain(phone);
    const [looks] = await here.in(tenant.id, (tx) =>
      tx.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM audit WHERE act = 'person.read' AND actor = 'system:gate-explain'",
      ),
    );
    expect(looks?.count).toBe(2);
    // The same as the campaign's card: what stands in the way of it.
    const card = await here.in(tenant.id, (tx) => here.campaigns.get(tx, id, start));
    expect(card.obstacles.map(({ code }) => code)).toEqual(refusing(found.rules));
  });

  it('when what was named is not there, then it says so and ends with 1', async () => {
    await expect(explain('--campaign', 'C-9999', '--tenant', 'andina')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/has no campaign C-9999|Which customer/),
    });
    await expect(explain()).rejects.toMatchObject({ stderr: expect.stringMatching(/Which campaign/) });
  });
});
