import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { Client } from 'pg';
import { exitWords } from '../../../src/conversation/certificate-words';
import { FolderBlobs } from '../../../src/data/blobs';
import { tokenOf } from '../../../src/data/keys';
import { verifyDocument } from '../../../src/data/signed-document';
import { CustomerExit } from '../../../src/domain/privacy/customer-exit';
import { hitsIn, scanDatabase } from '../../support/scanner';
import { aPhone, later, start } from '../world';
import { carriedOut, type ErasingOffice, erasingOffice, needlesFor } from './erasing';
import { aKnownPerson, anAcceptedErasure } from './office';

let desk: ErasingOffice;
let exit: CustomerExit;
const outside: string[] = [];
const taken: string[] = [];
beforeAll(async () => {
  desk = await erasingOffice();
  const { database, keys, audience, audit, certificates } = desk;
  const blobs = new FolderBlobs(mkdtempSync(join(process.env.TEST_FOLDER as string, 'exit-')));
  exit = new CustomerExit({
    ...{ database, keys, audience, audit, blobs, certificates },
    ports: {
      removePosts: async (_tx, contact) => void taken.push(contact),
      words: exitWords,
      forgetOutside: async (tenant) => {
        outside.push(tenant);
        await desk.ledger.forget(tenant);
      },
    },
  });
});
afterAll(() => desk.close());

const owner = { actor: 'member:00000000-0000-7000-8000-00000000000a', roles: ['owner'] };
const operator = { ...owner, roles: ['operator'] };
const day = (days: number): Date => later(days * 24 * 60);

/** How many rows of whatever table name this customer, as the owner of the database sees it. */
async function rowsLeft(tenant: string): Promise<Record<string, number>> {
  const client = new Client({ connectionString: desk.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ place: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS place FROM information_schema.columns
     WHERE column_name = 'tenant_id' AND table_schema NOT IN ('pg_catalog', 'information_schema')
       AND (table_schema, table_name) IN (SELECT schemaname, tablename FROM pg_tables)`,
  );
  const left: Record<string, number> = {};
  for (const { place } of rows) {
    const counted = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${place} WHERE tenant_id = $1`, [
      tenant,
    ]);
    if (counted.rows[0]?.n) left[place] = counted.rows[0].n;
  }
  await client.end();
  return left;
}

async function handedOver(): Promise<{ zip: Buffer; sha256: string }> {
  const pieces: Buffer[] = [];
  const { sha256 } = await exit.handOver(desk.tenant, owner, later(10), async (piece) => void pieces.push(piece));
  return { zip: Buffer.concat(pieces), sha256: sha256.toString('hex') };
}

describe('a customer who leaves', () => {
  it('when nobody of theirs who may asks, or asks too early, then nothing happens', async () => {
    await expect(desk.in((tx) => exit.ask(tx, operator, start))).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    await expect(desk.in((tx) => exit.confirm(tx, 'ab', owner, start))).rejects.toMatchObject({
      code: 'EXIT_NOT_ASKED',
    });
    await expect(exit.erase(desk.tenant, start)).rejects.toMatchObject({ code: 'EXIT_NOT_ASKED' });
    await expect(desk.in((tx) => tx.query('SELECT edge.erase_customer(10)'))).rejects.toThrow();
    await expect(desk.in((tx) => tx.query('SELECT edge.forget_customer()'))).rejects.toThrow();
  });

  it('T-PRO-3: when it was handed over, confirmed by its hash and its days have passed, then no row of theirs is left, others have all of theirs, and a certificate says so', async () => {
    const [person, erased] = [await aKnownPerson(desk), await aKnownPerson(desk)];
    await carriedOut(desk, await anAcceptedErasure(desk, erased));
    const other = await desk.tenants.create({ name: 'Sol & Mar', legalName: 'Sol SpA' }, start);
    await desk.in((tx) => desk.audience.findOrCreate(tx, { phone: aPhone() }, { source: 'x', now: start }), other);
    const othersBefore = await rowsLeft(other);

    await desk.in((tx) => exit.ask(tx, owner, later(5)));
    const stopped = await desk.in((tx) => tx.query("SELECT 1 FROM sending_stop WHERE scope = 'company'"));
    expect(stopped).toHaveLength(1);
    const { zip, sha256 } = await handedOver();
    expect(createHash('sha256').update(zip).digest('hex')).toBe(sha256);
    const files = unzipSync(new Uint8Array(zip));
    const text = (name: string): string => Buffer.from(files[name] ?? []).toString();
    expect(text('people.jsonl')).toContain(person.name);
    expect(text('people.jsonl')).toContain(person.identity.phone);
    expect(
      hitsIn('export', Buffer.concat(Object.values(files).map((one) => Buffer.from(one))), needlesFor(erased)),
    ).toEqual([]);

    // who left goes along with the key that makes the list worth something
    const { keys, input, vector } = JSON.parse(text('suppression-key.json'));
    expect(input).toBe(`v1|${desk.tenant}|<kind>|<canonical>`);
    const theirs = tokenOf(Buffer.from(keys[0], 'base64'), desk.tenant, 'phone', erased.identity.phone).toString('hex');
    expect(text('suppressions.jsonl')).toContain(theirs);
    expect(tokenOf(Buffer.from(keys[0], 'base64'), desk.tenant, vector.kind, vector.canonical).toString('hex')).toBe(
      vector.token,
    );

    const wrong = desk.in((tx) =>
      exit.confirm(tx, sha256.replace(/^./, sha256[0] === '0' ? '1' : '0'), owner, later(20)),
    );
    await expect(wrong).rejects.toMatchObject({ code: 'EXIT_OTHER_EXPORT' });
    const { erase_from, erase_until } = await desk.in((tx) => exit.confirm(tx, sha256.toUpperCase(), owner, later(20)));
    expect([erase_from, erase_until]).toEqual([later(20 + 7 * 1440), later(20 + 30 * 1440)]);
    expect(await exit.erase(desk.tenant, later(19 + 7 * 1440))).toBeUndefined();
    expect(Object.keys(await rowsLeft(desk.tenant)).length).toBeGreaterThan(10);

    const document = (await exit.erase(desk.tenant, later(21 + 7 * 1440))) ?? '';
    expect(await rowsLeft(desk.tenant)).toEqual({});
    expect(await rowsLeft(other)).toEqual(othersBefore);
    expect(taken).toContain(person.contact);
    expect(outside).toEqual([desk.tenant]);
    expect(await scanDatabase(desk.ownerUrl, needlesFor(person))).toEqual([]);
    expect(await scanDatabase(desk.ownerUrl, [{ form: 'the customer’s id', bytes: Buffer.from(desk.tenant) }])).toEqual(
      [],
    );

    const verdict = verifyDocument(document);
    expect(verdict).toMatchObject({ state: 'whole', key: { id: desk.signer.id } });
    expect(verdict.document).toMatchObject({
      kind: 'certificate',
      facts: { export_sha256: sha256, people: 1, left: 0, confirmed_at: later(20).toISOString() },
    });
    expect(hitsIn('certificate', Buffer.from(document), needlesFor(person))).toEqual([]);
    await expect(readFile(join(desk.folder, `${desk.tenant}.ledger`))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(exit.erase(desk.tenant, day(30))).rejects.toMatchObject({ code: 'EXIT_NOT_ASKED' });
  });
});

describe('before they are gone', () => {
  let here: ErasingOffice;
  let theirs: CustomerExit;
  beforeAll(async () => {
    here = await erasingOffice();
    const { database, keys, audience, audit, certificates } = here;
    const blobs = new FolderBlobs(mkdtempSync(join(process.env.TEST_FOLDER as string, 'exit-')));
    const ports = { removePosts: async () => {}, words: exitWords, forgetOutside: async () => {} };
    theirs = new CustomerExit({ database, keys, audience, audit, blobs, certificates, ports });
    await aKnownPerson(here);
  });
  afterAll(() => here.close());
  const exported = async (): Promise<string> =>
    (await theirs.handOver(here.tenant, owner, later(10), async () => {})).sha256.toString('hex');

  it('when a legal hold stands, then nothing is begun', async () => {
    await here.in((tx) =>
      tx.query(
        `INSERT INTO legal_hold (tenant_id, id, number, since, sealed, set_by, started_at, review_at)
         VALUES ($1, gen_random_uuid(), 1, $2, '\\x00', gen_random_uuid(), $2, $2)`,
        [here.tenant, start],
      ),
    );
    await expect(here.in((tx) => theirs.ask(tx, owner, start))).rejects.toMatchObject({ code: 'EXIT_HELD' });
    await here.in((tx) => tx.query('UPDATE legal_hold SET released_at = $1', [start]));
  });

  it('when they stay after all, then it is over and can be asked anew; another export must be confirmed anew', async () => {
    await here.in((tx) => theirs.ask(tx, owner, start));
    const first = await exported();
    await here.in((tx) => theirs.confirm(tx, first, owner, later(20)));
    await here.in((tx) => theirs.takeBack(tx, owner, later(30)));
    await expect(theirs.erase(here.tenant, day(40))).rejects.toMatchObject({ code: 'EXIT_NOT_ASKED' });
    await here.in((tx) => theirs.ask(tx, owner, later(40)));
    const second = await exported();
    await here.in((tx) => theirs.confirm(tx, second, owner, later(50)));
    await exported();
    expect(await theirs.erase(here.tenant, day(40))).toBeUndefined();
  });

  it('when the program dies between any two of its transactions, then the next run ends it, with a certificate', async () => {
    await here.in((tx) => theirs.takeBack(tx, owner, later(60)));
    await here.in((tx) => theirs.ask(tx, owner, later(70)));
    const sha256 = await exported();
    await here.in((tx) => theirs.confirm(tx, sha256, owner, later(80)));
    const real = here.database.withTenant.bind(here.database);
    let document: string | undefined;
    for (let turn = 1; document === undefined; turn++) {
      let calls = 0;
      here.database.withTenant = async (tenant, work) => {
        calls += 1;
        const done = await real(tenant, work);
        if (calls === turn) throw new Error('died');
        return done;
      };
      document = await theirs.erase(here.tenant, day(20)).catch((error) => {
        if (error.code === 'EXIT_NOT_ASKED') return 'gone';
        expect(error).toMatchObject({ message: 'died' });
        return undefined;
      });
      expect(turn).toBeLessThan(20);
    }
    here.database.withTenant = real;
    const client = new Client({ connectionString: here.ownerUrl });
    await client.connect();
    const { rows } = await client.query<{ document: string }>('SELECT document FROM edge.exit_certificate');
    await client.end();
    expect(rows.map((row) => verifyDocument(row.document).state)).toContain('whole');
  });
});
