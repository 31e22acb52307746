import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { type Expression, readExpression } from '../../../../src/domain/audience/segments/expression';
import { selectionOf } from '../../../../src/domain/audience/segments/selection.table';
import { type World, world } from '../../world';
import { daysAgo, expression, isMeant, noon, type Someone, someone, zone } from './naive';

let here: World;
let owner: Client;
beforeAll(async () => {
  here = await world();
  owner = new Client({ connectionString: here.ownerUrl });
  await owner.connect();
  // Rows of these tables alone are looked at: what they refer to need not be there.
  await owner.query("SET session_replication_role = 'replica'");
});
afterAll(async () => {
  await owner.end();
  await here.close();
});

/** A customer with these people and two campaigns. */
async function settle(people: readonly Someone[]): Promise<string> {
  const tenant = randomUUID();
  const batches = new Map<number, number>();
  for (const number of [101, 102]) {
    const { rows } = await owner.query<{ batch: string }>("SELECT nextval('batch_seq') AS batch");
    batches.set(number, Number(rows[0]?.batch));
    await owner.query(
      `INSERT INTO campaign (tenant_id, id, number, batch_id, name, state, template_id, segment_id, sender_id, author_id, created_at)
       VALUES ($1, gen_random_uuid(), $2, $3, '', 'done', $1, $1, $1, $1, $4)`,
      [tenant, number, batches.get(number), noon],
    );
  }
  for (const [at, one] of people.entries()) {
    const { consented, stopped, held, language, country, joined, wrote } = one;
    await owner.query(
      `INSERT INTO contact (tenant_id, id, language, country, created_at, last_inbound_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [tenant, one.id, language, country, daysAgo(joined), wrote === undefined ? null : daysAgo(wrote)],
    );
    await owner.query(
      `INSERT INTO standing (tenant_id, contact_id, consented, stopped, held, zone, country, language) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [tenant, one.id, consented, stopped, held, zone, country, language],
    );
    for (const { key, value } of one.attributes)
      await owner.query('INSERT INTO attribute (tenant_id, key, value, contact_id) VALUES ($1, $2, $3, $4)', [
        tenant,
        key,
        value,
        one.id,
      ]);
    for (const { campaign, state, accepted, did } of one.messages) {
      const batch = batches.get(campaign);
      await owner.query(
        `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, accepted_at, created_at)
         VALUES ($1, $2, $3, $4, $4, 'whatsapp', 'marketing', $5, $6, $7)`,
        [tenant, batch, at, one.id, state, accepted === undefined ? null : daysAgo(accepted), noon],
      );
      await owner.query(
        'INSERT INTO interaction (tenant_id, batch_id, seq, kind, at) SELECT $1, $2, $3, k, $4 FROM unnest($5::text[]) k',
        [tenant, batch, at, noon, did],
      );
    }
  }
  return tenant;
}

const selected = (tenant: string, wanted: Expression): Promise<string[]> =>
  here.in(async (tx) => {
    const { where, bind } = selectionOf(wanted, { now: noon, zone }, 1);
    const rows = await tx.query<{ id: string }>(
      `SELECT s.contact_id AS id FROM standing s WHERE s.tenant_id = $1 AND ${where} ORDER BY 1`,
      [tenant, ...bind],
    );
    return rows.map((row) => row.id);
  }, tenant);

const ids = Array.from({ length: 12 }, () => randomUUID());
const people = fc.tuple(...ids.map(someone));

it('when people are asked for by any expression, then exactly those come that it means, and nobody of another customer', async () => {
  await fc.assert(
    fc.asyncProperty(people, fc.array(expression, { minLength: 25, maxLength: 25 }), async (all, wanted) => {
      const tenant = await settle(all);
      for (const one of wanted)
        expect([one, await selected(tenant, one)]).toEqual([
          one,
          all
            .filter((person) => isMeant(one, person))
            .map(({ id }) => id)
            .sort(),
        ]);
    }),
    { numRuns: 20 },
  );
});

it('when names and values are attacks, then they are only looked for, and the text of the query has none of them', () => {
  fc.assert(
    fc.property(expression, (wanted) => {
      const { where, bind } = selectionOf(wanted, { now: noon, zone }, 1);
      expect(where).not.toMatch(/DROP|;|--|O'H|RM|región/);
      const holes = [...where.matchAll(/\$(\d+)/g)].map(([, at]) => Number(at));
      expect(holes.every((at) => at >= 1 && at <= bind.length + 1)).toBe(true);
    }),
  );
});

describe('what is stored', () => {
  it('when it comes back from JSON, then it is the same, said once', () => {
    fc.assert(
      fc.property(expression, (wanted) => {
        const read = readExpression(JSON.parse(JSON.stringify(wanted)));
        if (read) expect(readExpression(JSON.parse(JSON.stringify(read)))).toEqual(read);
      }),
    );
  });

  it.each([
    ['too deep', Array.from({ length: 8 }).reduce<unknown>((inner) => ({ and: [inner, { tag: 'x' }] }), { tag: 'x' })],
    ['too many', { or: Array.from({ length: 31 }, () => ({ tag: 'x' })) }],
    ['a NUL', { tag: 'a\0b' }],
    ['half a sign', { attribute: 'k', is: '\ud800' }],
    ['no such day', { attribute: 'k', over: { day: '2026-02-30' } }],
    ['a number without end', { attribute: 'k', over: Number.POSITIVE_INFINITY }],
    ['something of its own', { attribute: 'k', sql: '1=1' }],
    ['nothing', {}],
    ['an or of nothing', { or: [] }],
    ['a list', []],
    ['a text', 'region = RM'],
  ])('when it is %s, then it is none', (_what, wanted) => {
    expect(readExpression(wanted)).toBeUndefined();
  });
});
