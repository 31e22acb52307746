import { randomBytes } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  type BackupPlace,
  backupKeyOf,
  dataBackups,
  keysFolder,
  pruneBackups,
} from '../../src/data/backup/backup-folder';
import { dumpData } from '../../src/data/backup/dump';
import { KeyBackups } from '../../src/data/backup/key-backups';
import { restore } from '../../src/data/backup/restore';
import { checkSealed, writeSealed } from '../../src/data/backup/sealed-file';
import { dataTables, inKeyBackup } from '../../src/data/backup/tables';
import { Database } from '../../src/data/database';
import { newId } from '../../src/data/ids';
import { Keys } from '../../src/data/keys';
import { migrate } from '../../src/data/migrate';
import { appUrl } from '../../src/data/roles';
import { aPerson, aPhone, later, start, type World, world, wrote } from '../domain/world';
import { testDatabase } from '../support/database';

let here: World;
let folder: string;
let place: BackupPlace;
let backups: KeyBackups;
const opened: { url: string }[] = [];

beforeEach(async () => {
  here = await world();
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
  place = { folder, key: randomBytes(32) };
  backups = new KeyBackups(here.database, place, join(folder, 'ledger'));
});
afterEach(async () => {
  await here.close();
  await rm(folder, { recursive: true });
});
afterAll(async () => {
  for (const { url } of opened) await drop(url);
});

const admin = async (sql: string): Promise<void> => {
  const client = new Client({ connectionString: process.env.TEST_DATABASE_ADMIN_URL as string });
  await client.connect();
  await client.query(sql).finally(() => client.end());
};
/** A database that is not there yet. */
function nowhere(): string {
  const url = new URL(process.env.TEST_DATABASE_ADMIN_URL as string);
  url.pathname = `/connectus_restored_${randomBytes(6).toString('hex')}`;
  opened.push({ url: url.toString() });
  return url.toString();
}
const drop = (url: string) => admin(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
const asked = async <Row extends object>(url: string, sql: string, bind: unknown[] = []): Promise<Row[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, bind)).rows;
  } finally {
    await client.end();
  }
};
const blobs = () => join(folder, 'blobs');
const backup = async (now = start) => {
  const file = await dumpData(here.ownerUrl, place, { now, blobs: blobs() });
  await backups.write(here.tenant);
  return file;
};
const back = (url: string, more: Partial<BackupPlace> & { wanted?: string } = {}) =>
  restore(
    url,
    { ...place, ...more },
    { blobs: join(folder, 'blobs-2'), ledgers: join(folder, 'ledger-2'), ...(more.wanted && { wanted: more.wanted }) },
  );

/** Everything of every table, as text, to be compared. */
async function everything(url: string): Promise<Record<string, string[]>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const all: Record<string, string[]> = {};
  const tables = [...(await dataTables(client)).map(({ name }) => name), ...inKeyBackup];
  for (const name of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t ORDER BY 1`);
    if (rows.length > 0) all[name] = rows.map(({ row }) => row);
  }
  await client.end();
  return all;
}
const isEmpty = async (url: string): Promise<boolean> => {
  try {
    return Object.keys(await everything(url)).length === 0;
  } catch {
    return true; // not even a database
  }
};

describe('a backup', () => {
  it('when it is restored into a database that was not there, then every row of every table is what it was, and people can be read', async () => {
    const contact = await aPerson(here, { identity: { phone: '+56912345678' }, name: 'Rosa' });
    await here.in((tx) => here.audience.setAttribute(tx, contact, 'ciudad', 'Putre\t\\N "x"\nñ'));
    await here.in((tx) => here.audit.seal(tx));
    await wrote(here, { phone: '+56912345678' });
    const before = await everything(here.ownerUrl);
    await backup();
    const url = nowhere();
    const done = await back(url);
    expect(done).toMatchObject({ customers: 1 });
    expect(await everything(url)).toEqual(before);
    expect(Object.keys(before).length).toBeGreaterThan(10);
    const database = new Database(appUrl(url), { pool: 2 });
    const keys = new Keys(database, here.vault);
    const [row] = await asked<{ kind: string; sealed: Buffer }>(
      url,
      'SELECT kind, sealed FROM identifier WHERE contact_id = $1',
      [contact],
    );
    const key = await database.withTenant(here.tenant, (tx) => keys.person(tx, contact));
    expect(key).toBeDefined();
    expect(row?.sealed).toBeInstanceOf(Buffer);
    await database.close();
    await expect(back(url)).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY' });
    expect(await everything(url)).toEqual(before);
  });

  it('when rows are added afterwards, then numbers go on where they were', async () => {
    await asked(here.ownerUrl, "SELECT setval('message_seq', 4711)");
    await backup();
    const url = nowhere();
    await back(url);
    expect((await asked<{ next: string }>(url, "SELECT nextval('message_seq') AS next"))[0]?.next).toBe('4712');
  });

  it('when a file is looked at, then nothing of anybody stands in it in the open', async () => {
    await aPerson(here, { identity: { phone: '+56987654321' }, name: 'Rosaura Quilapán' });
    await wrote(here, { phone: '+56987654321' });
    const file = await backup();
    const [keyFile = ''] = await readdir(keysFolder(place, here.tenant));
    for (const path of [file, join(keysFolder(place, here.tenant), keyFile)]) {
      const bytes = await readFile(path, 'latin1');
      for (const word of ['987654321', 'Rosaura', 'Andina', 'tenant_id', 'wrapped']) expect(bytes).not.toContain(word);
      expect((await stat(path)).mode & 0o077).toBe(0);
    }
  });

  it('when the data backup is opened with its key, then no key of a person, nothing that came in and no refusal is in it', async () => {
    await aPerson(here);
    await wrote(here, { phone: aPhone() });
    await backup();
    const url = nowhere();
    await rm(join(folder, 'keys'), { recursive: true });
    await back(url);
    const there = await everything(url);
    for (const table of inKeyBackup) expect(there[table]).toBeUndefined();
    expect(there.contact).toHaveLength(1);
  });

  it('when a template has its picture, then the sealed bytes come along', async () => {
    await mkdir(blobs(), { recursive: true });
    const name = randomBytes(16).toString('hex');
    await writeFile(join(blobs(), name), randomBytes(700_000));
    const template = newId(start);
    await asked(here.ownerUrl, "SET session_replication_role = 'replica'");
    const client = new Client({ connectionString: here.ownerUrl });
    await client.connect();
    await client.query("SET session_replication_role = 'replica'");
    await client.query(
      `INSERT INTO template_medium (tenant_id, template_id, kind, mime, name, bytes, sha256, blob, blob_key, brought_by, created_at)
       VALUES ($1, $2, 'image', 'image/png', 'x', 1, '', $3, '', $2, $4)`,
      [here.tenant, template, name, start],
    );
    await client.query('DELETE FROM template_medium WHERE template_id <> $1', [template]);
    await client.query(
      `INSERT INTO template (tenant_id, id, channel, name, language, category, status, body) VALUES ($1, $2, 'whatsapp', 'x', 'es', 'UTILITY', 'APPROVED', 'x')`,
      [here.tenant, template],
    );
    await client.end();
    await backup();
    await back(nowhere());
    expect(await readFile(join(folder, 'blobs-2', name))).toEqual(await readFile(join(blobs(), name)));
  });
});

describe('T-ERA-2: yesterday’s backup and somebody who was erased today', () => {
  it('when it is restored with today’s keys, then nothing of theirs can be opened with any key there is; others can be read', async () => {
    const [gone, stays] = [
      { phone: '+56911112222', name: 'Rosaura Quilapán' },
      { phone: '+56933334444', name: 'Otra Persona' },
    ];
    const contact = await aPerson(here, { identity: { phone: gone.phone }, name: gone.name });
    const other = await aPerson(here, { identity: { phone: stays.phone }, name: stays.name });
    await wrote(here, { phone: gone.phone });
    await backup(); // yesterday
    await here.in(async (tx) => {
      await tx.query('DELETE FROM inbox');
      await here.keys.destroyPerson(tx, contact);
    });
    const wait = () => here.in((tx) => backups.rewritten(tx, contact, later(60)));
    expect(await wait()).toBe('wait');
    await backups.rewriteWanted([here.tenant], () => later(60));
    expect(await wait()).toBe('done');
    const url = nowhere();
    await back(url);
    const openedWords = await allThatOpens(url);
    expect(openedWords).toContain(stays.name);
    expect(openedWords).toContain(stays.phone);
    for (const word of [gone.phone, gone.name, '911112222']) expect(openedWords).not.toContain(word);
    expect(await asked(url, 'SELECT 1 FROM contact_key WHERE contact_id = $1', [other])).toHaveLength(1);
    expect(await asked(url, 'SELECT 1 FROM contact_key WHERE contact_id = $1', [contact])).toHaveLength(0);
  });

  /** Every sealed value of the database tried with every key that is in it. */
  async function allThatOpens(url: string): Promise<string> {
    const database = new Database(appUrl(url), { pool: 2 });
    const keys = new Keys(database, here.vault);
    const rows = await asked<{ t: string; contact: string; about: string; sealed: Buffer }>(
      url,
      `SELECT 'contact' AS t, id AS contact, 'contact' AS about, sealed FROM contact WHERE sealed IS NOT NULL
       UNION ALL SELECT 'identifier', contact_id, 'identifier|' || kind || '|' || encode(find, 'hex'), sealed FROM identifier
       UNION ALL SELECT 'inbox', contact_id, 'inbox|' || id, sealed FROM inbox`,
    );
    const found: string[] = [];
    await database.withTenant(here.tenant, async (tx) => {
      const tenantKeys = await keys.of(tx);
      const people = [
        ...(
          await keys.people(
            tx,
            (await asked<{ id: string }>(url, 'SELECT id FROM contact')).map(({ id }) => id),
          )
        ).values(),
      ];
      for (const { sealed, about, contact } of rows)
        for (const key of [tenantKeys, ...people])
          for (const name of [
            about,
            'contact',
            `contact|${contact}`,
            `identifier|${contact}`,
            about.split('|').slice(0, 2).join('|'),
          ])
            try {
              found.push(key.open(sealed, name).toString('utf8'));
            } catch {}
    });
    await database.close();
    return found.join('\n');
  }

  it('when a certificate waits and there is no backup, then there is nothing to wait for; when there are many, each waits for its own', async () => {
    const [one, other] = [newId(start), newId(start)];
    const ask = (id: string) => here.in((tx) => backups.rewritten(tx, id, start));
    expect(await ask(one)).toBe('done');
    await backups.write(here.tenant);
    expect([await ask(one), await ask(other), await ask(one)]).toEqual(['wait', 'wait', 'wait']);
    expect(await backups.rewriteWanted([here.tenant], () => start)).toBe(1);
    expect(await backups.rewriteWanted([here.tenant], () => start)).toBe(0);
    expect(await ask(one)).toBe('done');
    // What was held is destroyed later: its key is in the newest generation still.
    expect(await ask(one)).toBe('wait');
    expect(await ask(other)).toBe('done');
    const woken = await asked(
      here.ownerUrl,
      "SELECT 1 FROM edge.ready WHERE kind = 'case' AND lane = uuid_send($1::uuid)",
      [other],
    );
    expect(woken).toHaveLength(1);
  });

  it('when the keys are kept on another machine, then a program that can’t see them waits for one that can, and none begins a second folder', async () => {
    await backups.write(here.tenant);
    const elsewhere: BackupPlace = { folder: `${folder}-other`, key: place.key };
    const other = new KeyBackups(here.database, elsewhere, join(folder, 'ledger'));
    const id = newId(start);
    const ask = (of: KeyBackups) => here.in((tx) => of.rewritten(tx, id, start));
    expect(await ask(other)).toBe('wait');
    expect(await other.rewriteWanted([here.tenant], () => start)).toBe(0);
    expect(await ask(other)).toBe('wait');
    expect(await backups.rewriteWanted([here.tenant], () => start)).toBe(1);
    expect(await ask(other)).toBe('done');
    const refused = { code: 'BACKUP_ELSEWHERE', facts: { place: expect.stringContaining(folder) } };
    await expect(other.settle(here.tenant)).rejects.toMatchObject(refused);
    await expect(other.write(here.tenant)).rejects.toMatchObject(refused);
    expect(await readdir(join(elsewhere.folder, 'keys'))).toEqual(['place']);
    // The folder itself goes where it is carried; what is said to be no more, is given up.
    await rename(place.folder, `${folder}-mounted`);
    const mounted = new KeyBackups(here.database, { ...place, folder: `${folder}-mounted` }, join(folder, 'ledger'));
    await mounted.write(here.tenant);
    await other.settle(here.tenant, true);
    await other.write(here.tenant);
    await expect(mounted.write(here.tenant)).rejects.toMatchObject({ code: 'BACKUP_ELSEWHERE' });
    await rename(`${folder}-mounted`, place.folder);
    await rm(elsewhere.folder, { recursive: true });
  });

  it('when it is restored on another machine, then whoever is erased there waits until their key is gone from the folder it came from', async () => {
    await backup();
    const url = nowhere();
    await back(url);
    const database = new Database(appUrl(url), { pool: 2 });
    const id = newId(start);
    const at = (where: string) => new KeyBackups(database, { ...place, folder: where }, join(folder, 'ledger-2'));
    const ask = (of: KeyBackups) => database.withTenant(here.tenant, (tx) => of.rewritten(tx, id, start));
    const [own, source] = [at(join(folder, 'own')), at(folder)];
    expect(await ask(own)).toBe('wait');
    expect(await own.rewriteWanted([here.tenant], () => start)).toBe(0);
    expect(await source.rewriteWanted([here.tenant], () => start)).toBe(1);
    expect(await ask(own)).toBe('done');
    await database.close();
  });

  it('when many write the keys at once, then each has its turn, and the one file is the newest and whole', async () => {
    const folderOfKeys = keysFolder(place, here.tenant);
    const other = new KeyBackups(here.database, place, join(folder, 'ledger'));
    await backups.write(here.tenant);
    await writeFile(join(folderOfKeys, '000000000001.keys.ab.part'), 'half'); // a crash
    const wanted = here.in((tx) => backups.rewritten(tx, newId(start), start));
    await Promise.all([backups, other, backups, other].map((one) => one.write(here.tenant)));
    expect(await wanted).toBe('wait');
    expect(await readdir(folderOfKeys)).toEqual(['000000000005.keys']);
    await checkSealed(join(folderOfKeys, '000000000005.keys'), place.key);
    await Promise.all([backups, other].map((one) => one.rewriteWanted([here.tenant], () => start)));
    expect(await readdir(folderOfKeys)).toEqual(['000000000006.keys']);
  });

  it('when the first key backup is being written, then nobody says that there is none', async () => {
    const writer = new Client({ connectionString: here.ownerUrl });
    await writer.connect();
    await writer.query("SELECT pg_advisory_lock(hashtextextended('keys|' || $1, 0))", [here.tenant]);
    const ask = () => here.in((tx) => backups.rewritten(tx, newId(start), start));
    expect(await ask()).toBe('wait');
    await writer.end();
    expect(await ask()).toBe('done');
  });

  it('when keys are written again, then the generation before is gone, also one that a crash left behind', async () => {
    const generations = () => readdir(keysFolder(place, here.tenant));
    await backups.write(here.tenant);
    const [first = ''] = await generations();
    const copy = join(folder, 'copy');
    await copyFile(join(keysFolder(place, here.tenant), first), copy);
    await backups.write(here.tenant);
    await copyFile(copy, join(keysFolder(place, here.tenant), first));
    expect(await generations()).toHaveLength(2);
    await backups.write(here.tenant);
    expect(await generations()).toEqual(['000000000003.keys']);
    await backups.forget(here.tenant);
    await expect(generations()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('when who was erased also stands in a file outside the database, then it comes along, and one that is there stays', async () => {
    await mkdir(join(folder, 'ledger'));
    await writeFile(join(folder, 'ledger', `${here.tenant}.ledger`), 'a line');
    await backup();
    await back(nowhere());
    const restored = join(folder, 'ledger-2', `${here.tenant}.ledger`);
    expect(await readFile(restored, 'utf8')).toBe('a line');
    await writeFile(restored, 'a line\nanother');
    await back(nowhere());
    expect(await readFile(restored, 'utf8')).toBe('a line\nanother');
  });
});

describe('a backup that is not what it should be', () => {
  const code = async (what: Promise<unknown>): Promise<string> =>
    what.then(
      () => 'restored',
      (error) => error.code,
    );

  it('when the key is wrong, or there is none at all, then it says so and nothing is restored', async () => {
    await aPerson(here);
    await backup();
    const url = nowhere();
    expect(await code(back(url, { key: randomBytes(32) }))).toBe('BACKUP_KEY_WRONG');
    expect(await code(back(url, { folder: join(folder, 'nowhere') }))).toBe('BACKUP_NOT_FOUND');
    expect(await code(back(url, { wanted: '1999' }))).toBe('BACKUP_NOT_FOUND');
    expect(await isEmpty(url)).toBe(true);
  });

  it.each(['data', 'keys'])(
    'when any byte of the %s was changed, or the end cut off anywhere, then it is found before anything is restored',
    async (which) => {
      await aPerson(here);
      const file = await backup();
      const [name = ''] = await readdir(keysFolder(place, here.tenant));
      const path = which === 'data' ? file : join(keysFolder(place, here.tenant), name);
      const whole = await readFile(path);
      const url = nowhere();
      const places = [0, 3, 20, 25, 60, 140, 200, 240, 300, whole.length >> 1, whole.length - 20, whole.length - 1];
      for (const at of places.filter((one) => one < whole.length)) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] as number) ^ 1;
        await writeFile(path, bytes);
        expect([at, await code(back(url))]).toEqual([at, expect.stringMatching(/^BACKUP_(DAMAGED|KEY_WRONG)$/)]);
        await writeFile(path, whole);
        await truncate(path, at);
        expect([at, await code(back(url))]).toEqual([at, expect.stringMatching(/^BACKUP_(DAMAGED|KEY_WRONG)$/)]);
        await writeFile(path, whole);
      }
      expect(await isEmpty(url)).toBe(true);
      expect(await code(back(url))).toBe('restored');
    },
  );

  it('when one customer’s keys lie in another’s folder, then nothing is restored', async () => {
    await backup();
    const other = newId(start);
    await mkdir(keysFolder(place, other), { recursive: true });
    const [name = ''] = await readdir(keysFolder(place, here.tenant));
    await copyFile(join(keysFolder(place, here.tenant), name), join(keysFolder(place, other), name));
    const url = nowhere();
    expect(await code(back(url))).toBe('BACKUP_DAMAGED');
    expect(await isEmpty(url)).toBe(true);
  });

  it('when something in it can’t be stored, then the database is as empty as before, and the next restore works', async () => {
    await aPerson(here);
    await backup(start);
    const bad = join(folder, '2026-12-02T00-00-00.000Z.data');
    await writeSealed(
      bad,
      place.key,
      { kind: 'data', madeAt: '' },
      (async function* () {
        const { rows } = { rows: await asked<{ name: string }>(here.ownerUrl, 'SELECT name FROM migration.applied') };
        const manifest = { migrations: rows.map(({ name }) => name), sequences: {}, handled: {} };
        yield { type: 'm', body: Buffer.from(JSON.stringify(manifest)) };
        yield {
          type: 't',
          body: Buffer.from(
            JSON.stringify({ name: 'tenant', columns: ['tenant_id', 'name', 'legal_name', 'created_at'] }),
          ),
        };
        yield { type: 'd', body: Buffer.from(`${newId()}\tA\tA\t2026-12-01\n`) };
        yield { type: 'd', body: Buffer.from('no id\tB\tB\t2026-12-01\n') };
        yield { type: 'e', body: Buffer.alloc(0) };
      })(),
    );
    const url = nowhere();
    await expect(back(url)).rejects.toThrow(/uuid/);
    expect(await isEmpty(url)).toBe(true);
    await rm(bad);
    expect(await code(back(url))).toBe('restored');
  });

  it('when a restore died in its midst, then the next one begins anew', async () => {
    await aPerson(here);
    await backup();
    const url = nowhere();
    await back(url);
    await asked(url, 'CREATE TABLE migration.restoring ()');
    await asked(url, 'DELETE FROM contact_key');
    expect(await code(back(url))).toBe('restored');
    expect(await asked(url, 'SELECT 1 FROM contact_key')).toHaveLength(1);
  });

  it('when it is of a newer version, then it is refused; of an older one, then it is brought up to date', async () => {
    const newer = join(folder, '2099-01-01T00-00-00.000Z.data');
    await writeSealed(
      newer,
      place.key,
      { kind: 'data', madeAt: '' },
      (async function* () {
        yield {
          type: 'm',
          body: Buffer.from(JSON.stringify({ migrations: ['9999-later.sql'], sequences: {}, handled: {} })),
        };
      })(),
    );
    const url = nowhere();
    expect(await code(back(url))).toBe('BACKUP_SCHEMA');
    await rm(newer);
    const known = (await asked<{ name: string }>(here.ownerUrl, 'SELECT name FROM migration.applied ORDER BY 1')).map(
      ({ name }) => name,
    );
    const old = nowhere();
    await admin(`CREATE DATABASE ${new URL(old).pathname.slice(1)}`);
    await migrate(old, { only: known.filter((name) => name < '0031') });
    await asked(old, "INSERT INTO tenant (tenant_id, name, legal_name, created_at) VALUES ($1, 'A', 'A', $2)", [
      newId(start),
      start,
    ]);
    await dumpData(old, place, { now: later(9), blobs: blobs() });
    await rm(join(folder, 'keys'), { recursive: true, force: true });
    expect(await code(back(url))).toBe('restored');
    const applied = await asked<{ name: string }>(url, 'SELECT name FROM migration.applied ORDER BY 1');
    expect(applied.map(({ name }) => name)).toEqual(known);
  });
});

describe('what goes on after a restore', () => {
  it('when people wrote since the data was kept, then that is handled again; what the team ordered, and what was on its way, is not done twice', async () => {
    const contact = await aPerson(here);
    const [early, late] = [await wrote(here, { phone: aPhone() }), await wrote(here, { phone: aPhone() })];
    const slack = await wrote(here, { phone: aPhone() });
    const owner = (sql: string, bind: unknown[] = []) => asked(here.ownerUrl, sql, bind);
    await owner('UPDATE inbox SET handled_at = $2 WHERE id = $1', [early, start]);
    await owner(
      "INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, created_at) VALUES ($1, 0, 1, $2, $2, 'whatsapp', 'answer', 'queued', $3)",
      [here.tenant, contact, start],
    );
    await dumpData(here.ownerUrl, place, { now: start, blobs: blobs() });
    await owner(
      "UPDATE inbox SET handled_at = $2, channel = CASE WHEN id = $3 THEN 'slack' ELSE channel END WHERE id IN ($1, $3)",
      [late, later(5), slack],
    );
    await here.in((tx) => here.consent.withdraw(tx, contact, { source: 'person', evidence: late, now: later(5) }));
    await backups.write(here.tenant);
    const url = nowhere();
    await back(url);
    const rows = await asked<{ id: string; open: boolean }>(url, 'SELECT id, handled_at IS NULL AS open FROM inbox');
    expect(Object.fromEntries(rows.map(({ id, open: isOpen }) => [id, isOpen]))).toEqual({
      [early]: false,
      [late]: true,
      [slack]: false,
    });
    expect(await asked(url, "SELECT 1 FROM edge.ready WHERE kind = 'turn'")).not.toHaveLength(0);
    expect(await asked(url, 'SELECT state FROM message')).toEqual([{ state: 'unknown' }]);
    // The wish to leave was said after the data was kept: it holds.
    expect(await asked(url, "SELECT 1 FROM suppression WHERE strength = 'stop'")).not.toHaveLength(0);
  });
});

describe('how long backups are kept', () => {
  it('when one is older than thirty-five days, then it goes; a minute younger, then it stays', async () => {
    for (const minutes of [-1, 0, 1]) await dumpData(here.ownerUrl, place, { now: later(minutes), blobs: blobs() });
    await pruneBackups(place, later(0));
    expect((await dataBackups(place)).map(({ at }) => at)).toEqual([later(1), later(0)]);
  });

  it('when a key of its own is given, then the master key does not open it; without, it is derived from it', () => {
    const [master, own] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    expect(backupKeyOf(master).equals(backupKeyOf(master, own))).toBe(false);
    expect(backupKeyOf(master).equals(Buffer.from(master, 'base64'))).toBe(false);
    expect(backupKeyOf(master).equals(backupKeyOf(randomBytes(32).toString('base64')))).toBe(false);
  });
});

it('when a table is added, then it is in one of the two backups', async () => {
  const database = await testDatabase();
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT CASE schemaname WHEN 'public' THEN '' ELSE schemaname || '.' END || tablename AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const kept = [
    ...(await dataTables(client)).map(({ name }) => name),
    ...inKeyBackup,
    'edge.worker',
    'edge.gone_worker',
    'migration.applied',
    'key_place',
  ];
  expect(rows.map(({ name }) => name).sort()).toEqual(kept.sort());
  await client.end();
  await database.drop();
});

it('when a file is opened for reading while it is written, then nothing stands under its name yet', async () => {
  const path = join(folder, 'x.data');
  await expect(
    writeSealed(
      path,
      place.key,
      { kind: 'data', madeAt: '' },
      (async function* () {
        yield { type: 'd', body: randomBytes(10) };
        await expect(open(path)).rejects.toMatchObject({ code: 'ENOENT' });
        throw new Error('died');
      })(),
    ),
  ).rejects.toThrow('died');
  expect((await readdir(folder)).filter((name) => name.startsWith('x.'))).toEqual([]);
});
