import { verifyDocument } from '../../../src/data/signed-document';
import { lettersTable } from '../../../src/domain/privacy/letters.table';
import { later, start } from '../world';
import { carriedOut, type ErasingOffice, erasingOffice, leftOf } from './erasing';
import { aKnownPerson, anAcceptedErasure, boss } from './office';

let desk: ErasingOffice;
beforeAll(async () => {
  desk = await erasingOffice();
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.clock.at = start;
  desk.held.clear();
  desk.review.at = undefined;
});

const stateOf = async (id: string) => (await desk.in((tx) => desk.privacy.get(tx, id, desk.clock.at))).state;
const rowsOf = async (contact: string, table: string): Promise<number> =>
  (await desk.in((tx) => tx.query(`SELECT 1 FROM ${table} WHERE contact_id = $1`, [contact]))).length;
const methodsOf = async (id: string) =>
  Object.fromEntries((await factsOf(id)).systems.map(({ system, method }) => [system, method]));
const answerOf = (id: string): Promise<string> =>
  desk.in(async (tx) => {
    const answer = (await lettersTable.ofCase(tx, id)).find(({ kind }) => kind === 'answer');
    return answer ? desk.privacy.letters.open(tx, answer) : '';
  });
const factsOf = async (id: string) =>
  verifyDocument((await desk.certificateOf(id)) ?? '').document?.facts as unknown as {
    kept: { category: string; article: string; until: string; review_at?: string }[];
    systems: { system: string; method: string }[];
    erased: { category: string; count: number }[];
    scan: { found: number; places: number };
  };

describe('a legal hold', () => {
  it('T-ERA-4: when it covers some of the data, then that stays out of use, all else goes, the certificate says what, why and until when; when it is released, the rest goes', async () => {
    const person = await aKnownPerson(desk);
    desk.held.set(person.contact, ['messages', 'consents']);
    const id = await anAcceptedErasure(desk, person);
    await carriedOut(desk, id);
    expect(await stateOf(id)).toBe('closed');
    expect(await desk.keptOf(id)).toEqual([
      { category: 'consents', ground: 'claims' },
      { category: 'messages', ground: 'claims' },
    ]);
    expect(await rowsOf(person.contact, 'message')).toBeGreaterThan(0);
    expect(await rowsOf(person.contact, 'consent')).toBeGreaterThan(0);
    for (const table of ['identifier', 'attribute', 'inbox', 'dialog', 'misunderstood'])
      expect([table, await rowsOf(person.contact, table)]).toEqual([table, 0]);
    const [contact] = await desk.in((tx) =>
      tx.query<{ blocked: boolean }>('SELECT blocked_at IS NOT NULL AS blocked FROM contact WHERE id = $1', [
        person.contact,
      ]),
    );
    expect(contact).toEqual({ blocked: true });
    const held = (await factsOf(id)).kept.filter(({ category }) => ['messages', 'consents'].includes(category));
    expect(held.map(({ article, until }) => [article, until])).toEqual([
      ['7 vi', 'ground_ends'],
      ['7 vi', 'ground_ends'],
    ]);

    expect(await methodsOf(id)).toMatchObject({ database: 'key_kept', backups: 'readable_until_gone' });
    expect(await rowsOf(person.contact, 'contact_key')).toBe(1);

    desk.held.clear();
    desk.clock.at = later(60 * 24);
    await desk.work(id);
    expect(await desk.keptOf(id)).toEqual([]);
    expect(await rowsOf(person.contact, 'message')).toBe(0);
    expect(await rowsOf(person.contact, 'contact_key')).toBe(0);
    expect(await leftOf(desk, person)).toEqual([]);
    const facts = await factsOf(id);
    expect(facts.kept.map(({ category }) => category)).not.toContain('messages');
    expect(facts.scan.found).toBe(0);
    expect(await methodsOf(id)).toMatchObject({ database: 'deleted_and_key_destroyed', backups: 'unreadable' });
    const versions = await desk.in((tx) => tx.query('SELECT 1 FROM certificate WHERE case_id = $1', [id]));
    expect(versions).toHaveLength(2);
  });

  it('when it is to be looked at on a day, then letter and certificate say that day, and no end', async () => {
    const person = await aKnownPerson(desk);
    desk.held.set(person.contact, ['consents', 'posts']);
    desk.review.at = new Date('2027-06-01T02:59:59Z'); // the end of 31 May in Santiago
    const id = await anAcceptedErasure(desk, person);
    await carriedOut(desk, id);
    expect(await answerOf(id)).toMatch(
      /registros de su permiso \(.*, y se revisa el 31 de mayo de 2027; no termina solo\)/,
    );
    const [held] = (await factsOf(id)).kept.filter(({ category }) => category === 'consents');
    expect(held).toMatchObject({ until: 'ground_ends', review_at: '2027-05-31' });
    expect(await methodsOf(id)).toMatchObject({ database: 'key_destroyed_some_kept', slack: 'our_posts_kept' });
  });

  it('when it covers everything, then nothing goes, and the person is out of use', async () => {
    const person = await aKnownPerson(desk);
    const all = ['profile', 'identifiers', 'attributes', 'consents', 'messages', 'receipts', 'conversations', 'posts'];
    desk.held.set(person.contact, all);
    const id = await anAcceptedErasure(desk, person);
    await carriedOut(desk, id);
    expect((await desk.keptOf(id)).map(({ category }) => category)).toEqual([...all].sort());
    expect((await desk.in((tx) => desk.audience.read(tx, person.contact))).identity).toEqual(person.identity);
  });

  it('when it comes while the erasure is under way, then what is left is kept', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    await desk.work(id); // everything but the number
    desk.held.set(person.contact, ['identifiers']);
    await carriedOut(desk, id);
    expect((await desk.in((tx) => desk.audience.read(tx, person.contact))).identity).toEqual(person.identity);
    desk.held.clear();
    await desk.work(id);
    expect(await leftOf(desk, person)).toEqual([]);
  });
});

describe('a yes in part', () => {
  it('when the controller keeps a category until a day, then it stays until then and not a day longer', async () => {
    const person = await aKnownPerson(desk);
    const { id } = await desk.in((tx) =>
      desk.privacy.open(tx, {
        ...{ contact: person.contact, right: 'erase', from: person.inbox, receivedAt: start, now: start },
      }),
    );
    await desk.in((tx) => desk.privacy.confirm(tx, id, start));
    const kept = [{ category: 'receipts', ground: 'legal_duty', until: '2027-03-01' }];
    await desk.in((tx) =>
      desk.privacy.accept(tx, id, { kept, facts: 'La ley tributaria pide guardar el respaldo.' }, boss, start),
    );
    await carriedOut(desk, id);
    // a receipt without its message would belong to nobody
    expect((await desk.keptOf(id)).map(({ category }) => category)).toEqual(['messages', 'receipts']);
    const { kept: told } = await factsOf(id);
    expect(told.slice(0, 2).map(({ category, article, until }) => [category, article, until])).toEqual([
      ['messages', '7 ii', '2027-03-01'],
      ['receipts', '7 ii', '2027-03-01'],
    ]);
    desk.clock.at = new Date('2027-02-28T23:59:59Z');
    await desk.work(id);
    expect(await rowsOf(person.contact, 'message')).toBeGreaterThan(0);
    desk.clock.at = new Date('2027-03-01T00:00:00Z');
    await desk.work(id);
    expect(await rowsOf(person.contact, 'message')).toBe(0);
    expect(await leftOf(desk, person)).toEqual([]);
  });
});
