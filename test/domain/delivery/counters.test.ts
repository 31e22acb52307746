import fc from 'fast-check';
import { Client } from 'pg';
import type { TenantTx } from '../../../src/data/database';
import { newId } from '../../../src/data/ids';
import { mergeTable } from '../../../src/domain/audience/merge.table';
import { thawAudience } from '../../../src/domain/delivery/audience.table';
import { countStates } from '../../../src/domain/delivery/counts.table';
import { writeOutcomes } from '../../../src/domain/delivery/outcomes.table';
import {
  cancelBatch,
  cancelDoubles,
  cancelPromotions,
  claimParcel,
  reap,
} from '../../../src/domain/delivery/parcels.table';
import { applyReceipts } from '../../../src/domain/delivery/receipts.table';
import { erasureTable } from '../../../src/domain/privacy/erasure.table';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import { aCampaign, aTenant, batchOf, people, RecordingChannel, start, type World, wire } from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
let owner: Client;

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
  owner = new Client({ connectionString: place.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await here.stop();
  await place.drop();
});

interface Scene {
  tenant: string;
  sender: string;
  batch: string;
  contacts: readonly string[];
}
type Act = (tx: TenantTx, scene: Scene, pick: number) => Promise<unknown>;

const seqsFrom = (pick: number): string[] => [1, 2, 3].map((step) => String((pick * step) % 15));
const hours = { open: [], peace: {}, someClosed: false };
const statuses = ['sent', 'delivered', 'read', 'failed'];
const states = ['accepted', 'failed', 'unknown', 'planned'] as const;

/** Everything that moves a message, each as the product does it. */
const acts: Readonly<Record<string, Act>> = {
  claim: (tx, { batch, sender }, pick) => {
    const ask = { batch, purpose: 'marketing', lifted: [], cap: null, hours, sender, prices: '{}' } as const;
    return claimParcel(tx, ask, '0', 1 + (pick % 5), start, async () => {});
  },
  outcomes: async (tx, { batch }, pick) => {
    const state = states[pick % 4] ?? 'failed';
    const reason = state === 'failed' ? 'WHATSAPP_131026' : null;
    const rest = { state, reason, provider: null, sentAs: null, sealed: null, hash: null, pause: 0 };
    const claims = await tx.query<{ seq: string; began: string }>(
      'SELECT seq, claimed_at::text AS began FROM message WHERE batch_id = $1 AND claimed_at IS NOT NULL',
      [batch],
    );
    const began = new Map(claims.map((one) => [one.seq, { began: one.began }]));
    const rows = [...new Set(seqsFrom(pick))].map((seq) => ({ seq, ...rest, ...began.get(seq) }));
    return writeOutcomes(tx, batch, rows, start);
  },
  receipts: (tx, { batch }, pick) => {
    const status = statuses[pick % 4] ?? 'sent';
    return applyReceipts(
      tx,
      seqsFrom(pick).map((seq) => ({ batch, seq, status, at: start, code: status === 'failed' ? 'X_1' : null })),
    );
  },
  leave: (tx, { contacts }, pick) => cancelPromotions(tx, contacts[pick % contacts.length] ?? '', 'all'),
  cancel: (tx, { batch }, pick) => (pick % 5 === 0 ? cancelBatch(tx, batch) : Promise.resolve()),
  thaw: (tx, { batch }, pick) => (pick % 5 === 0 ? thawAudience(tx, batch) : Promise.resolve()),
  reap: async (tx, { batch }) => {
    await tx.query("UPDATE message SET lease_until = lease_until - interval '1 hour' WHERE batch_id = $1", [batch]);
    await reap(tx, batch);
  },
  erase: (tx, { contacts }, pick) => erasureTable.messages(tx, contacts[pick % contacts.length] ?? '', null),
  merge: async (tx, { contacts }, pick) => {
    const [from = '', into = ''] = [contacts[pick % contacts.length], contacts[(pick + 1) % contacts.length]];
    await cancelDoubles(tx, from, into);
    await mergeTable.movePlain(tx, from, into);
  },
  // As a message that takes the place of one that failed.
  another: (tx, { batch, sender, contacts }, pick) =>
    tx
      .query(
        `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, created_at)
       SELECT $1, $2, max(seq) + 1, $3, $4, 'sms', 'marketing', 'planned', $5 FROM message WHERE batch_id = $2`,
        [tx.tenant, batch, contacts[pick % contacts.length], sender, start],
      )
      .catch((error) => {
        // Two at once, or none to count from: nothing was written.
        if (!['23505', '23502'].includes(error.parent?.code)) throw error;
        throw new Error('nothing happened');
      }),
  roll: async (tx, { batch }) => {
    await tx.query("UPDATE message SET state = 'cancelled' WHERE batch_id = $1", [batch]);
    throw new Error('nothing happened');
  },
};

/** One transaction; what is undone, by itself or by Postgres for standing in another's way, changes nothing. */
async function act(scene: Scene, name: string, pick: number): Promise<void> {
  await here
    .in(scene.tenant, (tx) => acts[name]?.(tx, scene, pick) as Promise<unknown>)
    .catch((error) => {
      // What can't be done twice, or was in another's way.
      const isUndone = error.message === 'nothing happened' || ['40P01', '23505'].includes(error.parent?.code);
      if (!isUndone) throw error;
    });
}

const counted = (scene: Scene) => here.in(scene.tenant, (tx) => countStates(tx, scene.batch));
const standing = (scene: Scene) =>
  here.in(scene.tenant, (tx) =>
    tx.query(
      'SELECT state, reason, count(*)::int AS count FROM message WHERE batch_id = $1 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2',
      [scene.batch],
    ),
  );

async function aScene(): Promise<Scene> {
  const tenant = await aTenant(here);
  const contacts = [
    ...(await people(here, tenant.id, 12)),
    ...(await people(here, tenant.id, 3, { consented: false })),
  ];
  const campaign = await aCampaign(here, tenant.id);
  const batch = await batchOf(here, tenant.id, campaign.id);
  await here.in(tenant.id, (tx) => tx.query("UPDATE campaign SET state = 'sending' WHERE id = $1", [campaign.id]));
  return { tenant: tenant.id, sender: tenant.sender, batch, contacts };
}

const moment = fc.array(fc.tuple(fc.constantFrom(...Object.keys(acts)), fc.nat(1_000)), { minLength: 1, maxLength: 4 });

describe('the counters of a campaign', () => {
  it('when messages live in any way, several at once, then the counters are what stands in the rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 3, maxLength: 10 }), async (lives) => {
        const scene = await aScene();
        expect(await counted(scene)).toEqual(await standing(scene));
        for (const together of lives) {
          await Promise.all(together.map(([name, pick]) => act(scene, name, pick)));
          expect(await counted(scene)).toEqual(await standing(scene));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('when somebody holds a shard, then nobody who counts waits for them', async () => {
    const scene = await aScene();
    await here.in(scene.tenant, async (tx) => {
      await cancelPromotions(tx, scene.contacts[0] ?? '', 'all');
      await owner.query("SET statement_timeout = '10s'");
      for (let times = 0; times < 20; times++)
        await owner.query("UPDATE message SET state = 'cancelled' WHERE batch_id = $1 AND contact_id = $2", [
          scene.batch,
          scene.contacts[1 + (times % 5)],
        ]);
    });
    expect(await counted(scene)).toEqual(await standing(scene));
  });

  it('when a customer would write a counter, then it is refused: only the rows do', async () => {
    const scene = await aScene();
    for (const sql of ['UPDATE message_count SET n = 0', 'DELETE FROM message_count'])
      await expect(here.in(scene.tenant, (tx) => tx.query(sql))).rejects.toMatchObject({ parent: { code: '42501' } });
  });

  it('when it is an answer to one person, then no campaign counts it', async () => {
    const scene = await aScene();
    const to = {
      contact: scene.contacts[0] ?? '',
      sender: scene.sender,
      channel: 'whatsapp',
      purpose: 'answer',
      boundTo: newId(),
    } as const;
    await here.in(scene.tenant, (tx) => here.outbox.enqueue(tx, to, { kind: 'content', text: 'hola' }, start));
    const { rows } = await owner.query('SELECT 1 FROM message_count WHERE tenant_id = $1 AND batch_id = 0', [
      scene.tenant,
    ]);
    expect(rows).toEqual([]);
  });
});
