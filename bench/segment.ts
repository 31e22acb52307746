import { type Expression, everybody } from '../src/domain/audience/segments/expression';
import { bySets } from '../src/domain/audience/segments/selection.table';
import { countAudience } from '../src/domain/delivery/audience.table';
import { type Bench, type BenchPlace, benchStart, figure, medianMs } from './frame';
import { makePeople, personId } from './people';

const runs = 7;
const looking = { channel: 'whatsapp', now: benchStart } as const;
const last = 118;

/** "Mujeres de Ñuñoa o Providencia, que compraron en noviembre o tienen más de 3 compras, que no leyeron la última campaña y no son plan oro." */
const realistic: Expression = {
  and: [
    { attribute: 'genero', is: 'F' },
    { attribute: 'comuna', in: ['Ñuñoa', 'Providencia'] },
    {
      or: [
        { attribute: 'ultima_compra', from: { day: '2026-11-01' }, to: { day: '2026-11-30' } },
        { attribute: 'compras', over: 3 },
      ],
    },
    { not: { did: 'read', campaign: last } },
    { not: { attribute: 'plan', is: 'oro' } },
  ],
};
/** Where nothing narrows it: the sets are as large as they get. */
const wide: Expression = {
  and: [{ attribute: 'region', in: ['RM', 'Valparaíso'] }, { not: { did: 'read', campaign: last } }],
};
const asked: Readonly<Record<string, Expression>> = { realistic, wide, everybody };

/** Gender, one of some two hundred communes, purchases and the day of the last, and a campaign that reached four of ten, of whom half read it. */
async function makeShop({ owner, tenant, tell }: BenchPlace, count: number): Promise<void> {
  const began = performance.now();
  const from = (select: string) => `SELECT ${select} FROM generate_series(1, $2::int) n`;
  await owner.query("SET session_replication_role = 'replica'");
  await owner.query(
    `INSERT INTO attribute (tenant_id, key, value, contact_id)
     ${from(`$1::uuid, 'compras', ((n::bigint * 7919) % 12)::text, ${personId}`)}
     UNION ALL ${from(`$1::uuid, 'genero', CASE WHEN n % 2 = 0 THEN 'F' ELSE 'M' END, ${personId}`)}
     UNION ALL ${from(`$1::uuid, 'comuna', (ARRAY['Ñuñoa', 'Providencia', 'Maipú', 'Puente Alto'])[1 + (n::bigint * 7907) % 53] , ${personId}`)} WHERE (n::bigint * 7907) % 53 < 4
     UNION ALL ${from(`$1::uuid, 'comuna', 'comuna ' || (n::bigint * 7907) % 211, ${personId}`)} WHERE (n::bigint * 7907) % 53 >= 4
     UNION ALL ${from(`$1::uuid, 'ultima_compra', (date '2026-11-30' - ((n::bigint * 31) % 365)::int)::text, ${personId}`)}`,
    [tenant, count],
  );
  await owner.query(
    `INSERT INTO campaign (tenant_id, id, number, batch_id, name, state, template_id, segment_id, sender_id, author_id, started_at, done_at, created_at)
     VALUES ($1, gen_random_uuid(), ${last}, ${last}, '', 'done', $1, $1, $1, $1, $2, $2, $2)`,
    [tenant, new Date(benchStart.getTime() - 60 * 86_400_000)],
  );
  await owner.query(
    `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, accepted_at, created_at)
     ${from(`$1::uuid, ${last}, n, ${personId}, $1::uuid, 'whatsapp', 'marketing', CASE WHEN n % 10 < 2 THEN 'read' ELSE 'delivered' END, $3::timestamptz, $3::timestamptz`)}
     WHERE n % 10 < 4`,
    [tenant, count, new Date(benchStart.getTime() - 60 * 86_400_000)],
  );
  await owner.query('RESET session_replication_role');
  await owner.query('VACUUM (ANALYZE)');
  tell(`shop: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

/** The plan of the last statement that some work runs. */
async function planOf({ database, tenant }: BenchPlace, expression: Expression): Promise<string[]> {
  return database.withTenant(tenant, async (tx) => {
    let said: { sql: string; bind: readonly unknown[] } = { sql: '', bind: [] };
    const query = (sql: string, bind: readonly unknown[] = []) => {
      if (sql.includes('standing')) said = { sql, bind };
      return tx.query(sql, bind);
    };
    const watched = new Proxy(tx, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) });
    await countAudience(watched, expression, looking);
    const explain = `EXPLAIN (ANALYZE, BUFFERS) ${said.sql}`;
    const rows = await bySets(tx, () => tx.query<{ 'QUERY PLAN': string }>(explain, said.bind));
    return rows.map((row) => row['QUERY PLAN']);
  });
}

/**
 * What it costs to say how many a segment has, how many of them may be written to and why the rest may not, over a bare count(*) of contact as the tenant,
 * after VACUUM ANALYZE, warm, the middle of seven.
 */
export const bench: Bench = async (place, { rows = 1_000_000 }) => {
  await makePeople(place, rows);
  await makeShop(place, rows);
  const { database, tenant } = place;
  const raw: Record<string, unknown> = { rows };
  let times = 0;
  for (const [name, expression] of Object.entries(asked)) {
    const counting = () => database.withTenant(tenant, (tx) => countAudience(tx, expression, looking));
    const segment = await medianMs(runs, counting);
    const counted = () =>
      database.withTenant(tenant, (tx) => bySets(tx, () => tx.query('SELECT count(*) FROM contact')));
    const bare = await medianMs(runs, counted);
    if (expression === realistic) times = segment.median / bare.median;
    raw[name] = {
      ...{ expression, times: segment.median / bare.median, segment, bare },
      answers: await counting(),
      plan: await planOf(place, expression),
    };
  }
  return { figures: [figure('SEGMENT_TIMES_COUNT', times, 'x', '<= 6')], raw };
};
