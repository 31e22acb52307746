import fc from 'fast-check';
import type { TenantTx } from '../../../src/data/database';
import { note } from '../../../src/domain/delivery/interactions.table';
import { applyReceipts } from '../../../src/domain/delivery/receipts.table';
import { Destruction } from '../../../src/domain/privacy/destruction';
import { campaignReport } from '../../../src/domain/reports/campaign-report';
import { campaignGroups } from '../../../src/domain/reports/groups';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTenant,
  batchOf,
  crowd,
  later,
  people,
  RecordingChannel,
  start,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

/** A campaign of which everything has left. */
async function sent(count: number, segments: readonly string[] = ['RM']) {
  const { id: tenant } = await aTenant(here);
  const group =
    segments.length === 1
      ? await people(here, tenant, count)
      : await crowd(
          here,
          tenant,
          segments.map((segment) => ({ segment })),
        );
  const { id } = await aCampaign(here, tenant);
  const batch = await batchOf(here, tenant, id);
  await here.in(tenant, async (tx) => {
    await tx.query(`UPDATE campaign SET state = 'done', started_at = $2 WHERE id = $1`, [id, start]);
    await tx.query(
      `UPDATE message SET state = 'accepted', accepted_at = $2 WHERE batch_id = $1 AND state = 'planned'`,
      [batch, start],
    );
  });
  return { tenant, group, id, batch };
}

/** What the report should say, counted from the rows alone. */
const counted = async (tx: TenantTx, batch: string) => {
  const [row] = await tx.query<Record<string, number>>(
    `SELECT (count(*) FILTER (WHERE state IN ('accepted', 'sent', 'delivered', 'read')))::int AS sent,
       (count(*) FILTER (WHERE state IN ('delivered', 'read')))::int AS delivered, (count(*) FILTER (WHERE state = 'read'))::int AS read,
       (SELECT count(*)::int FROM interaction WHERE batch_id = $1 AND kind = 'clicked') AS clicked,
       (SELECT count(*)::int FROM interaction WHERE batch_id = $1 AND kind = 'replied') AS replied,
       (SELECT count(*)::int FROM interaction WHERE batch_id = $1 AND kind = 'reacted') AS reacted
     FROM message WHERE batch_id = $1`,
    [batch],
  );
  return row ?? {};
};

const statuses = ['sent', 'delivered', 'read', 'failed'] as const;
const kinds = ['clicked', 'replied', 'reacted'] as const;
const happening = fc.record({
  seq: fc.integer({ min: 1, max: 6 }),
  what: fc.constantFrom(...statuses, ...kinds),
  minute: fc.integer({ min: 0, max: 600 }),
});

describe('the report of a campaign', () => {
  it('when anything comes back in any order, late or twice, then its figures are those of the rows, hour by hour', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (all) => {
        const { tenant, id, batch } = await sent(6);
        for (const { seq, what, minute } of all)
          await here.in(tenant, async (tx) => {
            const at = later(minute);
            const kind = kinds.find((one) => one === what);
            const message = { batch, seq: String(seq) };
            if (kind) await note(tx, message, kind, at);
            else await applyReceipts(tx, [{ ...message, status: what, at, code: null }]);
          });
        await here.in(tenant, async (tx) => {
          expect(await campaignReport(tx, id)).toMatchObject(await counted(tx, batch));
          const kept = await tx.query(
            `SELECT hour, what, sum(n)::int AS n FROM campaign_hour WHERE batch_id = $1 GROUP BY 1, 2 ORDER BY 1, 2`,
            [batch],
          );
          const rows = await tx.query(
            `SELECT date_trunc('hour', at, 'UTC') AS hour, what, count(*)::int AS n
             FROM (SELECT at, status AS what FROM receipt WHERE batch_id = $1 UNION ALL SELECT at, kind FROM interaction WHERE batch_id = $1) e
             GROUP BY 1, 2 ORDER BY 1, 2`,
            [batch],
          );
          expect(kept).toEqual(rows);
        });
      }),
      { numRuns: 8 },
    );
  });

  it('when people of it are erased, then its figures stay, and nothing in them is anybody’s', async () => {
    const { tenant, group, id, batch } = await sent(12);
    const [one = '', two = ''] = group;
    const now = later(30);
    await here.in(tenant, async (tx) => {
      for (const seq of ['1', '2', '3']) {
        await applyReceipts(tx, [{ batch, seq, status: 'read', at: later(5), code: null }]);
        for (const kind of kinds) await note(tx, { batch, seq }, kind, later(6));
      }
      await here.consent.withdraw(tx, one, { source: 'complaint', evidence: 'x', now });
      await here.consent.withdraw(tx, two, { source: 'person', evidence: 'x', now });
    });
    const figures = () =>
      here.in(tenant, async (tx) => {
        const { optedOut } = await here.campaigns.get(tx, id, now);
        return { optedOut, ...(await campaignReport(tx, id)) };
      });
    const before = await figures();
    expect(before).toMatchObject({ optedOut: 2, complaints: 1, clicked: 3, replied: 3, reacted: 3, read: 3 });
    for (const contact of group)
      await here.in(tenant, async (tx) => {
        const all = new Destruction(here.keys);
        const whose = { contact, lanes: [], kept: new Map() };
        await all.messages(tx, whose, now);
        await all.messages(tx, whose, now);
        await all.profile(tx, whose);
      });
    expect(await figures()).toEqual(before);
    const held = await here.in(tenant, (tx) =>
      tx.query(`SELECT 1 AS one FROM interaction UNION ALL SELECT 1 FROM message WHERE contact_id = ANY($1::uuid[])`, [
        group,
      ]),
    );
    expect(held).toEqual([]);
  });

  it('when a group or an hour has few people, then nothing is told of it apart', async () => {
    const { tenant, id, batch } = await sent(0, [...Array<string>(12).fill('RM'), ...Array<string>(9).fill('Aysén')]);
    // the segment of the campaign is RM; who is of elsewhere gets it too
    await here.in(tenant, async (tx) => {
      await tx.query(
        `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, accepted_at, created_at)
         SELECT a.tenant_id, $1, 100 + row_number() OVER (), a.contact_id, a.contact_id, 'whatsapp', 'marketing', 'accepted', $2, $2
         FROM attribute a WHERE a.key = 'region' AND a.value = 'Aysén'`,
        [batch, start],
      );
      for (let seq = 1; seq <= 12; seq++)
        await applyReceipts(tx, [
          { batch, seq: String(seq), status: 'delivered', at: later(seq <= 11 ? 5 : 90), code: null },
        ]);
      const report = await campaignReport(tx, id);
      expect(report.hours).toMatchObject([{ delivered: 11 }]);
      expect(report.delivered).toBe(12);
      const groups = await campaignGroups(tx, id);
      expect(groups.map(({ key, value, sent: count }) => [key, value, count])).toEqual([['region', 'RM', 12]]);
    });
  });

  it('when campaigns came before it, then the two newest of them stand beside it, and no other customer’s', async () => {
    const { id: tenant } = await aTenant(here);
    await people(here, tenant, 2);
    const ids: string[] = [];
    for (let at = 0; at < 4; at++) ids.push((await aCampaign(here, tenant)).id);
    await here.in(tenant, async (tx) => {
      await tx.query('UPDATE campaign SET started_at = $1 WHERE id <> $2', [start, ids[1]]);
      const numbers = await tx.query<{ number: number }>('SELECT number FROM campaign ORDER BY number');
      const report = await campaignReport(tx, ids[3] ?? '');
      expect(report.earlier.map(({ number }) => number)).toEqual([
        `C-${numbers[2]?.number}`,
        `C-${numbers[0]?.number}`,
      ]);
    });
    const other = await sent(1);
    await expect(here.in(tenant, (tx) => campaignReport(tx, other.id))).rejects.toMatchObject({
      code: 'CAMPAIGN_NOT_FOUND',
    });
  });

  it('when it is drawn, then no receipt or interaction is read, and no message but of whoever left', async () => {
    const { tenant, id } = await sent(3);
    await here.in(tenant, async (tx) => {
      const seen: string[] = [];
      const query = (sql: string, bind?: readonly unknown[]) => {
        seen.push(sql);
        return tx.query(sql, bind);
      };
      await campaignReport({ ...tx, query } as TenantTx, id);
      const scans = seen.filter((sql) => /\b(FROM|JOIN) (receipt|interaction)\b/.test(sql));
      expect(scans).toEqual([]);
      // Of messages only those of whoever left, from the person, and those that fell back to another channel; never the campaign's.
      const ofMessages = seen.filter((sql) => /\b(FROM|JOIN) message\b/.test(sql));
      for (const sql of ofMessages) expect(sql).toMatch(/m\.contact_id = g\.contact_id|FROM campaign_fallback/);
    });
  });
});
