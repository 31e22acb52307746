import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { BackupPlace } from '../../../src/data/backup/backup-folder';
import { dumpData } from '../../../src/data/backup/dump';
import { KeyBackups } from '../../../src/data/backup/key-backups';
import { analyze, restore } from '../../../src/data/backup/restore';
import { Database, type TenantTx } from '../../../src/data/database';
import { Keys } from '../../../src/data/keys';
import { appUrl } from '../../../src/data/roles';
import { Audience } from '../../../src/domain/audience/audience.service';
import { Audit } from '../../../src/domain/audit/audit.service';
import { casesTable } from '../../../src/domain/privacy/cases.table';
import { DeletionLedger } from '../../../src/domain/privacy/deletion-ledger';
import { Erasure } from '../../../src/domain/privacy/erasure';
import { keptTable } from '../../../src/domain/privacy/erasure-kept.table';
import { Holds } from '../../../src/domain/privacy/holds';
import { scanDatabase } from '../../support/scanner';
import { later, start } from '../world';
import { carriedOut, type ErasingOffice, erasingOffice, leftOf, needlesFor } from './erasing';
import { aKnownPerson, anAcceptedErasure, boss } from './office';

let desk: ErasingOffice;
let place: BackupPlace;
let backups: KeyBackups;
let holds: Holds;
const restored: string[] = [];

beforeAll(async () => {
  desk = await erasingOffice();
  const folder = mkdtempSync(join(process.env.TEST_FOLDER as string, 'drill-'));
  place = { folder, key: randomBytes(32) };
  backups = new KeyBackups(desk.database, place, desk.folder);
  const wakeKept = async (tx: TenantTx, contact?: string) => {
    for (const id of await keptTable.cases(tx, contact)) await casesTable.wake(tx, id, 0);
  };
  holds = new Holds(desk.keys, desk.audience, desk.audit, {
    onReleased: wakeKept,
    onChanged: async () => {},
    onReview: async () => {},
  });
  const removePosts = async (tx: TenantTx, contact: string): Promise<void> =>
    void (await tx.query("UPDATE slack_post SET state = 'deleted', pending = false WHERE contact_id = $1", [contact]));
  desk.executions.erase = new Erasure(desk.keys, desk.audience, desk.consent, {
    ...{ removePosts, holds, certificates: desk.certificates, ledger: desk.ledger },
    standingPosts: async () => 0,
    keyIsGone: async (tx, id, now) => (await backups.rewritten(tx, id, now)) === 'done',
  });
});
afterAll(async () => {
  await desk?.close();
  const client = new Client({ connectionString: process.env.TEST_DATABASE_ADMIN_URL as string });
  await client.connect();
  for (const name of restored) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await client.end();
});

/** Yesterday's data with today's keys, in a database of its own. */
async function restoredNow(): Promise<string> {
  const url = new URL(process.env.TEST_DATABASE_ADMIN_URL as string);
  const name = `connectus_drill_${randomBytes(6).toString('hex')}`;
  restored.push(name);
  url.pathname = `/${name}`;
  await restore(url.toString(), place, { blobs: join(place.folder, 'blobs'), ledgers: desk.folder });
  return url.toString();
}
const rows = async (url: string, sql: string, bind: unknown[] = []): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  return (await client.query(sql, bind).finally(() => client.end())).rows;
};
const stateOf = (id: string) => desk.in(async (tx) => (await desk.privacy.get(tx, id, desk.clock.at)).state);

describe('T-ERA-2: a backup of yesterday', () => {
  it('when somebody is erased today, then no certificate is given before the keys of yesterday are gone; restored, it holds nobody that can be known, and the ledger ends the rest', async () => {
    const [gone, stays] = [await aKnownPerson(desk), await aKnownPerson(desk)];
    await dumpData(desk.ownerUrl, place, { now: start, blobs: join(place.folder, 'blobs') });
    await backups.write(desk.tenant);

    const id = await anAcceptedErasure(desk, gone);
    await carriedOut(desk, id);
    expect(await desk.certificateOf(id)).toBeUndefined();
    await desk.work(id);
    expect(await desk.certificateOf(id)).toBeUndefined();
    expect(await backups.rewriteWanted([desk.tenant], () => later(5))).toBe(1);
    await desk.work(id);
    expect(await stateOf(id)).toBe('closed');
    expect(await desk.certificateOf(id)).toContain('CE-');
    expect(await leftOf(desk, gone)).toEqual([]);

    const url = await restoredNow();
    expect(await rows(url, 'SELECT 1 FROM identifier WHERE contact_id = $1', [gone.contact])).not.toHaveLength(0);
    expect(await rows(url, 'SELECT 1 FROM contact_key WHERE contact_id = $1', [gone.contact])).toHaveLength(0);
    expect(await rows(url, 'SELECT 1 FROM contact_key WHERE contact_id = $1', [stays.contact])).toHaveLength(1);
    // What is in plain there: attributes, of an id that nobody can name any more.
    const found = await scanDatabase(url, needlesFor(gone));
    expect(found.filter(({ where }) => !where.includes('attribute'))).toEqual([]);

    const database = new Database(appUrl(url), { pool: 2 });
    const keys = new Keys(database, desk.vault);
    const audience = new Audience(keys, { onMerged: async () => {}, onNewHolder: async () => {} });
    const removePosts = async () => {};
    const ledger = new DeletionLedger({
      database,
      keys,
      audience,
      audit: new Audit(keys),
      folder: desk.folder,
      removePosts,
    });
    const [replayed] = await ledger.replay([desk.tenant], later(60));
    expect(replayed).toMatchObject({ people: 1 });
    await analyze(url);
    expect(await scanDatabase(url, needlesFor(gone))).toEqual([]);
    const read = await database.withTenant(desk.tenant, (tx) => audience.read(tx, stays.contact));
    expect(read.identity).toEqual(stays.identity);
    await database.close();
  });
});

describe('T-ERA-4: a legal hold that stands, with its register', () => {
  it('when it is set before an erasure, then what it covers stays; when it is released, then the erasure goes on in the same run', async () => {
    const person = await aKnownPerson(desk);
    const order = { authority: '2º Juzgado Civil, rol C-1', reason: 'Demanda por cobro indebido', months: 6 };
    const hold = await desk.in((tx) => holds.set(tx, { ...order, contact: person.contact }, boss, start));
    const id = await anAcceptedErasure(desk, person);
    await carriedOut(desk, id);
    await backups.rewriteWanted([desk.tenant], () => later(5));
    await desk.work(id);
    expect(await stateOf(id)).toBe('closed');
    expect((await desk.keptOf(id)).map(({ ground }) => ground)).toContain('claims');
    const messages = () => desk.in((tx) => tx.query('SELECT 1 FROM message WHERE contact_id = $1', [person.contact]));
    expect(await messages()).not.toHaveLength(0);

    await desk.in((tx) => holds.release(tx, hold.id, boss, later(60)));
    const woken = await desk.in((tx) => keptTable.cases(tx, person.contact));
    expect(woken).toEqual([id]);
    desk.clock.at = later(61);
    await desk.work(id);
    await backups.rewriteWanted([desk.tenant], () => later(62));
    await desk.work(id);
    expect(await messages()).toHaveLength(0);
    expect(await desk.keptOf(id)).toEqual([]);
    expect(await leftOf(desk, person)).toEqual([]);
    desk.clock.at = start;
  });
});
