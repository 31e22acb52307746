import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { newId } from '../../../src/data/ids';
import { linkHash, origin } from '../../../src/domain/audit/chain';
import { HeadFiles } from '../../../src/domain/audit/head-file';
import { Sealing } from '../../../src/domain/audit/sealing';
import { later, start, type World, world } from '../world';

let here: World;
let owner: Client;
beforeAll(async () => {
  here = await world();
  owner = new Client({ connectionString: here.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await here.close();
});

/** A customer whose chain holds this many entries. */
async function aChain(length: number): Promise<string> {
  const tenant = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
  for (let at = 0; at < length; at++) await record(tenant, at);
  await here.in((tx) => here.audit.seal(tx), tenant);
  return tenant;
}
const record = (tenant: string, at: number) =>
  here.in(
    (tx) =>
      here.audit.record(
        tx,
        { actor: 'member:1', act: 'x.done', subject: `x:${at}`, detail: { b: at, a: 'z' } },
        later(at),
      ),
    tenant,
  );
const seal = (tenant: string) => here.in((tx) => here.audit.seal(tx), tenant);
const head = (tenant: string) => here.in((tx) => here.audit.head(tx), tenant);
const verify = (tenant: string, line?: string) =>
  here.in(async (tx) => here.audit.verify(tx, line ? await here.audit.readHead(tx, line) : undefined), tenant);

/** What somebody with the owner's login might do, out of sight of every trigger and right. */
async function tamper(sql: string, ...bind: unknown[]): Promise<void> {
  await owner.query("SET session_replication_role = 'replica'");
  await owner.query(sql, bind);
}
/** Later places move by so many, with all that stands there. */
async function shift(tenant: string, from: number, by: number): Promise<void> {
  await tamper('UPDATE audit_link SET seq = seq + 1000 WHERE tenant_id = $1 AND seq >= $2', tenant, from);
  await tamper(
    'UPDATE audit_link SET seq = seq - 1000 + $3 WHERE tenant_id = $1 AND seq >= 1000 AND $2 > 0',
    tenant,
    from,
    by,
  );
}
async function entryOf(tenant: string, seq: number): Promise<string> {
  const { rows } = await owner.query('SELECT entry FROM audit_link WHERE tenant_id = $1 AND seq = $2', [tenant, seq]);
  return rows[0].entry;
}
const entryAt = (seq: number) => `(SELECT entry FROM audit_link WHERE tenant_id = $1 AND seq = ${seq})`;

describe('the audit', () => {
  it('when nothing was touched, then the chain holds, also while entries wait', async () => {
    const tenant = await aChain(5);
    await record(tenant, 6);
    expect(await verify(tenant)).toBeUndefined();
    expect(await seal(tenant)).toBe(1);
    expect(await seal(tenant)).toBe(0);
    expect(await verify(tenant, await head(tenant))).toBeUndefined();
  });

  it.each([
    ['act', "UPDATE audit SET act = 'y.done' WHERE tenant_id = $1 AND id = ", 2],
    ['moment', "UPDATE audit SET at = at + interval '1 microsecond' WHERE tenant_id = $1 AND id = ", 3],
    ['detail', `UPDATE audit SET detail = '{"b": 9, "a": "z"}' WHERE tenant_id = $1 AND id = `, 4],
    ['actor, of the last', "UPDATE audit SET actor = 'member:2' WHERE tenant_id = $1 AND id = ", 5],
  ])('when an entry’s %s is edited, then that entry is named', async (_what, sql, seq) => {
    const tenant = await aChain(5);
    const entry = await entryOf(tenant, seq);
    await tamper(sql + entryAt(seq), tenant);
    expect(await verify(tenant)).toEqual({ seq, entry, why: 'edited' });
  });

  it('when an entry is deleted, alone or with its link, then it is missing at its place', async () => {
    const tenant = await aChain(5);
    const entry = await entryOf(tenant, 2);
    await tamper(`DELETE FROM audit WHERE tenant_id = $1 AND id = ${entryAt(2)}`, tenant);
    expect(await verify(tenant)).toEqual({ seq: 2, entry, why: 'gone' });
    await tamper('DELETE FROM audit_link WHERE tenant_id = $1 AND seq = 2', tenant);
    expect(await verify(tenant)).toMatchObject({ seq: 2, why: 'gone' });
  });

  it.each([1, 2])('when %i are deleted and the rest moves up, then they are missing where they were', async (many) => {
    const tenant = await aChain(6);
    await tamper(
      `DELETE FROM audit WHERE tenant_id = $1 AND id IN (SELECT entry FROM audit_link WHERE tenant_id = $1 AND seq BETWEEN 3 AND ${2 + many})`,
      tenant,
    );
    await tamper(`DELETE FROM audit_link WHERE tenant_id = $1 AND seq BETWEEN 3 AND ${2 + many}`, tenant);
    await shift(tenant, 3, -many);
    expect(await verify(tenant)).toMatchObject({ seq: 3, why: 'gone' });
  });

  it('when the last but one is deleted and the last takes its place, then the head kept outside says so', async () => {
    const tenant = await aChain(5);
    const kept = await head(tenant);
    await tamper(`DELETE FROM audit WHERE tenant_id = $1 AND id = ${entryAt(4)}`, tenant);
    await tamper('DELETE FROM audit_link WHERE tenant_id = $1 AND seq = 4', tenant);
    await shift(tenant, 4, -1);
    expect(await verify(tenant, kept)).toMatchObject({ seq: 4, why: 'gone' });
  });

  it('when an entry is put in: without a place, waiting for one, with a made-up one at the end or in the midst, then it is named', async () => {
    const put = (tenant: string, id: string) =>
      tamper("INSERT INTO audit VALUES ($1, $2, now(), 'member:1', 'x', 'x', '{}', 'legacy')", tenant, id);
    const link = (tenant: string, seq: number, id: string) =>
      tamper('INSERT INTO audit_link VALUES ($1, $2, $3, sha256($4))', tenant, seq, id, Buffer.from('made up'));
    const alone = await aChain(3);
    const ids = [newId(), newId(), newId(), newId()] as const;
    await put(alone, ids[0]);
    expect(await verify(alone)).toEqual({ entry: ids[0], why: 'inserted' });
    const waiting = await aChain(3);
    await put(waiting, ids[1]);
    await tamper('INSERT INTO audit_pending VALUES ($1, $2)', waiting, ids[1]);
    await seal(waiting);
    expect(await verify(waiting)).toEqual({ seq: 4, entry: ids[1], why: 'inserted' });
    const atEnd = await aChain(3);
    await put(atEnd, ids[2]);
    await link(atEnd, 4, ids[2]);
    expect(await verify(atEnd)).toMatchObject({ seq: 4, entry: ids[2] });
    const inMidst = await aChain(5);
    await shift(inMidst, 3, 1);
    await put(inMidst, ids[3]);
    await link(inMidst, 3, ids[3]);
    expect(await verify(inMidst)).toMatchObject({ seq: 3, entry: ids[3], why: 'inserted' });
  });

  it.each([
    [2, 4],
    [2, 3],
  ])(
    'when the entries at %i and %i change places, alone or with their links, then the first of them is named',
    async (one, other) => {
      const tenant = await aChain(5);
      const [first, second] = [await entryOf(tenant, one), await entryOf(tenant, other)];
      await tamper('ALTER TABLE audit_link DROP CONSTRAINT IF EXISTS audit_link_tenant_id_entry_key');
      const swap = (column: string) =>
        tamper(
          `UPDATE audit_link l SET ${column} = o.${column} FROM audit_link o
         WHERE l.tenant_id = $1 AND o.tenant_id = $1 AND l.seq IN (${one}, ${other}) AND o.seq = ${one + other} - l.seq`,
          tenant,
        );
      await swap('entry');
      expect(await verify(tenant)).toEqual({ seq: one, entry: second, why: 'order' });
      await swap('hash');
      expect(await verify(tenant)).toEqual({ seq: one, entry: second, why: 'order' });
      await swap('entry');
      await swap('hash');
      expect(first).not.toBe(second);
      expect(await verify(tenant)).toBeUndefined();
    },
  );

  it('when the end is cut off, then a head kept outside shows it, also when the program went on since', async () => {
    const tenant = await aChain(5);
    const kept = await head(tenant);
    await tamper(`DELETE FROM audit WHERE tenant_id = $1 AND id = ${entryAt(5)}`, tenant);
    await tamper('DELETE FROM audit_link WHERE tenant_id = $1 AND seq = 5', tenant);
    expect(await verify(tenant)).toBeUndefined();
    expect(await verify(tenant, kept)).toEqual({ seq: 5, why: 'truncated' });
    await record(tenant, 99);
    await seal(tenant);
    expect(await verify(tenant, kept)).toMatchObject({ seq: 5, why: 'truncated' });
  });

  it('when the end was cut off, then the sealer leaves the head that shows it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heads-'));
    const tenant = await aChain(5);
    const broken: string[] = [];
    const files = new HeadFiles(folder);
    const sealing = () => new Sealing(here.database, here.audit, files, (which) => broken.push(which));
    await record(tenant, 6);
    await sealing().seal([tenant]);
    const kept = await files.read(tenant);
    await tamper(`DELETE FROM audit WHERE tenant_id = $1 AND id = ${entryAt(6)}`, tenant);
    await tamper('DELETE FROM audit_link WHERE tenant_id = $1 AND seq = 6', tenant);
    await record(tenant, 7);
    await sealing().seal([tenant]);
    expect(await files.read(tenant)).toBe(kept);
    expect(broken).toEqual([tenant]);
    expect(await verify(tenant, kept)).toMatchObject({ seq: 6, why: 'truncated' });
    await rm(folder, { recursive: true });
  });

  it('when somebody with the database alone writes the whole chain anew, then its first place does not hold', async () => {
    const tenant = await aChain(3);
    await tamper("UPDATE audit SET act = 'y.done' WHERE tenant_id = $1", tenant);
    await tamper("UPDATE audit_link SET hash = sha256(hash || 'anew') WHERE tenant_id = $1", tenant);
    expect(await verify(tenant)).toMatchObject({ seq: 1, why: 'edited' });
  });

  it('when its oldest part is let go of, then it holds from there on, and nobody can pretend that more had gone', async () => {
    const tenant = await aChain(10);
    const kept = await head(tenant);
    const cut = await here.in((tx) => here.audit.cut(tx, later(4), later(20)), tenant);
    expect(cut).toBe(4);
    expect(await verify(tenant, kept)).toBeUndefined();
    await record(tenant, 11);
    await seal(tenant);
    expect(await verify(tenant, kept)).toBeUndefined();
    const [row] = (await owner.query('SELECT seq, hash FROM audit_link WHERE tenant_id = $1 AND seq = 7', [tenant]))
      .rows;
    await tamper(
      'DELETE FROM audit WHERE tenant_id = $1 AND id IN (SELECT entry FROM audit_link WHERE tenant_id = $1 AND seq < 8)',
      tenant,
    );
    await tamper('DELETE FROM audit_link WHERE tenant_id = $1 AND seq < 8', tenant);
    expect(await verify(tenant)).toMatchObject({ seq: 5, why: 'gone' });
    await tamper('UPDATE audit_cut SET seq = $2, hash = $3 WHERE tenant_id = $1', tenant, row.seq, row.hash);
    expect(await verify(tenant)).toMatchObject({ seq: 7, why: 'begin' });
  });

  it('when a head is altered or is another customer’s, then it is not ours', async () => {
    const [tenant, other] = [await aChain(2), await aChain(2)];
    const line = (await head(tenant)) as string;
    const read = (text: string, whose = tenant) => here.in((tx) => here.audit.readHead(tx, text), whose);
    expect(await read(line)).toMatchObject({ tenant, seq: 2 });
    expect(await read(line.replace('"seq":2', '"seq":1'))).toBeUndefined();
    expect(await read(line, other)).toBeUndefined();
    expect(await read('nonsense')).toBeUndefined();
  });

  it('when a head is kept in its file, then it is read as it was written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heads-'));
    const files = new HeadFiles(join(folder, 'heads'));
    expect(await files.read(here.tenant)).toBeUndefined();
    await files.write(here.tenant, 'one');
    await files.write(here.tenant, 'two');
    expect(await files.read(here.tenant)).toBe('two');
    await rm(folder, { recursive: true });
  });

  it('when several sealers run at once, then every entry has one place', async () => {
    const tenant = await aChain(0);
    await Promise.all(Array.from({ length: 20 }, (_, at) => record(tenant, at)));
    await Promise.all([seal(tenant), seal(tenant), seal(tenant)]);
    expect(await verify(tenant)).toBeUndefined();
    expect(JSON.parse(((await head(tenant)) as string).split(' ')[0] as string).seq).toBe(20);
  });

  it('when the program itself tries to change the audit, then the database refuses', async () => {
    for (const sql of [
      "UPDATE audit SET act = 'x'",
      'DELETE FROM audit',
      'DELETE FROM audit_link',
      'UPDATE audit_link SET seq = 9',
    ])
      await expect(here.in((tx) => tx.query(sql))).rejects.toThrow();
  });

  it('when any part of an entry differs, then its hash does; the order of its detail does not matter', () => {
    const entry = fc.record({
      id: fc.uuid(),
      at: fc.bigInt({ min: 0n, max: 10n ** 16n }).map(String),
      actor: fc.string(),
      act: fc.string(),
      subject: fc.string(),
      detail: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    });
    const start = origin('t');
    const key = Buffer.alloc(32);
    const hash = (it: Parameters<typeof linkHash>[3], seq = 1) => linkHash(key, seq, start, it);
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        const turned = { ...one, detail: Object.fromEntries(Object.entries(one.detail).reverse()) };
        expect(hash(turned)).toEqual(hash(one));
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(hash(one).equals(hash(other))).toBe(isSame);
        expect(hash(one, 2).equals(hash(one))).toBe(false);
      }),
    );
  });
});
