import { Client } from 'pg';
import { verifyDocument } from '../../../src/data/signed-document';
import { touchInbound } from '../../../src/domain/audience/contacts.table';
import { correctionNoticesTable } from '../../../src/domain/privacy/correction-notices.table';
import { nobody } from '../../../src/domain/privacy/erasure.table';
import { disclosures } from '../../../src/domain/registers/disclosures';
import { aPerson, later, start, wrote } from '../world';
import { type ErasingOffice, erasingOffice, leftOf } from './erasing';
import { aKnownPerson, anAcceptedErasure, answerIs, laneOf } from './office';

let desk: ErasingOffice;
beforeAll(async () => {
  desk = await erasingOffice();
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.clock.at = start;
});

const run = (id: string) => desk.worker.run(desk.tenant, laneOf(id));
const stateOf = async (id: string) => (await desk.in((tx) => desk.privacy.get(tx, id, desk.clock.at))).state;
const isTold = async (id: string) => (await desk.in((tx) => desk.privacy.get(tx, id, desk.clock.at))).told;
const answersOf = (id: string) =>
  desk.in((tx) => tx.query("SELECT state FROM message WHERE purpose = 'case' AND bound_to = $1", [id]));

/** Every row of every table, as the owner sees it, with where it stands. */
async function dump(): Promise<{ table: string; row: Record<string, unknown>; bytes: Buffer[] }[]> {
  const owner = new Client({ connectionString: desk.ownerUrl });
  await owner.connect();
  const { rows: tables } = await owner.query<{ schema: string; name: string }>(
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  );
  const found = [];
  for (const { schema, name } of tables) {
    const { rows } = await owner.query<Record<string, unknown>>(`SELECT * FROM "${schema}"."${name}"`);
    for (const row of rows)
      found.push({
        table: name,
        row,
        bytes: Object.values(row).map((value) =>
          Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value) ?? ''),
        ),
      });
  }
  await owner.end();
  return found;
}

const allowed = new Set(['contact', 'privacy_case', 'audit', 'suppression', 'deletion_ledger', 'ready']);

async function traces(person: { contact: string; identity: { phone: string; bsuid: string }; name: string }) {
  const keys = await desk.keys.tenant(desk.tenant);
  const { phone, bsuid } = person.identity;
  const tokens = [
    keys.find('phone', phone),
    keys.find('bsuid', bsuid),
    keys.stop('phone', phone),
    keys.stop('bsuid', bsuid),
  ];
  const theirs = [Buffer.from(person.contact), laneOf(person.contact), ...tokens];
  const rows = await dump();
  return {
    identifiers: await leftOf(desk, person),
    rows: rows
      .filter(
        ({ table, bytes }) => !allowed.has(table) && theirs.some((mark) => bytes.some((value) => value.includes(mark))),
      )
      .map(({ table }) => table),
  };
}

describe('erasing a person', () => {
  it('T-ERA-1: when the answer is proved sent, then no row of any table holds them in any form, and none is theirs but the allowed ones', async () => {
    const person = await aKnownPerson(desk);
    const stays = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    await run(id);
    expect(await stateOf(id)).toBe('executing');
    expect((await desk.in((tx) => desk.audience.read(tx, person.contact))).identity).toEqual(person.identity);
    await answerIs(desk, id, 'accepted');
    await run(id);
    expect(await stateOf(id)).toBe('closed');
    expect(await traces(person)).toEqual({ identifiers: [], rows: [] });
    expect((await traces(stays)).rows.length).toBeGreaterThan(5);
    await expect(desk.in((tx) => desk.audience.read(tx, person.contact))).rejects.toMatchObject({
      code: 'PERSON_ERASED',
    });
    const [row] = await desk.in((tx) =>
      tx.query<{ erased: object }>('SELECT erased FROM privacy_case WHERE id = $1', [id]),
    );
    expect(row?.erased).toMatchObject({
      identifier: 2,
      attribute: 1,
      consent: 2,
      inbox: 1,
      misunderstood: 1,
      slack_post: 1,
      receipt: 2,
      contact: 1,
    });
  });

  it('T-OPT-4: when they are erased, then a list cannot bring them back, and the stop needs no number', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    await run(id);
    await answerIs(desk, id, 'read');
    await run(id);
    const again = await desk.in((tx) =>
      desk.audience.importPerson(
        tx,
        { identity: { phone: person.identity.phone } },
        { source: 'import:x', now: later(5) },
      ),
    );
    expect(again).toEqual({ leftOut: 'stopped' });
  });

  it('when two people of one campaign are erased, then its figures stay and are nobody’s', async () => {
    const figures = () =>
      desk.in((tx) =>
        tx.query<{ count: number }>(
          "SELECT count(*)::int AS count FROM message WHERE batch_id = 7 AND state = 'delivered'",
        ),
      );
    const people = [await aKnownPerson(desk), await aKnownPerson(desk)];
    const [before] = await figures();
    for (const person of people) {
      const id = await anAcceptedErasure(desk, person);
      await run(id);
      await answerIs(desk, id, 'accepted');
      await run(id);
    }
    expect(await figures()).toEqual([before]);
    const traceable = await desk.in((tx) =>
      tx.query(
        `SELECT 1 FROM message WHERE contact_id = $1
           AND (num_nonnulls(sealed, body_hash, provider_find, bound_to) > 0 OR created_at <> date_trunc('day', created_at))`,
        [nobody],
      ),
    );
    expect(traceable).toEqual([]);
  });

  it('when the answer cannot be sent, then the number goes all the same: at once if it failed, after seven days if nobody knows', async () => {
    const failed = await anAcceptedErasure(desk, await aKnownPerson(desk));
    await run(failed);
    await answerIs(desk, failed, 'failed');
    await run(failed);
    expect(await stateOf(failed)).toBe('closed');
    const unknown = await anAcceptedErasure(desk, await aKnownPerson(desk));
    await run(unknown);
    await answerIs(desk, unknown, 'unknown');
    desk.clock.at = later(7 * 24 * 60 - 1);
    await run(unknown);
    expect(await stateOf(unknown)).toBe('executing');
    desk.clock.at = later(7 * 24 * 60 + 1);
    await run(unknown);
    expect(await stateOf(unknown)).toBe('closed');
  });

  it('when it is accepted more than a day after the person last wrote, then the number stays for the answer, which goes when they write again', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    desk.clock.at = later(25 * 60);
    await run(id);
    expect([await stateOf(id), await answersOf(id)]).toEqual(['executing', []]);
    expect((await desk.in((tx) => desk.audience.read(tx, person.contact))).identity).toEqual(person.identity);
    await desk.in((tx) => touchInbound(tx, person.contact, desk.clock.at));
    await run(id);
    expect(await answersOf(id)).toEqual([{ state: 'queued' }]);
    await answerIs(desk, id, 'accepted');
    await run(id);
    expect([await stateOf(id), await isTold(id)]).toEqual(['closed', true]);
    expect(await traces(person)).toEqual({ identifiers: [], rows: [] });
  });

  it('when they do not write again for seven days, then the number goes, and nobody says that they were answered', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    for (const [day, state] of [
      [2, 'executing'],
      [7, 'executing'],
      [8, 'closed'],
    ] as const) {
      desk.clock.at = later(day * 24 * 60);
      await run(id);
      expect([day, await stateOf(id)]).toEqual([day, state]);
    }
    expect([await isTold(id), await traces(person)]).toEqual([false, { identifiers: [], rows: [] }]);
  });

  it('when the gate refused the answer because the day ended meanwhile, then another waits in its place', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    await run(id);
    await answerIs(desk, id, 'failed', 'WINDOW_CLOSED');
    desk.clock.at = later(25 * 60);
    await run(id);
    expect([await stateOf(id), await answersOf(id)]).toEqual(['executing', []]);
    await desk.in((tx) => touchInbound(tx, person.contact, desk.clock.at));
    await run(id);
    expect(await answersOf(id)).toEqual([{ state: 'queued' }]);
  });

  it('when they say “gracias” after all went and before the search found nothing, then they are somebody new, and what was erased is certified', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    await run(id);
    await answerIs(desk, id, 'accepted');
    desk.rewriting.keys = true;
    await run(id);
    expect([await stateOf(id), await desk.certificateOf(id)]).toEqual(['answered', undefined]);
    const inbox = await wrote(desk, person.identity, later(1));
    const { contact } = await desk.in((tx) =>
      desk.audience.findOrCreate(tx, person.identity, { source: 'whatsapp', now: later(1) }),
    );
    expect(contact).not.toBe(person.contact);
    await desk.in((tx) =>
      tx.query(
        `INSERT INTO dialog (tenant_id, lane, contact_id, sealed, updated_at) SELECT tenant_id, lane, $2, '', received_at FROM inbox WHERE id = $1`,
        [inbox, contact],
      ),
    );
    desk.rewriting.keys = false;
    desk.clock.at = later(2);
    await run(id);
    expect(await stateOf(id)).toBe('closed');
    expect(verifyDocument((await desk.certificateOf(id)) ?? '').state).toBe('whole');
    expect((await desk.in((tx) => desk.audience.read(tx, contact))).identity).toEqual(person.identity);
    expect(await desk.in((tx) => tx.query('SELECT 1 AS one FROM inbox WHERE id = $1', [inbox]))).toHaveLength(1);
  });

  it('when others had their data, then the company is asked once to tell them, and of nobody else', async () => {
    const person = await aKnownPerson(desk);
    await desk.in(async (tx) => {
      await disclosures.note(tx, '7', { channel: 'whatsapp' }, start);
      await tx.query('UPDATE message SET attempts = 1 WHERE contact_id = $1 AND batch_id = 7', [person.contact]);
    });
    const [told, untold] = [
      await anAcceptedErasure(desk, person),
      await anAcceptedErasure(desk, await aKnownPerson(desk)),
    ];
    for (const id of [told, told, untold]) await run(id);
    expect(desk.toTell.filter((id) => id === told || id === untold)).toEqual([told]);
    const [notice] = await desk.in((tx) => correctionNoticesTable.of(tx, told));
    expect(notice).toMatchObject({ fields: expect.arrayContaining(['message', 'phone']), told_at: null });
  });

  it('when a post still stands in Slack, then it is waited for, but not for ever', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    desk.standing.set(person.contact, 1);
    await run(id);
    const answers = () =>
      desk.in((tx) => tx.query('SELECT 1 FROM privacy_case WHERE id = $1 AND answer_seq IS NOT NULL', [id]));
    expect(await answers()).toHaveLength(0);
    desk.clock.at = later(16);
    await run(id);
    expect(await answers()).toHaveLength(1);
  });

  it('when a worker holds a message of theirs, then it is let go first', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    const set = (state: string) =>
      desk.in((tx) =>
        tx.query('UPDATE message SET state = $2 WHERE contact_id = $1 AND batch_id = 7', [person.contact, state]),
      );
    await set('sending');
    await run(id);
    const left = () =>
      desk.in((tx) => tx.query('SELECT 1 FROM message WHERE contact_id = $1 AND batch_id = 7', [person.contact]));
    expect(await left()).toHaveLength(1);
    await set('accepted');
    await run(id);
    expect(await left()).toHaveLength(0);
  });

  it.each(['before the commit', 'after the commit'] as const)(
    'when the program dies at any one of its transactions, %s, then the next run ends it just the same',
    async (moment) => {
      const real = desk.database.withTenant.bind(desk.database);
      let isWorking = false;
      for (let deaths = 1, hasDied = true; hasDied; deaths++) {
        const person = await aKnownPerson(desk);
        const id = await anAcceptedErasure(desk, person);
        let calls = 0;
        hasDied = false;
        desk.database.withTenant = async (tenant, work) => {
          if (!isWorking || ++calls !== deaths) return real(tenant, work);
          hasDied = true;
          if (moment === 'after the commit') await real(tenant, work);
          else await real(tenant, (tx) => work(tx).then(() => Promise.reject(new Error('died')))).catch(() => {});
          throw new Error('died');
        };
        /** As long as there is something to do; once it dies, and it is started again. */
        const works = async () => {
          isWorking = true;
          for (let turn = 0; turn < 2; turn++)
            await run(id).catch((error) => expect(error).toMatchObject({ message: 'died' }));
          isWorking = false;
        };
        await works();
        await answerIs(desk, id, 'accepted');
        await works();
        expect([deaths, await stateOf(id)]).toEqual([deaths, 'closed']);
        expect([deaths, await traces(person)]).toEqual([deaths, { identifiers: [], rows: [] }]);
        expect(verifyDocument((await desk.certificateOf(id)) ?? '').state).toBe('whole');
        const sent = await desk.in((tx) =>
          tx.query("SELECT 1 FROM audit WHERE subject = $1 AND act = 'case.answer'", [`case:${id}`]),
        );
        expect(sent).toHaveLength(1);
        const [row] = await desk.in((tx) =>
          tx.query<{ erased: object }>('SELECT erased FROM privacy_case WHERE id = $1', [id]),
        );
        expect(row?.erased).toMatchObject({ identifier: 2, consent: 2, slack_post: 1 });
        if (!hasDied) expect(deaths).toBeGreaterThan(10); // there were as many as that, and each died once
      }
      desk.database.withTenant = real;
    },
    240_000,
  );

  it('when somebody else is in the same customer, then nothing of theirs is touched', async () => {
    const other = await aPerson(desk);
    const before = (await desk.in((tx) => desk.privacy.summary(tx, other))).records;
    const id = await anAcceptedErasure(desk, await aKnownPerson(desk));
    await run(id);
    await answerIs(desk, id, 'accepted');
    await run(id);
    expect((await desk.in((tx) => desk.privacy.summary(tx, other))).records).toBe(before);
  });
});
