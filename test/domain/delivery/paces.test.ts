import fc from 'fast-check';
import { campaignsTable } from '../../../src/domain/campaigns/campaigns.table';
import { beginsAt, hoursAt } from '../../../src/domain/delivery/hours';
import { endOfWave, judgeWave } from '../../../src/domain/delivery/waves';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aPerson,
  aTemplate,
  aTenant,
  operator,
  owner,
  people,
  RecordingChannel,
  start,
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
afterAll(async () => {
  await here.stop();
  await place.drop();
});
beforeEach(() => {
  here.clock.at = start;
  channel.answer = (sent) => ({ outcome: 'accepted', providerId: `wamid.${sent.reference}` });
});

async function approved(tenant: string, wish: { at?: Date; pace: 'local' | 'waves' }): Promise<string> {
  const template = await aTemplate(here, tenant);
  return here.in(tenant, async (tx) => {
    const group = await here.audience.addSegment(tx, { name: 'RM', key: 'region', value: 'RM' }, start);
    const draft = await here.campaigns.draft(tx, { template, segment: group, ...wish }, operator, start);
    const asked = await here.campaigns.askApproval(tx, draft.id, draft.version, operator, start);
    return (await here.campaigns.approve(tx, asked.id, asked.version, owner, start)).id;
  });
}
const view = (tenant: string, id: string) => here.in(tenant, (tx) => here.campaigns.get(tx, id, here.clock.now()));
/** Several waits one after the other, each of some seconds on a machine that does nothing else. */
jest.setTimeout(300_000);
const patience = { within: 90_000, every: 200 };
const becomes = (tenant: string, id: string, state: string) =>
  eventually(async () => {
    const campaign = await view(tenant, id);
    expect(campaign.state).toBe(state);
    return campaign;
  }, patience);
const isSent = (tenant: string, id: string, count: number) =>
  eventually(async () => expect((await view(tenant, id)).sent).toBe(count), patience);
const minutes = (count: number): void => {
  here.clock.at = new Date(here.clock.at.getTime() + count * 60_000);
};
/** Its work was looked at since, and nothing more went. */
const staysAt = async (tenant: string, id: string, count: number) => {
  await here.in(tenant, async (tx) => {
    const row = await campaignsTable.get(tx, id);
    await campaignsTable.wake(tx, row?.batch_id ?? '0');
  });
  await here.dispatcher.poke();
  await isSent(tenant, id, count);
};

describe('in waves', () => {
  it('when a share is asked for, then each wave ends later, at least with one person, and the last is everybody', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (rows) => {
        const ends = [0, 1].map((wave) => endOfWave(wave, rows) ?? Number.NaN);
        expect(ends[0]).toBeGreaterThanOrEqual(1);
        expect(ends[1]).toBeGreaterThanOrEqual(ends[0] ?? 0);
        expect(ends[1]).toBeLessThanOrEqual(rows);
        expect([endOfWave(2, rows), endOfWave(9, rows)]).toEqual([undefined, undefined]);
      }),
    );
  });

  it('when much fails, or many leave, then that is why; two of two say nothing yet', () => {
    expect(judgeWave({ sent: 95, failed: 5, left: 0 })).toBeUndefined();
    expect(judgeWave({ sent: 94, failed: 6, left: 0 })).toBe('WAVE_FAILURES');
    expect(judgeWave({ sent: 0, failed: 2, left: 0 })).toBeUndefined();
    expect(judgeWave({ sent: 0, failed: 3, left: 0 })).toBe('WAVE_FAILURES');
    expect(judgeWave({ sent: 200, failed: 0, left: 3 })).toBeUndefined();
    expect(judgeWave({ sent: 199, failed: 0, left: 3 })).toBe('WAVE_OPT_OUTS');
    expect(judgeWave({ sent: 10, failed: 0, left: 2 })).toBeUndefined();
  });

  it('when the first one goes well, then the next begins by itself after it was watched, up to everybody', async () => {
    const { id: tenant } = await aTenant(here);
    await people(here, tenant, 30);
    const id = await approved(tenant, { pace: 'waves' });
    await isSent(tenant, id, 1);
    await eventually(async () => {
      await staysAt(tenant, id, 1);
      const row = await here.in(tenant, (tx) => campaignsTable.get(tx, id));
      expect(row?.wave_over_at).toEqual(start);
    }, patience);
    const next = new Date(start.getTime() + 15 * 60_000);
    expect((await view(tenant, id)).nextWave).toEqual({ minutes: 15, at: next });
    minutes(16);
    await isSent(tenant, id, 3);
    await eventually(
      async () => expect((await here.in(tenant, (tx) => campaignsTable.get(tx, id)))?.wave_over_at).not.toBeNull(),
      patience,
    );
    minutes(16);
    const done = await becomes(tenant, id, 'done');
    expect(done).toMatchObject({ sent: 30, wave: 3 });
    expect(done.nextWave).toBeUndefined();
  });

  it('when the first rows are people who are left out, then the first wave is still somebody, and is watched', async () => {
    const { id: tenant } = await aTenant(here);
    await people(here, tenant, 13, { consented: false });
    await people(here, tenant, 37);
    const id = await approved(tenant, { pace: 'waves' });
    expect(await view(tenant, id)).toMatchObject({ selected: 50, sendable: 37 });
    await isSent(tenant, id, 1);
    await eventually(async () => {
      await staysAt(tenant, id, 1);
      expect((await here.in(tenant, (tx) => campaignsTable.get(tx, id)))?.wave_over_at).toEqual(start);
    }, patience);
    minutes(16);
    await isSent(tenant, id, 4);
    await staysAt(tenant, id, 4);
  });

  it('when too much of a wave fails, then it is held and says why, and two people let the rest go', async () => {
    channel.answer = () => ({ outcome: 'refused', code: 'WHATSAPP_131026', treatment: 'permanent' });
    const { id: tenant } = await aTenant(here);
    const second = await here.in(tenant, (tx) =>
      here.members.join(tx, { team: 'T1', user: 'U1', name: 'Beto' }, ['approver'], start),
    );
    const first = await here.in(tenant, (tx) =>
      here.members.join(tx, { team: 'T1', user: 'U2', name: 'Ana' }, ['operator'], start),
    );
    await people(here, tenant, 30);
    const id = await approved(tenant, { pace: 'waves' });
    const over = () =>
      eventually(
        async () => expect((await here.in(tenant, (tx) => campaignsTable.get(tx, id)))?.wave_over_at).not.toBeNull(),
        patience,
      );
    await over();
    minutes(16);
    await eventually(async () => expect((await view(tenant, id)).failed).toBe(3), patience);
    await over();
    minutes(16);
    expect(await becomes(tenant, id, 'held')).toMatchObject({ heldWhy: 'WAVE_FAILURES', failed: 3 });
    for (const by of [first, second])
      await here.in(tenant, (tx) => here.campaigns.resume(tx, id, by, here.clock.now()));
    expect(await becomes(tenant, id, 'done')).toMatchObject({ failed: 30 });
  });
});

describe('at the hour that is everybody’s own', () => {
  it('when people live in other zones, then it begins with the first of them, and nobody’s hours open before theirs', () => {
    const pace = { kind: 'local', day: '2026-12-02', ms: 10 * 3_600_000 } as const;
    const places = [
      { country: 'CL', zone: 'America/Santiago' },
      { country: 'ES', zone: 'Europe/Madrid' },
      { country: 'CL', zone: 'Pacific/Easter' },
    ];
    const at = (hour: string) => new Date(`2026-12-02T${hour}:00Z`);
    const scheduled_at = at('13:00');
    expect(beginsAt({ pace, scheduled_at }, places)).toEqual(at('09:00'));
    expect(beginsAt({ pace, scheduled_at }, [])).toEqual(scheduled_at);
    const open = (now: Date) => hoursAt(places, { purpose: 'service', channel: 'whatsapp', lifted: [], pace }, now);
    expect(open(at('08:59'))).toMatchObject({ open: [], allClosed: true, next: at('09:00') });
    expect(open(at('09:00')).open).toEqual(['ES|Europe/Madrid']);
    expect(open(at('13:00')).open).toEqual(['CL|America/Santiago', 'ES|Europe/Madrid']);
    expect(open(at('15:00'))).toMatchObject({ someClosed: false });
  });

  it('when its first hour comes, then those who live there get it, and the others at theirs', async () => {
    const { id: tenant } = await aTenant(here);
    const [madrid, santiago] = [await aPerson(here, tenant), await aPerson(here, tenant)];
    await here.in(tenant, async (tx) => {
      await tx.query("UPDATE contact SET country = 'ES', zone = 'Europe/Madrid' WHERE id = $1", [madrid]);
      await tx.query("UPDATE contact SET country = 'CL', zone = 'America/Santiago' WHERE id = $1", [santiago]);
    });
    const id = await approved(tenant, { pace: 'local', at: new Date('2026-12-02T13:00:00Z') });
    here.clock.at = new Date('2026-12-02T09:05:00Z');
    await isSent(tenant, id, 1);
    const [got] = await here.in(tenant, (tx) =>
      tx.query<{ contact_id: string }>("SELECT contact_id FROM message WHERE state = 'accepted'"),
    );
    expect(got?.contact_id).toBe(madrid);
    await staysAt(tenant, id, 1);
    here.clock.at = new Date('2026-12-02T13:00:00Z');
    expect(await becomes(tenant, id, 'done')).toMatchObject({ sent: 2 });
  });
});
