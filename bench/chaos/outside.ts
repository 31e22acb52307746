import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Audit } from '../../src/domain/audit/audit.service';
import { type Delivery, steps } from '../stand-in/ledger';
import type { World } from './world';

/** A campaign that was launched, and how many people were chosen for it. */
export interface Chosen {
  batch: string;
  people: number;
}
/** What the world outside and the rows say of each other. */
export interface Findings {
  sends: number;
  lost: number;
  doubled: number;
  late: number;
  unknown: number;
  violations: string[];
}
type Row = { seq: string; state: string; reason: string | null };

/** Nothing goes later than this after the commit of somebody's leaving. */
const lateMs = 100;
const over = new Set(['left_out', 'cancelled', 'failed', 'unknown']);
const happened = ['accepted', ...steps];

/**
 * The invariants, asked from outside: the ledger of the world against the rows, with the owner's login. Nothing of the product is believed.
 * @param left when each number's opting out was committed, on the clock that all processes share
 */
export async function inspect(
  world: World,
  tenant: string,
  campaigns: readonly Chosen[],
  left: ReadonlyMap<string, number>,
): Promise<Findings> {
  const found: Findings = { sends: 0, lost: 0, doubled: 0, late: 0, unknown: 0, violations: [] };
  const say = (what: string, count: number): void => {
    if (count > 0) found.violations.push(`${what} (${count})`);
  };
  const delivered = await readLedger(world);
  const leftAt = readMarks(world.place.folder);
  for (const { batch, people } of campaigns) {
    const rows = await world.ask<Row>('SELECT seq, state, reason FROM message WHERE tenant_id = $1 AND batch_id = $2', [
      tenant,
      batch,
    ]);
    const ofBatch = delivered.get(batch) ?? new Map<string, Delivery>();
    found.sends += rows.length;
    found.unknown += rows.filter(({ state }) => state === 'unknown').length;
    say(`I1 ${batch}: ${people} were chosen, ${rows.length} have a row`, Math.abs(people - rows.length));
    const lost = rows.filter((row) => isLost(row, ofBatch.get(row.seq)));
    found.lost += lost.length;
    say(`I1 ${batch}: lost, as ${wordsOf(lost)}`, lost.length);
    const never = rows.filter(({ seq, state }) => ofBatch.has(seq) && !happened.includes(state) && state !== 'unknown');
    say(`I1 ${batch}: delivered, yet ${wordsOf(never)}`, never.length);
    const doubled = timesTooOften(ofBatch);
    found.doubled += doubled;
    say(`I2 ${batch}: delivered more than once`, doubled);
    const behind = rows.filter((row) => !isHighest(row.state, ofBatch.get(row.seq)));
    say(`I4 ${batch}: not the highest of its receipts, ${wordsOf(behind)}`, behind.length);
    say(`counters of ${batch} are not its rows`, await differing(world, tenant, batch));
    const late = [...ofBatch.values()].filter(({ to, marks = [] }) =>
      marks.some((mark) => (leftAt.get(mark) ?? 0) > (left.get(to) ?? Number.POSITIVE_INFINITY) + lateMs),
    );
    found.late += late.length;
    say(`I3 ${batch}: left more than ${lateMs} ms after the person did`, late.length);
  }
  const answers = timesTooOften(delivered.get('0') ?? new Map());
  found.doubled += answers;
  say('I2: an answer came more than once', answers);
  return found;
}

/** Not in the world, and not decided: nobody would ever hear of it. What is said to have arrived and did not is lost, too. */
function isLost({ state, reason }: Row, delivery: Delivery | undefined): boolean {
  if (delivery) return false;
  return !(over.has(state) && reason !== null);
}

/** At least what the product has answered for, at most what it was told. */
function isHighest(state: string, delivery: Delivery | undefined): boolean {
  if (!delivery) return true;
  const rank = happened.indexOf(state);
  const top = (bits: number): number => steps.findLastIndex((_, at) => (bits & (1 << at)) !== 0) + 1;
  return rank >= (delivery.taken ? top(delivery.taken) : -1) && rank <= top(delivery.told);
}

/** One person, one delivery, whatever its reference. */
function timesTooOften(ofBatch: ReadonlyMap<string, Delivery>): number {
  const times = new Map<string, number>();
  for (const { to, reference, count } of ofBatch.values()) {
    const who = reference.startsWith('0.') ? reference : to;
    times.set(who, (times.get(who) ?? 0) + count);
  }
  return [...times.values()].reduce((sum, count) => sum + count - 1, 0);
}

const wordsOf = (rows: readonly Row[]): string =>
  [...new Set(rows.map(({ state, reason }) => `${state}${reason ? ` ${reason}` : ''}`))].slice(0, 4).join(', ');

/** By batch and place in it. */
async function readLedger({ standIn, place }: World): Promise<Map<string, Map<string, Delivery>>> {
  const file = join(place.folder, 'ledger.ndjson');
  await standIn.wish({ do: 'write', file });
  const all = new Map<string, Map<string, Delivery>>();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const delivery = JSON.parse(line) as Delivery;
    const [batch = '', seq = ''] = delivery.reference.split('.');
    const ofBatch = all.get(batch) ?? new Map<string, Delivery>();
    all.set(batch, ofBatch.set(seq, delivery));
  }
  return all;
}

/** When each request began to leave, as its process wrote it down. */
function readMarks(folder: string): Map<string, number> {
  const marks = new Map<string, number>();
  for (const name of readdirSync(folder).filter((file) => /^left-\d+[.]txt$/.test(file)))
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      const [mark, at] = line.split(' ');
      if (mark && at) marks.set(mark, Number(at));
    }
  return marks;
}

/** States of which the kept counters say something else than the rows. */
async function differing(world: World, tenant: string, batch: string): Promise<number> {
  const rows = await world.ask(
    `SELECT state FROM (
       SELECT state, count(*) AS n FROM message WHERE tenant_id = $1 AND batch_id = $2 GROUP BY 1) r
     FULL JOIN (
       SELECT state, sum(n) AS n FROM message_count WHERE tenant_id = $1 AND batch_id = $2 GROUP BY 1 HAVING sum(n) <> 0) c USING (state)
     WHERE r.n IS DISTINCT FROM c.n`,
    [tenant, batch],
  );
  return rows.length;
}

/** I5: the audit's chain holds, with all that was done in it. */
export async function auditHolds({ place }: World, tenant: string): Promise<string[]> {
  const audit = new Audit(place.keys);
  const broken = await place.database.withTenant(tenant, async (tx) => {
    while ((await audit.seal(tx)) > 0);
    return audit.verify(tx);
  });
  return broken ? [`I5: the audit is ${broken.why} at ${broken.seq ?? broken.entry}`] : [];
}
