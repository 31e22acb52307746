import { createHash, createHmac } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { anId, aPhone, later, start } from '../world';
import { carriedOut, type ErasingOffice, erasingOffice, leftOf } from './erasing';
import { aKnownPerson, anAcceptedErasure } from './office';

let desk: ErasingOffice;
beforeAll(async () => {
  desk = await erasingOffice();
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.clock.at = start;
});

const asOwner = async <T>(work: (owner: Client) => Promise<T>): Promise<T> => {
  const owner = new Client({ connectionString: desk.ownerUrl });
  await owner.connect();
  try {
    await owner.query("SET session_replication_role = 'replica'"); // rows in any order
    return await work(owner);
  } finally {
    await owner.end();
  }
};

/** A copy of every row, as yesterday's backup has it; but for keys of people, which are in another. */
async function backup() {
  const tables = await asOwner(async (owner) => {
    const { rows } = await owner.query<{ name: string; columns: string }>(
      `SELECT table_name AS name, string_agg(quote_ident(column_name), ', ') AS columns FROM information_schema.columns
       WHERE table_schema = 'public' AND is_generated = 'NEVER' AND table_name <> 'contact_key'
         AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public') GROUP BY 1`,
    );
    await owner.query('CREATE SCHEMA backup');
    for (const { name, columns } of rows)
      await owner.query(`CREATE TABLE backup."${name}" AS SELECT ${columns} FROM public."${name}"`);
    return rows;
  });
  const restore = () =>
    asOwner(async (owner) => {
      for (const { name, columns } of tables) {
        await owner.query(`DELETE FROM public."${name}"`);
        await owner.query(
          `INSERT INTO public."${name}" (${columns}) OVERRIDING SYSTEM VALUE SELECT * FROM backup."${name}"`,
        );
      }
      await owner.query('DROP SCHEMA backup CASCADE');
    });
  return { restore };
}
const isKnown = async (phone: string) => (await desk.in((tx) => desk.audience.find(tx, { phone }))) !== undefined;
const rowsOf = async (contact: string, table: string): Promise<number> =>
  (await desk.in((tx) => tx.query(`SELECT 1 FROM ${table} WHERE contact_id = $1`, [contact]))).length;

describe('after a restore', () => {
  it('T-ERA-2: when yesterday’s backup is brought back, then the ledger erases again whoever was erased since, and their refusal stands', async () => {
    const [person, stays] = [await aKnownPerson(desk), await aKnownPerson(desk)];
    const yesterday = await backup();
    await carriedOut(desk, await anAcceptedErasure(desk, person));
    await yesterday.restore();
    expect([await isKnown(person.identity.phone), await isKnown(stays.identity.phone)]).toEqual([true, true]);
    // who they are can't be read even before: the backup has no key of theirs
    await expect(desk.in((tx) => desk.audience.read(tx, person.contact))).rejects.toMatchObject({
      code: 'PERSON_ERASED',
    });

    const [replayed] = await desk.ledger.replay([desk.tenant], later(60));
    expect(replayed).toMatchObject({ lines: 1, people: 1 });
    expect([await isKnown(person.identity.phone), await isKnown(stays.identity.phone)]).toEqual([false, true]);
    for (const table of ['identifier', 'attribute', 'consent', 'message', 'inbox', 'dialog', 'slack_post'])
      expect([table, await rowsOf(person.contact, table)]).toEqual([table, 0]);
    expect(await leftOf(desk, person)).toEqual([]);
    const again = await desk.in((tx) =>
      desk.audience.importPerson(
        tx,
        { identity: { phone: person.identity.phone } },
        { source: 'import:x', now: later(61) },
      ),
    );
    expect(again).toEqual({ leftOut: 'stopped' });
    expect((await desk.ledger.replay([desk.tenant], later(62)))[0]).toMatchObject({ lines: 0, people: 0 });
  });

  it('when a person came back by themselves since, then they are somebody new, and stay', async () => {
    const person = await aKnownPerson(desk);
    await carriedOut(desk, await anAcceptedErasure(desk, person));
    const again = { phone: person.identity.phone, bsuid: anId() };
    await desk.in((tx) => desk.audience.findOrCreate(tx, again, { source: 'message', now: later(100) }));
    await desk.ledger.replay([desk.tenant], later(200));
    expect(await isKnown(person.identity.phone)).toBe(true);
  });

  it('when the program dies between the line and its row, then the person is erased by the line all the same', async () => {
    const person = await aKnownPerson(desk);
    const [line] = readFileSync(join(desk.folder, `${desk.tenant}.ledger`), 'utf8')
      .trim()
      .split('\n')
      .slice(-1);
    appendFileSync(join(desk.folder, `${desk.tenant}.ledger`), `\n${line?.slice(0, 80)}`); // cut off in the midst
    const id = await anAcceptedErasure(desk, person);
    await carriedOut(desk, id);
    await expect(desk.ledger.replay([desk.tenant], later(60))).resolves.toHaveLength(1);
  });

  it('when a line was altered, then nothing is taken from it and it is said', async () => {
    const file = join(desk.folder, readdirSync(desk.folder)[0] as string);
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.replace(/"version":1/, '"version":2'));
    await expect(desk.ledger.replay([desk.tenant], later(60))).rejects.toMatchObject({ code: 'LEDGER_BROKEN' });
    writeFileSync(file, whole);
  });
});

describe('a dump without the keys', () => {
  it('T-ERA-3: when ten thousand numbers are tried against it, with no key, with zeros and with what stands in it, then not one fits', async () => {
    const person = await aKnownPerson(desk);
    await carriedOut(desk, await anAcceptedErasure(desk, person));
    const owner = new Client({ connectionString: desk.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query<{ token: string }>(
      `SELECT encode(token, 'hex') AS token FROM suppression UNION SELECT encode(token, 'hex') FROM deletion_ledger
       UNION SELECT encode(find, 'hex') FROM identifier UNION SELECT encode(stop, 'hex') FROM identifier`,
    );
    const wrapped = await owner.query<{ wrapped: Buffer }>('SELECT wrapped FROM tenant_key');
    await owner.end();
    const tokens = new Set(rows.map(({ token }) => token));
    expect(tokens.size).toBeGreaterThan(2);
    const numbers = [person.identity.phone, ...Array.from({ length: 9_999 }, () => aPhone())];
    const keys = [Buffer.alloc(0), Buffer.alloc(32), ...wrapped.rows.map((row) => row.wrapped)];
    const fits = numbers.filter((phone) =>
      [phone, phone.slice(1), `v1|${desk.tenant}|phone|${phone}`].some(
        (text) =>
          keys.some((key) => tokens.has(createHmac('sha256', key).update(text).digest('hex'))) ||
          ['md5', 'sha1', 'sha256'].some((name) => tokens.has(createHash(name).update(text).digest('hex'))),
      ),
    );
    expect(fits).toEqual([]);
  });
});
