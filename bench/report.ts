import { campaignsTable } from '../src/domain/campaigns/campaigns.table';
import { reports } from '../src/domain/reports/reports.service';
import { type Bench, type BenchPlace, benchStart, figure, medianMs } from './frame';
import { personId } from './people';
import { aCustomer, domainOf } from './system/customer';

const runs = 7;
const batch = 118;

/** A campaign that is over: a few people of each hundred failed, left out or unknown, the others on every step of the way. */
async function makeCampaign(place: BenchPlace, count: number): Promise<void> {
  const { owner, tenant, tell } = place;
  const began = performance.now();
  const { sender } = await aCustomer(place, domainOf(place), { tenant });
  // Of the campaign itself nothing is asked but its number.
  await owner.query("SET session_replication_role = 'replica'");
  await owner.query(
    `INSERT INTO contact (tenant_id, id, sealed, language, zone, country, created_at)
     SELECT $1::uuid, ${personId}, '', 'es', 'America/Santiago', 'CL', $3::timestamptz FROM generate_series(1, $2::int) n`,
    [tenant, count, benchStart],
  );
  await owner.query(
    `INSERT INTO campaign (tenant_id, id, number, batch_id, name, state, template_id, segment_id, sender_id, author_id, started_at, done_at, created_at)
     VALUES ($1, gen_random_uuid(), ${batch}, ${batch}, '', 'done', $1, $1, $1, $1, $2, $2, $2)`,
    [tenant, benchStart],
  );
  await owner.query('RESET session_replication_role');
  await owner.query(
    `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, reason, accepted_at, created_at)
     SELECT $1::uuid, ${batch}, n, ${personId}, $4::uuid, 'whatsapp', 'marketing',
       (ARRAY['read', 'read', 'delivered', 'delivered', 'delivered', 'delivered', 'sent', 'unknown', 'failed', 'left_out'])[1 + n % 10],
       CASE n % 10 WHEN 7 THEN 'WORKER_LOST' WHEN 8 THEN 'WHATSAPP_131026' WHEN 9 THEN 'NO_CONSENT' END, $3::timestamptz, $3::timestamptz
     FROM generate_series(1, $2::int) n`,
    [tenant, count, benchStart, sender],
  );
  await owner.query('VACUUM (ANALYZE)');
  tell(`a campaign of ${count}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

/** What a campaign's report costs when it has a million messages: figures and reasons, from counters that a statement over the rows must agree with. */
export const bench: Bench = async (place, { rows = 1_000_000, messages = rows }) => {
  await makeCampaign(place, messages);
  const { database, owner, tenant } = place;
  const asked = () =>
    database.withTenant(tenant, async (tx) => {
      const row = await campaignsTable.byBatch(tx, String(batch));
      return row && { figures: await reports.figures(tx, row), failures: await reports.failures(tx, row) };
    });
  const counted = () =>
    owner.query(
      "SELECT state, coalesce(reason, '') AS reason, count(*)::int AS n FROM message WHERE tenant_id = $1 AND batch_id = $2 GROUP BY 1, 2",
      [tenant, batch],
    );
  const report = await medianMs(runs, asked);
  const scan = await medianMs(runs, counted);
  const { rows: kept } = await owner.query(
    `SELECT state, reason, sum(n)::int AS n FROM message_count WHERE tenant_id = $1 AND batch_id = $2 GROUP BY 1, 2 HAVING sum(n) <> 0`,
    [tenant, batch],
  );
  const sorted = (all: object[]): string =>
    all
      .map((one) => JSON.stringify(one))
      .sort()
      .join('\n');
  const isEqual = sorted((await counted()).rows) === sorted(kept);
  return {
    figures: [
      figure('P11', report.median, 'ms a report', '<= 10'),
      figure('P11_share', report.median / scan.median, 'of counting the rows', '<= 0.05'),
      figure('P11_equal', isEqual ? 1 : 0, 'counters equal the rows', '>= 1'),
    ],
    raw: { messages, report, scan, answers: await asked(), kept },
  };
};
