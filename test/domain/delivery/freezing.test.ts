import { Client } from 'pg';
import type { Identity } from '../../../src/channel';
import type { TenantTx } from '../../../src/data/database';
import { campaignsTable } from '../../../src/domain/campaigns/campaigns.table';
import { cancelPlanned, freeze, freezeOn, thaw } from '../../../src/domain/delivery/freezing';
import { freezingTable } from '../../../src/domain/delivery/freezing.table';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aPerson,
  aTenant,
  batchOf,
  crowd,
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
let admin: Client;
const channel = new RecordingChannel();

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel });
  admin = new Client({ connectionString: place.ownerUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await here.stop();
  await place.drop();
});

/** A town of which some may not be written to, and a campaign to it whose first page was made; so many people a page. */
async function begun({ most = 4, count = 23, first }: { most?: number; count?: number; first?: Identity } = {}) {
  const { id: tenant } = await aTenant(here);
  const all = Array.from({ length: count }, (_, at) => ({
    ...{ consented: at % 5 !== 1, segment: at % 4 === 3 ? 'Maule' : 'RM' },
    ...(at === 0 && first && { identity: first }),
  }));
  const contacts = await crowd(here, tenant, all);
  const draft = await aCampaign(here, tenant, { until: 'drafted' });
  const batch = await batchOf(here, tenant, draft.id);
  await here.in(tenant, async (tx) => {
    // As asking for approval does, with smaller pages.
    const row = await campaignsTable.get(tx, draft.id);
    if (!row) throw new Error('no campaign');
    await tx.query(
      "UPDATE campaign SET state = 'awaiting_approval', version = 2, frozen_at = $2, content_hash = 'x' WHERE id = $1",
      [draft.id, start],
    );
    await freeze(tx, row, start, most);
  });
  return { tenant, batch, campaign: draft.id, contacts, most };
}
type Begun = Awaited<ReturnType<typeof begun>>;
const page = ({ tenant, batch, most }: Begun) => here.in(tenant, (tx) => freezeOn(tx, batch, most));
const rows = ({ tenant, batch }: Begun) =>
  here.in(tenant, (tx) =>
    tx.query<{ seq: string; contact: string; state: string; reason: string | null }>(
      'SELECT seq, contact_id AS contact, state, reason FROM message WHERE batch_id = $1 ORDER BY seq',
      [batch],
    ),
  );
/** The segment and the gate, person by person, without pages. */
const expected = ({ tenant, contacts }: Begun) =>
  here.in(tenant, async (tx) => {
    const among = await tx.query<{ id: string; ok: boolean }>(
      `SELECT a.contact_id AS id, EXISTS (SELECT 1 FROM consent g WHERE g.contact_id = a.contact_id AND g.act = 'given') AS ok
       FROM attribute a WHERE a.key = 'region' AND a.value = 'RM' AND a.contact_id = ANY($1::uuid[]) ORDER BY 1`,
      [contacts],
    );
    return among.map(({ id, ok }, at) => ({
      seq: String(at + 1),
      contact: id,
      state: ok ? 'planned' : 'left_out',
      reason: ok ? null : 'NO_CONSENT',
    }));
  });

describe('making the rows of a campaign', () => {
  it('when it takes many pages, and some of them break before they are written, then the end is as if it were one', async () => {
    const scene = await begun();
    let pages = 1;
    for (let isMore = true; isMore; pages++) {
      const broken = here.in(scene.tenant, async (tx: TenantTx) => {
        await freezeOn(tx, scene.batch, scene.most);
        throw new Error('the worker is gone');
      });
      await expect(broken).rejects.toThrow('the worker is gone');
      isMore = await page(scene);
    }
    expect(pages).toBeGreaterThan(5);
    expect(await rows(scene)).toEqual(await expected(scene));
    expect(await page(scene)).toBe(false);
  });

  it('when two workers make pages at once, then each person is there once', async () => {
    const scene = await begun();
    while ((await Promise.all([page(scene), page(scene), page(scene)])).some((isMore) => isMore));
    expect(await rows(scene)).toEqual(await expected(scene));
  });

  it('when it is not complete, then nobody can approve it, it says so, and nothing leaves', async () => {
    const { id: tenant } = await aTenant(here);
    await people(here, tenant, 9);
    const { id, version } = await aCampaign(here, tenant, { until: 'asked' });
    const batch = await batchOf(here, tenant, id);
    await here.in(tenant, (tx) => freezingTable.begin(tx, batch, start));
    const approve = here.in(tenant, (tx) => here.campaigns.approve(tx, id, version, owner, start));
    await expect(approve).rejects.toMatchObject({ code: 'AUDIENCE_PREPARING' });
    const view = await here.in(tenant, (tx) => here.campaigns.get(tx, id, start));
    expect(view.obstacles.map(({ code }) => code)).toContain('AUDIENCE_PREPARING');
    // Whatever else were to go wrong.
    await here.in(tenant, (tx) => tx.query("UPDATE campaign SET state = 'sending' WHERE id = $1", [id]));
    await here.slices.run({ tenant, batch }, AbortSignal.timeout(5_000));
    expect(channel.sent).toEqual([]);
    await here.in(tenant, (tx) => freezingTable.end(tx, batch));
    await eventually(async () => {
      await here.slices.run({ tenant, batch }, AbortSignal.timeout(5_000));
      expect(channel.sent).toHaveLength(9);
    });
  });

  it('when its lane is worked on, then it is made to its end, and then it can be approved', async () => {
    const { id: tenant } = await aTenant(here);
    await people(here, tenant, 9);
    const draft = await aCampaign(here, tenant, { until: 'drafted' });
    const batch = await batchOf(here, tenant, draft.id);
    await here.in(tenant, (tx) => here.campaigns.askApproval(tx, draft.id, 1, operator, start));
    // As it stands after the first page of many.
    await here.in(tenant, async (tx) => {
      await tx.query(
        'INSERT INTO freezing (tenant_id, batch_id, at, after, made) SELECT $1, $2, $3, contact_id, 3 FROM message WHERE batch_id = $2 AND seq = 3',
        [tenant, batch, start],
      );
      await tx.query('DELETE FROM message WHERE batch_id = $1 AND seq > 3', [batch]);
    });
    const lane = Buffer.alloc(8);
    lane.writeBigInt64BE(BigInt(batch));
    await here.work.run(tenant, lane);
    const approved = await here.in(tenant, (tx) => here.campaigns.approve(tx, draft.id, 2, owner, start));
    expect(approved).toMatchObject({ selected: 9, sendable: 9, obstacles: [] });
  });

  it('when it goes back to its author, or is cancelled, between two pages, then no more is made', async () => {
    for (const end of [thaw, cancelPlanned]) {
      const scene = await begun();
      await page(scene);
      await here.in(scene.tenant, async (tx) => {
        const row = await campaignsTable.byBatch(tx, scene.batch);
        if (row) await end(tx, row);
      });
      expect(await page(scene)).toBe(false);
      expect((await rows(scene)).filter(({ state }) => state === 'planned')).toEqual([]);
    }
  });

  it('when two become one between two pages, then theirs is one message', async () => {
    const identity = { phone: '+56922223333', bsuid: 'CL.TWO' };
    const scene = await begun({ most: 4, count: 12, first: { phone: identity.phone } });
    // The first was looked at, the other comes last.
    await aPerson(here, scene.tenant, { identity: { bsuid: identity.bsuid } });
    await here.in(scene.tenant, (tx) => here.audience.findOrCreate(tx, identity, { source: 'person', now: start }));
    while (await page(scene));
    const [one] = await here.in(scene.tenant, (tx) =>
      tx.query<{ id: string }>('SELECT contact_id AS id FROM contact_alias'),
    );
    const theirs = (await rows(scene)).filter(({ contact }) => contact === one?.id);
    expect(theirs.length).toBeGreaterThan(0);
    expect(theirs.filter(({ state }) => state !== 'cancelled')).toHaveLength(1);
  });

  it('when a message would be to nobody, or a person with messages would be removed, then it is refused', async () => {
    const scene = await begun();
    while (await page(scene));
    const [first] = scene.contacts;
    const toNobody =
      "INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, created_at) VALUES ($1, 1, 1, $1, $1, 'sms', 'marketing', 'planned', now())";
    for (const [sql, bind] of [
      [toNobody, [scene.tenant]],
      ['UPDATE message SET contact_id = $1 WHERE batch_id = $2', [scene.tenant, scene.batch]],
      ['DELETE FROM contact WHERE id = $1', [first]],
    ] as const)
      await expect(here.in(scene.tenant, (tx) => tx.query(sql, bind))).rejects.toMatchObject({
        parent: { code: '23503' },
      });
  });
});
