import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Database, type TenantTx } from '../../src/data/database';
import { type TestDatabase, testDatabase } from '../support/database';

const src = join(__dirname, '..', '..', 'src');
type Call = (tx: unknown, ...rest: unknown[]) => unknown;

/** Every function of every table file, by file and name. */
const functions: [string, Call][] = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.name.endsWith('.table.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .flatMap((file) =>
    Object.entries(require(file) as Record<string, unknown>).flatMap(([name, value]) => {
      const members = typeof value === 'object' && value !== null ? Object.entries(value) : [[name, value] as const];
      return members.flatMap(([member, one]): [string, Call][] =>
        typeof one === 'function' ? [[`${relative(src, file)} ${member}`, (...all) => one.apply(value, all)]] : [],
      );
    }),
  );

/** These put SQL together, reckon, take a lock by number, or ask the catalogue first which tables they may see: there is nothing in them to refuse. */
const harmless = [
  'domain/billing/payments.table.ts idOf',
  'domain/billing/payments.table.ts queue',
  'domain/billing/statements.table.ts partyOf',
  'domain/support/trail.table.ts firstIdOf',
  'domain/privacy/customer-exit.table.ts blobs',
  'domain/privacy/erasure-scan.table.ts tracesOf',
  'domain/campaigns/templates.table.ts purposeOf',
  'domain/delivery/gate.table.ts leftAt',
  'domain/delivery/gate.table.ts refusalSql',
  'domain/delivery/gate.table.ts refusalsSql',
  'domain/delivery/gate.table.ts standingRefusalSql',
  'domain/delivery/spending.table.ts countedSql',
  'domain/delivery/spending.table.ts queueForLimit',
  'domain/delivery/spending.table.ts randomShard',
  'domain/audience/segments/selection.table.ts bySets',
  'domain/audience/segments/selection.table.ts daysBefore',
  'domain/audience/segments/selection.table.ts selectionOf',
  'domain/delivery/sent-ids.table.ts sentToken',
  'domain/privacy/holdings.table.ts read', // asks only once its rows are asked for
  'domain/reports/files.table.ts idOf',
  'domain/reports/files.table.ts laneOf',
  'domain/audience/identifiers.table.ts lock',
  'domain/audit/audit.table.ts lock',
  'domain/privacy/holds.table.ts blockedSql',
  'domain/privacy/holds.table.ts heldSql',
  'inbox/inbox.table.ts isOfRows',
  'inbox/inbox.table.ts lockLane',
];

let place: TestDatabase;
let database: Database;
beforeAll(async () => {
  place = await testDatabase();
  database = new Database(place.appUrl, { pool: 2 });
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

/** Stands for any argument: a row, a list, a moment, a token. */
function anything(): unknown {
  const list: unknown[] = [];
  return new Proxy(function it() {}, {
    apply: () => anything(),
    get: (_target, key) => {
      if (list.length === 0) list.push(anything());
      if (key === 'then') return undefined;
      if (key === Symbol.toPrimitive || key === 'toString' || key === 'toISOString' || key === 'toJSON')
        return () => '1';
      if (key === 'readBigInt64BE') return () => 1n;
      if (key in Array.prototype) {
        const member = list[key as keyof typeof list];
        return typeof member === 'function' ? (member as Call).bind(list) : member;
      }
      return anything();
    },
  });
}
const uuid = '00000000-0000-7000-8000-00000000000f';
// The first are for those who change only the columns that they are given: with none, nothing would be asked.
const offers: readonly (() => unknown[])[] = [
  () => [{ id: uuid, status: 'open' }, { status: 'open' }],
  () => [uuid, { state: 'open', status: 'open' }],
  () => Array.from({ length: 8 }, anything),
  () => Array(8).fill(uuid),
  // A single message, of whose purpose the gate has a question.
  () => [{ contact: uuid, channel: 'whatsapp', purpose: 'case', boundTo: uuid }, new Date(0)],
  // Rows whose time is over, by a rule.
  () => [{ rule: 'content', table: 'inbox', key: { id: 'uuid' }, due: 'true' }, new Date(0), undefined, 1],
];

interface Asked {
  refused: number;
  answered: number;
}

/** The same transaction, counting what Postgres makes of it. */
function counting(tx: TenantTx, asked: Asked): unknown {
  const count = async (asking: Promise<unknown>): Promise<unknown> => {
    try {
      const answer = await asking;
      asked.answered += 1;
      return answer;
    } catch (error) {
      const { code } = (error as { parent?: { code?: string } }).parent ?? {};
      if (code === '42501' || code === '42P01') asked.refused += 1; // no right to the table, or not even to see it
      throw error;
    }
  };
  const whole = tx as unknown as { query: Call; rows: (table: unknown) => Record<string, Call> };
  return {
    ...tx,
    query: (...all: [unknown]) => count(whole.query(...all) as Promise<unknown>),
    rows: (table: unknown) =>
      Object.fromEntries(
        Object.entries(whole.rows(table)).map(([name, call]) => [
          name,
          (...all: [unknown]) => count(call(...all) as Promise<unknown>),
        ]),
      ),
  };
}

/** In a transaction in which everything is as in withTenant but the role: the login as it comes out of the pool. */
async function call(one: Call): Promise<Asked> {
  const asked = { refused: 0, answered: 0 };
  for (const offer of offers) {
    const calling = database.withTenant(uuid, async (tx) => {
      await tx.query("SELECT set_config('role', 'none', true)");
      await one(counting(tx, asked), ...offer());
    });
    await calling.catch(() => {});
    if (asked.refused + asked.answered > 0) break;
  }
  return asked;
}

describe('a repository function outside withTenant', () => {
  it('when it is called, then Postgres refuses, whichever it is', async () => {
    const wrong: unknown[] = [];
    for (const [name, one] of functions.filter(([of]) => !harmless.includes(of))) {
      const asked = await call(one);
      if (asked.refused === 0 || asked.answered > 0) wrong.push([name, asked]);
    }
    expect(wrong).toEqual([]);
    expect(functions.length).toBeGreaterThan(120);
  });
});
