import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { linkHash, origin } from '../../../src/domain/audit/chain';
import { HeadFiles } from '../../../src/domain/audit/head-file';
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
    ['edited', "UPDATE audit SET act = 'y.done' WHERE tenant_id = $1 AND id = ", 2],
    ['edited', "UPDATE audit SET at = at + interval '1 microsecond' WHERE tenant_id = $1 AND id = ", 3],
    ['edited', `UPDATE audit SET detail = '{"b": 9, "a": "z"}' WHERE tenant_id = $1 AND id = `, 4],
    ['gone', 'DELETE FROM audit WHERE tenant_id = $1 AND id = ', 2],
  ])('when an entry is %s by %s, then it is the first that does not hold', async (why, sql, seq) => {
    const tenant = await aChain(5);
    await tamper(sql + entryAt(seq), tenant);
    expect(await verify(tenant)).toMatchObject({ seq, why });
  });

  it('when a link is taken out, then its place is named', async () => {
    const tenant = await aChain(5);
    await tamper('DELETE FROM audit_link WHERE tenant_id = $1 AND seq = 3', tenant);
    expect(await verify(tenant)).toMatchObject({ seq: 3, why: 'gone' });
  });

  it('when two entries change places, then the first of them does not hold', async () => {
    const tenant = await aChain(5);
    await tamper('ALTER TABLE audit_link DROP CONSTRAINT IF EXISTS audit_link_tenant_id_entry_key');
    await tamper(
      `UPDATE audit_link l SET entry = o.entry FROM audit_link o
       WHERE l.tenant_id = $1 AND o.tenant_id = $1 AND l.seq IN (2, 4) AND o.seq = 6 - l.seq`,
      tenant,
    );
    expect(await verify(tenant)).toMatchObject({ seq: 2, why: 'edited' });
  });

  it('when an entry is put in without a place, then it is found', async () => {
    const tenant = await aChain(3);
    await tamper("INSERT INTO audit VALUES ($1, gen_random_uuid(), now(), 'member:1', 'x', 'x', '{}')", tenant);
    expect(await verify(tenant)).toMatchObject({ why: 'stray' });
  });

  it('when the end is cut off, or the whole chain is written anew, then only a head kept outside shows it', async () => {
    const tenant = await aChain(5);
    const kept = await head(tenant);
    await tamper(`DELETE FROM audit WHERE tenant_id = $1 AND id = ${entryAt(5)}`, tenant);
    await tamper('DELETE FROM audit_link WHERE tenant_id = $1 AND seq = 5', tenant);
    expect(await verify(tenant)).toBeUndefined();
    expect(await verify(tenant, kept)).toEqual({ seq: 5, why: 'truncated' });
    await record(tenant, 99);
    await seal(tenant);
    expect(await verify(tenant, kept)).toMatchObject({ seq: 5, why: 'head' });
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
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        const turned = { ...one, detail: Object.fromEntries(Object.entries(one.detail).reverse()) };
        expect(linkHash(start, turned).equals(linkHash(start, one))).toBe(true);
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(linkHash(start, one).equals(linkHash(start, other))).toBe(isSame);
      }),
    );
  });
});
