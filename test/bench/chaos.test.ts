import { randomInt } from 'node:crypto';
import { failEveryCall } from '../../bench/chaos/every-call';
import { faultNames } from '../../bench/chaos/faults';
import { type ChaosOptions, runChaos } from '../../bench/chaos/run';

// A failing run names its seed: npm run chaos -- --seed S
const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));
const options: ChaosOptions = {
  ...{ seed, kills: 24, messages: 480, people: 120, faults: faultNames },
  ...{ perSecond: 100, workers: 2, patienceMs: 2_000, leaving: { most: 5, everyMs: 200, lanes: 1 } },
  tell: () => {},
};
const nothing = { lost: 0, doubled: 0, late: 0, violations: [] };

describe('the product as processes of its own, broken on purpose (docs/delivery-proof.md)', () => {
  it('R1, I1–I5: when processes die at whatever call, servers vanish, the provider fails and webhooks come as they like, then nobody is lost and nobody gets it twice; without its guard somebody would', async () => {
    const outcome = await runChaos({ ...options, perSecond: 25 });
    expect(outcome).toMatchObject({ seed, ...nothing, kills: 24 });
    expect(outcome.killPoints).toBeGreaterThan(10);
    expect(outcome.sends).toBe(options.messages);
    expect(outcome.control.doubled).toBeGreaterThan(0);
  }, 600_000);

  it('R2: when the nth call of a kind fails, then the campaign still ends with everybody decided, and nobody gets it twice', async () => {
    const outcome = await failEveryCall({ ...options, kills: 0, messages: 300 });
    expect(outcome).toMatchObject({ seed, ...nothing });
    expect(outcome.faults.calls).toBeGreaterThan(20);
  }, 600_000);

  it('R3: when half of all people leave while a campaign is being sent, then nothing begins to leave for them 100 ms after', async () => {
    const leaving = { most: 60, everyMs: 0, lanes: 4 };
    const outcome = await runChaos({ ...options, kills: 0, messages: 120, faults: [], leaving });
    expect(outcome).toMatchObject({ seed, ...nothing });
    expect(outcome.left).toBeGreaterThan(20);
  }, 600_000);
});
