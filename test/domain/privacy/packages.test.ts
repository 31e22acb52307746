import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { packagesTable } from '../../../src/domain/privacy/packages.table';
import { aTenant, blobsFolder } from '../../support/world';
import {
  type Archive,
  aGranted,
  aKnownPerson,
  archive,
  carriedOut,
  fetched,
  type Known,
  marta,
  start,
  toldOf,
} from './copied';

let desk: Archive;
let person: Known;
beforeAll(async () => {
  desk = await archive();
  person = await aKnownPerson(desk);
}, 60_000);
afterAll(() => desk.close());

const dayMs = 86_400_000;
const days = (count: number): Date => new Date(start.getTime() + count * dayMs);
const linkOf = (url = '') => url.slice(url.lastIndexOf('/') + 1);

/** A copy that stands ready, and its link. */
async function ready(right: 'access' | 'portability' = 'access') {
  const id = await aGranted(desk, person.contact, right);
  expect(await carriedOut(desk, id)).toBe('done');
  const told = await toldOf(desk, id);
  return { id, link: linkOf(told.link), told };
}
const rowOf = async (id: string) => {
  const row = await desk.in((tx) => packagesTable.ofCase(tx, id));
  if (!row) throw new Error('none');
  return row;
};
const offered = (link: string, now = start, whose?: string) =>
  desk.in((tx) => desk.here.packages.offer(tx, link, now), whose);

describe('portability (art. 9)', () => {
  it('when it is made, then stock parsers read it, each file is as its manifest says, and only what they gave is in it', async () => {
    const { link } = await ready('portability');
    const files = await fetched(desk, link);
    const manifest = JSON.parse(files['manifest.json'] ?? '{}');
    const others = Object.keys(files).filter((name) => name !== 'manifest.json');
    expect(manifest.files.map(({ name }: { name: string }) => name).sort()).toEqual(others.sort());
    for (const one of manifest.files) {
      const bytes = Buffer.from(files[one.name] ?? '');
      expect([one.name, one.bytes, one.sha256]).toEqual([
        one.name,
        bytes.length,
        createHash('sha256').update(bytes).digest('hex'),
      ]);
    }
    const data = JSON.parse(files['data.json'] ?? '{}');
    expect(data.schema).toBe('cl.dsr.portability/1');
    expect(JSON.stringify(data.provided)).toContain(person.identity.phone);
    for (const { name, columns } of data.files)
      expect(Object.keys(parse(files[name] ?? '', { columns: true })[0] ?? {})).toEqual(columns);
    expect(data.files.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['written.csv', 'choices.csv', 'consents.csv']),
    );
    expect(Object.keys(files)).not.toEqual(expect.arrayContaining(['messages.csv', 'events.csv', 'clicks.csv']));
    expect(Object.values(files).join()).not.toContain(marta.phone);
    expect(files['LEEME.txt']).toContain('RFC 4180');
    expect(Object.values(files).join()).not.toMatch(/\r?\n'[=+@-]/);
  });

  it('when what is done rests on something else than their consent, then it does not apply', async () => {
    const applies = (contact: string) => desk.in((tx) => desk.here.packages.applies(tx, contact));
    expect(await applies(person.contact)).toBe(true);
    await desk.in((tx) => tx.query("UPDATE declared_purpose SET basis = 'contract'"));
    expect(await applies(person.contact)).toBe(false);
    await desk.in((tx) => tx.query("UPDATE declared_purpose SET basis = 'consent'"));
  });
});

describe('the link to a copy', () => {
  it('when it is opened and looked at, then nothing counts; fetched three times, it opens nothing any more and the file is gone', async () => {
    const { id, link } = await ready();
    for (let look = 0; look < 5; look++) expect((await offered(link))?.left).toBe(3);
    const { blob } = await rowOf(id);
    expect(existsSync(join(blobsFolder, blob ?? ''))).toBe(true);
    for (const left of [2, 1]) {
      await fetched(desk, link);
      expect((await offered(link))?.left).toBe(left);
    }
    await fetched(desk, link);
    expect(await offered(link)).toBeUndefined();
    expect(existsSync(join(blobsFolder, blob ?? ''))).toBe(false);
    expect(await rowOf(id)).toMatchObject({ blob: null, sealed: null, downloads: 3 });
    await expect(fetched(desk, link)).rejects.toThrow('gone');
  });

  it('when seven days have passed, then it is over, not a second before, and what was in it is gone', async () => {
    const { id, link } = await ready();
    const { blob } = await rowOf(id);
    const last = new Date(days(7).getTime() - 1_000);
    await desk.in((tx) => desk.here.packages.purge(tx, last));
    expect(await offered(link, last)).toBeDefined();
    expect(await offered(link, days(7))).toBeUndefined();
    await desk.in((tx) => desk.here.packages.purge(tx, days(7)));
    expect(existsSync(join(blobsFolder, blob ?? ''))).toBe(false);
    expect((await rowOf(id)).sealed).toBeNull();
  });

  it('when two fetch at once, then two downloads are taken', async () => {
    const { id, link } = await ready();
    await Promise.all([fetched(desk, link), fetched(desk, link)]);
    expect((await rowOf(id)).downloads).toBe(2);
  });

  it('when it is guessed, cut or of another customer, then it answers as one that never was', async () => {
    const { link } = await ready();
    const other = await aTenant(desk.here);
    const another = link.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));
    const guesses = [another, link.slice(0, 40), '', `${link}a`, 'x'.repeat(54), '../../etc/passwd'];
    for (const guess of guesses) {
      expect([guess, await offered(guess)]).toEqual([guess, undefined]);
      expect(await desk.in((tx) => desk.here.packages.fetch(tx, guess, '', start))).toBe('gone');
    }
    expect(await offered(link, start, other.id)).toBeUndefined();
    expect(await desk.in((tx) => desk.here.packages.fetch(tx, link, '', start), other.id)).toBe('gone');
  });

  it('when the number has a new holder, then the link of the one before opens nothing, and a copy of theirs holds nothing older', async () => {
    const before = await aKnownPerson(desk);
    const first = await aGranted(desk, before.contact);
    await carriedOut(desk, first);
    const { link } = await toldOf(desk, first);
    const since = new Date(start.getTime() + 60_000);
    await desk.in((tx) => desk.here.audience.wrongNumber(tx, before.contact, since, since));
    expect(await offered(linkOf(link), since)).toBeUndefined();
    const second = await aGranted(desk, before.contact);
    await desk.in((tx) => tx.query('UPDATE privacy_case SET received_at = $2 WHERE id = $1', [second, since]));
    expect(await carriedOut(desk, second, since)).toBe('done');
    const text = Object.values(await fetched(desk, linkOf((await toldOf(desk, second, since)).link), since)).join('\n');
    const theirs = Object.values(before.identity);
    for (const word of before.words.filter((one) => !theirs.includes(one)))
      expect([word, text.includes(word)]).toEqual([word, false]);
  });
});

describe('what is kept of a copy', () => {
  it('when it stands in the store, then nothing of it can be read there, nor in the database', async () => {
    const { id } = await ready();
    const { blob } = await rowOf(id);
    const bytes = await import('node:fs/promises').then(({ readFile }) => readFile(join(blobsFolder, blob ?? '')));
    expect(bytes.includes(Buffer.from('written.csv'))).toBe(false);
    expect(bytes.subarray(0, 4).toString()).not.toBe('PK\u0003\u0004');
  });

  it('when the store is swept, then a copy that is owed stays, and one that nobody names goes', async () => {
    const { id } = await ready();
    const { blob } = await rowOf(id);
    await desk.here.imports.sweep([desk.tenant.id]);
    expect(readdirSync(blobsFolder)).toContain(blob);
  });

  it('when the person is erased, then their copies are, with their files (T-DSR-9: not before one that was promised was fetched)', async () => {
    const { id, link } = await ready();
    const { blob } = await rowOf(id);
    const owed = () => desk.in((tx) => desk.here.packages.owed(tx, person.contact, start));
    expect(await owed()).toBe(true);
    await desk.in(async (tx) => {
      await tx.query('UPDATE package SET downloads = 1 WHERE case_id <> $1 AND blob IS NOT NULL', [id]);
      await tx.query("UPDATE privacy_case SET state = 'closed' WHERE id <> $1", [id]);
    });
    expect(await owed()).toBe(true);
    await fetched(desk, link);
    expect(await owed()).toBe(false);
    expect(await desk.in((tx) => desk.here.packages.forget(tx, person.contact))).toBeGreaterThan(0);
    expect(existsSync(join(blobsFolder, blob ?? ''))).toBe(false);
    expect(await offered(link)).toBeUndefined();
  });
});
