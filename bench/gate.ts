import type { CampaignRow } from '../src/domain/campaigns/campaigns.table';
import { analyzeMessages, countAudience, everyone, makeRows } from '../src/domain/delivery/audience.table';
import { type Bench, type BenchPlace, benchStart, figure, medianMs } from './frame';
import { makePeople } from './people';

const small = 10_000;
const runs = 7;
const everybody = { and: [] };
const looking = { channel: 'whatsapp', now: benchStart } as const;

const gate = ({ database, tenant }: BenchPlace) =>
  database.withTenant(tenant, (tx) => countAudience(tx, everybody, looking));
const count = ({ database, tenant }: BenchPlace) =>
  database.withTenant(tenant, (tx) => tx.query('SELECT count(*) FROM contact'));

/** The statement that counting by the gate runs, with its plan. */
async function planOf({ database, tenant }: BenchPlace): Promise<string[]> {
  return database.withTenant(tenant, async (tx) => {
    let last: { sql: string; bind: readonly unknown[] } = { sql: '', bind: [] };
    const watched = new Proxy(tx, {
      get: (target, name) =>
        name === 'query'
          ? (sql: string, bind: readonly unknown[] = []) => {
              last = { sql, bind };
              return target.query(sql, bind);
            }
          : Reflect.get(target, name),
    });
    await countAudience(watched, everybody, looking);
    const rows = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${last.sql}`, last.bind);
    return rows.map((row) => row['QUERY PLAN']);
  });
}

/** A campaign's rows for everybody, with their reasons; once, and nothing of it is kept. */
async function materialise({ database, tenant }: BenchPlace): Promise<number> {
  const row = { segment: everybody, batch_id: '1000000', sender_id: tenant } as unknown as CampaignRow;
  let took = 0;
  const undone = database.withTenant(tenant, async (tx) => {
    await tx.query('SET LOCAL statement_timeout = 0'); // whatever else the machine does
    const began = performance.now();
    await makeRows(tx, row, looking, everyone, 0n, benchStart);
    await analyzeMessages(tx);
    took = Math.round(performance.now() - began);
    throw new Undo();
  });
  await undone.catch((error) => {
    if (!(error instanceof Undo)) throw error;
  });
  return took;
}
class Undo extends Error {}

async function measured(place: BenchPlace) {
  const gated = await medianMs(runs, () => gate(place));
  const counted = await medianMs(runs, () => count(place));
  const materialisedMs = await materialise(place);
  return { gated, counted, materialisedMs, answers: await gate(place), plan: await planOf(place) };
}

/**
 * What the gate costs for everybody at once: who may get a promotion and why the others may not, over a bare count(*) of contact as the tenant, after
 * VACUUM ANALYZE, warm, the middle of seven; and per person over what it costs with ten thousand.
 */
export const bench: Bench = async (place, { rows = 1_000_000 }) => {
  await makePeople(place, small);
  const few = await measured(place);
  await place.empty();
  await makePeople(place, rows);
  const many = await measured(place);
  const times = many.gated.median / many.counted.median;
  const growth = many.gated.median / rows / (few.gated.median / small);
  return {
    figures: [figure('GATE_TIMES_COUNT', times, 'x', '<= 6'), figure('GATE_GROWTH', growth, 'x', '<= 1.2')],
    raw: { rows, few: { rows: small, ...few }, many },
  };
};
