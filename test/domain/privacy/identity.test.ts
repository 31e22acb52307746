import type { Right } from '../../../src/domain/privacy/case-state';
import { CaseWorker } from '../../../src/domain/privacy/case-worker';
import { AppError } from '../../../src/errors';
import { aPhone, later, start } from '../../support/ground';
import { aTenant } from '../../support/world';
import { aMail, anInquiry, boss, type Inquiry } from './who-asks';

let desk: Inquiry;
beforeAll(async () => {
  desk = await anInquiry();
}, 120_000);
afterAll(() => desk?.close());
beforeEach(() => {
  desk.here.clock.at = start;
});

const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const levelOf = async (id: string) => (await desk.of(id)).has;
const everything = async (): Promise<string> => {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: desk.ownerUrl });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'edge')",
  );
  let all = '';
  for (const { name } of tables.rows)
    all += (await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)).rows
      .map(({ row }) => row)
      .join('\n');
  await client.end();
  return all;
};

describe('a code to a second channel that the company holds', () => {
  it('when somebody asks by WhatsApp for all that is held, then a code goes to their mailbox, and the right one is enough', async () => {
    const { id, who, contact } = await desk.aRequest();
    expect(await desk.of(id)).toEqual({ needed: 'L2', has: 'L1', isEnough: false });
    expect(await desk.begin(id)).toMatchObject({ way: 'code', channel: 'email', isNew: true });
    const code = await desk.codeTo(who.email ?? '');
    expect(await desk.hear(contact, code)).toBe(id);
    expect(await desk.of(id)).toMatchObject({ has: 'L2', isEnough: true });
    expect(await desk.begin(id)).toEqual({ way: 'enough' });
    const proofs = await desk.inside((tx) => desk.here.identity.proofs(tx, id));
    expect(proofs.map(({ proof, gives }) => [proof, gives])).toEqual([['code_there', 'L2']]);
  });

  it('when it leaves, then it leaves through the gate as a message of that case, and of no other person', async () => {
    const { id, who, contact } = await desk.aRequest();
    await desk.begin(id);
    await desk.codeTo(who.email ?? '');
    const rows = await desk.inside((tx) =>
      tx.query('SELECT purpose, bound_to, contact_id, channel FROM message WHERE bound_to = $1', [id]),
    );
    expect(rows).toEqual([{ purpose: 'case', bound_to: id, contact_id: contact, channel: 'email' }]);
  });

  it('when it was used, then it is nowhere: not in a row, not in the message that carried it; and it proves nothing twice', async () => {
    const { id, who } = await desk.aRequest();
    await desk.begin(id);
    const code = await desk.codeTo(who.email ?? '');
    // Among other digits, as of an id or a token, it is no code.
    expect(await everything()).not.toMatch(new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`));
    expect(await desk.prove(id, code)).toBe(true);
    const left = await desk.inside((tx) => tx.query('SELECT sealed FROM message WHERE bound_to = $1', [id]));
    expect(left).toEqual([{ sealed: null }]);
    expect(await desk.inside((tx) => tx.query('SELECT 1 FROM identity_check WHERE case_id = $1', [id]))).toEqual([]);
    expect(await desk.prove(id, code)).toBe(false);
  });

  it('when it is asked for again, then nothing is sent twice; and after three of a day none is sent', async () => {
    const { id, who } = await desk.aRequest();
    const began = await Promise.all([1, 2, 3, 4, 5].map(() => desk.begin(id)));
    expect(began.filter((one) => 'isNew' in one && one.isNew)).toHaveLength(1);
    const sent = () => desk.channel.sent.filter(({ to }) => to.email === who.email).length;
    await desk.codeTo(who.email ?? '');
    expect(sent()).toBe(1);
    for (const _more of [2, 3]) {
      desk.passes(16);
      expect(await desk.begin(id)).toMatchObject({ way: 'code', isNew: true });
    }
    desk.passes(16);
    expect(await desk.begin(id)).toEqual({ way: 'tomorrow' });
    desk.passes(24 * 60);
    expect(await desk.begin(id)).toMatchObject({ way: 'code', isNew: true });
  });

  it('when fifteen minutes have passed, then the right one is wrong', async () => {
    const { id, who } = await desk.aRequest();
    await desk.begin(id);
    const code = await desk.codeTo(who.email ?? '');
    desk.passes(15);
    expect(await desk.prove(id, code)).toBe(false);
    expect(await levelOf(id)).toBe('L1');
  });

  it('when it was guessed five times, then the right one is as wrong as the others, until another day', async () => {
    const { id, who, contact } = await desk.aRequest();
    await desk.begin(id);
    const code = await desk.codeTo(who.email ?? '');
    for (let tries = 0; tries < 5; tries += 1) expect(await desk.hear(contact, other(code))).toBe('wrong');
    expect([await desk.hear(contact, code), await desk.prove(id, code), await levelOf(id)]).toEqual([
      'wrong',
      false,
      'L1',
    ]);
    expect(await desk.begin(id)).toMatchObject({ way: 'code', isNew: false });
    desk.passes(20);
    expect(await desk.begin(id)).toEqual({ way: 'tomorrow' });
    desk.passes(24 * 60);
    await desk.begin(id);
    expect(await desk.prove(id, await desk.codeTo(who.email ?? ''))).toBe(true);
  });

  it('when two requests wait, then a wrong code counts once, and a right one is for the one it was sent for', async () => {
    const { id, who, contact, talk } = await desk.aRequest();
    const second = await desk.asks(contact, 'portability', talk);
    await desk.begin(id);
    const code = await desk.codeTo(who.email ?? '');
    await desk.begin(second);
    await desk.hear(contact, other(code));
    const [tries] = await desk.inside((tx) =>
      tx.query<{ wrong: number }>('SELECT max(wrong) AS wrong FROM identity_try'),
    );
    expect(await desk.hear(contact, code)).toBe(id);
    expect([await levelOf(id), await levelOf(second)]).toEqual(['L2', 'L1']);
    expect(tries?.wrong).toBeGreaterThan(0);
  });

  it('when it is somebody else’s code, then it proves nothing to them', async () => {
    const [one, two] = [await desk.aRequest(), await desk.aRequest()];
    await desk.begin(one.id);
    await desk.begin(two.id);
    const code = await desk.codeTo(one.who.email ?? '');
    if (code === (await desk.codeTo(two.who.email ?? ''))) return; // one in a million
    expect(await desk.hear(two.contact, code)).toBe('wrong');
    expect([await levelOf(one.id), await levelOf(two.id)]).toEqual(['L1', 'L1']);
  });

  it('when none is waited for, then six digits are talk like any other', async () => {
    const { contact } = await desk.aRequest();
    expect(await desk.hear(contact, '123456')).toBeUndefined();
  });

  it.each(['', '12345', '1234567', 'ABCDEF', '１２３４５６', "' OR 1=1", '000000\u0000'])(
    'when %j is given as a code, then it is a wrong one and nothing breaks',
    async (code) => {
      const { id } = await desk.aRequest();
      await desk.begin(id);
      expect(await desk.prove(id, code)).toBe(false);
    },
  );

  it('when the case is another customer’s, or none, then both are answered alike', async () => {
    const { id } = await desk.aRequest();
    const elsewhere = await aTenant(desk.here);
    const codes = await Promise.all(
      [id, '019ad5a0-0000-7000-8000-00000000ffff', 'SOL-1', "'"].map((which) =>
        desk.here
          .in(elsewhere.id, (tx) => desk.here.identity.begin(tx, which, start))
          .catch((error) => (error as AppError).code),
      ),
    );
    expect(new Set(codes)).toEqual(new Set(['CASE_NOT_FOUND']));
  });
});

describe('where a code may go', () => {
  it('when there is only the number they write from, then no second channel is made of it, and a person of the company looks', async () => {
    const { id } = await desk.aRequest({ phone: aPhone() });
    expect(await desk.begin(id)).toEqual({ way: 'desk' });
  });

  it('when they have no phone at all but a username, then it is asked by what else is held', async () => {
    const { id } = await desk.aRequest({ bsuid: `CL.${Date.now()}1` });
    expect(await desk.begin(id)).toEqual({ way: 'desk' });
    const mail = aMail();
    const more = await desk.aRequest({ bsuid: `CL.${Date.now()}2`, email: mail });
    expect(await desk.begin(more.id)).toMatchObject({ way: 'code', channel: 'email' });
    expect(await desk.prove(more.id, await desk.codeTo(mail))).toBe(true);
  });

  it('when the request came by mail, then a From address proves nothing: first the mailbox, then the phone', async () => {
    const { id, who } = await desk.aRequest(undefined, 'access', 'email');
    expect(await desk.of(id)).toEqual({ needed: 'L2', has: 'L0', isEnough: false });
    expect(await desk.begin(id)).toMatchObject({ way: 'code', channel: 'email' });
    expect(await desk.prove(id, await desk.codeTo(who.email ?? ''))).toBe(true);
    expect(await levelOf(id)).toBe('L1');
    expect(await desk.begin(id)).toMatchObject({ way: 'code', channel: 'sms' });
    expect(await desk.prove(id, await desk.codeTo(who.phone ?? ''))).toBe(true);
    expect(await levelOf(id)).toBe('L2');
  });

  it('when it came by SMS, whose sender anybody can write, then a code to that very number proves that they hold it', async () => {
    const { id, who } = await desk.aRequest({ phone: aPhone() }, 'erase', 'sms');
    expect(await desk.of(id)).toEqual({ needed: 'L1', has: 'L0', isEnough: false });
    expect(await desk.begin(id)).toMatchObject({ way: 'code', channel: 'sms' });
    expect(await desk.prove(id, await desk.codeTo(who.phone ?? ''))).toBe(true);
    expect(await desk.of(id)).toMatchObject({ has: 'L1', isEnough: true });
  });

  it('when a spoofed SMS or mail says yes to a request that was made by WhatsApp, then it counts for nothing before a code', async () => {
    const { id, who } = await desk.aRequest(undefined, 'erase');
    const spoofed = await desk.writes(who, 'email');
    const says = () => desk.inside((tx) => desk.here.identity.mustBeSure(tx, id, spoofed, desk.here.clock.now()));
    await expect(says()).rejects.toMatchObject({ code: 'IDENTITY_FIRST' });
    expect(await desk.begin(id, spoofed)).toMatchObject({ way: 'code', channel: 'email' });
    await desk.prove(id, await desk.codeTo(who.email ?? ''));
    await says();
    desk.passes(25 * 60);
    await expect(says()).rejects.toMatchObject({ code: 'IDENTITY_FIRST' });
  });

  it('when a request by mail is spoken of by WhatsApp, then that proves the number', async () => {
    const { id, who } = await desk.aRequest(undefined, 'erase', 'email');
    const talk = await desk.writes(who);
    await desk.inside((tx) => desk.here.identity.seen(tx, id, talk, later(1)));
    expect(await desk.of(id)).toMatchObject({ has: 'L1', isEnough: true });
  });

  it('when the number has a new holder, then no code goes to what was known of the one before, and nothing of theirs can be matched', async () => {
    const who = { phone: aPhone(), email: aMail() };
    const contact = await desk.holds(who, { name: 'Rosaura Quilapán', rut: '12.345.678-5' });
    desk.passes(60);
    await desk.inside((tx) =>
      desk.here.audience.wrongNumber(tx, contact, desk.here.clock.now(), desk.here.clock.now()),
    );
    desk.passes(1);
    const id = await desk.asks(contact, 'access', await desk.writes({ phone: who.phone }));
    expect(await desk.begin(id)).toEqual({ way: 'desk' });
    expect(desk.channel.sent.filter(({ to, text }) => to.email === who.email && /\d{6}/.test(text))).toEqual([]);
  });
});

describe('a person of the company saw who it is', () => {
  const record = (id: string, how = 'cédula vista en la tienda de Talca', by = boss) =>
    desk.inside((tx) => desk.here.identity.record(tx, id, { how }, by, start));

  it('when the privacy role says how, then it is as sure as can be, and how is kept sealed, and no paper', async () => {
    const { id } = await desk.aRequest({ phone: aPhone() });
    await record(id);
    expect(await desk.of(id)).toMatchObject({ has: 'L3', isEnough: true });
    expect(await everything()).not.toContain('cédula vista');
  });

  it('when somebody else says so, or does not say how, then it is refused and nothing changed', async () => {
    const { id } = await desk.aRequest({ phone: aPhone() });
    await expect(record(id, undefined, { ...boss, roles: ['operator', 'agent'] })).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    await expect(record(id, '  ok  ')).rejects.toMatchObject({ code: 'IDENTITY_HOW' });
    expect(await levelOf(id)).toBe('L1');
  });
});

describe('what was only needed to ask', () => {
  it('when its time is over, then it goes, with the words of the message; what still waits stays', async () => {
    const [gone, waiting] = [await desk.aRequest(), await desk.aRequest()];
    await desk.begin(gone.id);
    await desk.codeTo(gone.who.email ?? '');
    desk.passes(16);
    await desk.begin(waiting.id);
    await desk.codeTo(waiting.who.email ?? '');
    await desk.inside((tx) => desk.here.identity.purge(tx, desk.here.clock.now()));
    const left = await desk.inside((tx) =>
      tx.query<{ case_id: string }>('SELECT case_id FROM identity_check WHERE case_id = ANY($1)', [
        [gone.id, waiting.id],
      ]),
    );
    expect(left).toEqual([{ case_id: waiting.id }]);
    const words = await desk.inside((tx) =>
      tx.query<{ kept: boolean }>(
        'SELECT sealed IS NOT NULL AS kept FROM message WHERE bound_to = ANY($1) ORDER BY created_at',
        [[gone.id, waiting.id]],
      ),
    );
    expect(words.map(({ kept }) => kept)).toEqual([false, true]);
    desk.passes(10 * 24 * 60);
    await desk.inside((tx) => desk.here.identity.purge(tx, desk.here.clock.now()));
    expect(await desk.inside((tx) => tx.query('SELECT 1 FROM identity_try'))).toEqual([]);
  });
});

describe('who asks for somebody else', () => {
  const recorded = (id: string, mandate: { relation: string; paper: string; address: string }, by = boss) =>
    desk.inside((tx) => desk.here.representations.record(tx, id, mandate, by, desk.here.clock.now()));
  const asLawyer = async (right: Right = 'access', relation: 'representative' | 'heir' = 'representative') => {
    const lawyer = { phone: aPhone() };
    const contact = await desk.holds(lawyer, { name: 'Abogada' });
    const talk = await desk.writes(lawyer);
    const request = { contact, right, relation, from: talk.inbox } as const;
    const opened = await desk.inside((tx) =>
      desk.here.representations.open(tx, { ...request, receivedAt: start, now: start }),
    );
    return { contact, id: opened.id, talk };
  };
  const subject = async () => {
    const who = { phone: aPhone() };
    return { who, contact: await desk.holds(who, { name: 'Titular' }) };
  };

  it('when a lawyer asks, then nothing is enough before the company has seen the mandate; then it is about their client, and the answer goes to the lawyer', async () => {
    const [{ id, contact }, client] = [await asLawyer(), await subject()];
    expect(await desk.of(id)).toMatchObject({ needed: 'L3', isEnough: false });
    expect(await desk.begin(id)).toEqual({ way: 'desk' });
    await recorded(id, {
      relation: 'representative',
      paper: 'mandato simple del 1-12-2026',
      address: client.who.phone,
    });
    expect(await desk.of(id)).toMatchObject({ has: 'L3', isEnough: true });
    const [row] = await desk.inside((tx) =>
      tx.query('SELECT contact_id, answer_to FROM privacy_case WHERE id = $1', [id]),
    );
    expect(row).toEqual({ contact_id: client.contact, answer_to: contact });
    expect(await everything()).not.toContain('mandato simple');
  });

  it.each(['erase', 'object', 'access'] as const)(
    'when a lawyer’s %s is to be granted without a mandate, then it is refused, whoever saw the lawyer: their own data stay',
    async (right) => {
      const { id } = await asLawyer(right);
      const { identity, privacy } = desk.here;
      const seen = { how: 'cédula de la abogada vista en Talca' };
      await expect(desk.inside((tx) => identity.record(tx, id, seen, boss, start))).rejects.toMatchObject({
        code: 'MANDATE_FIRST',
      });
      await desk.inside((tx) =>
        tx.query("UPDATE privacy_case SET state = 'confirmed', id_level = 'L3' WHERE id = $1", [id]),
      );
      await expect(desk.inside((tx) => privacy.accept(tx, id, {}, boss, start))).rejects.toMatchObject({
        code: 'MANDATE_FIRST',
      });
      expect(await desk.inside((tx) => privacy.get(tx, id, start))).toMatchObject({
        state: 'confirmed',
        onBehalf: { relation: 'representative', isProved: false },
      });
    },
  );

  it('when a lawyer asks for a block, then their client’s data is out of use from the mandate on, and not the lawyer’s', async () => {
    const [{ id, contact }, client] = [await asLawyer('block'), await subject()];
    const frozen = (whose: string) =>
      desk.inside((tx) => tx.query('SELECT blocked_at IS NOT NULL AS frozen FROM contact WHERE id = $1', [whose]));
    expect(await frozen(client.contact)).toEqual([{ frozen: false }]);
    const paper = 'mandato simple del 1-12-2026';
    await recorded(id, { relation: 'representative', paper, address: client.who.phone });
    expect([await frozen(client.contact), await frozen(contact)]).toEqual([[{ frozen: true }], [{ frozen: false }]]);
    await desk.inside((tx) => tx.query('UPDATE contact SET blocked_at = NULL WHERE id = $1', [client.contact]));
    await desk.inside((tx) => desk.here.privacy.accept(tx, id, {}, boss, start));
    expect(await frozen(client.contact)).toEqual([{ frozen: true }]); // granted is in force, whatever was before
  });

  it.each<[Right, string | undefined, string]>([
    ['object', 'marketing', 'refused'],
    ['object', undefined, 'refused'],
    ['erase', undefined, 'refused'],
    ['erase', undefined, 'confirmed'],
    ['block', undefined, 'refused'],
  ])(
    'when a lawyer asks for a case of %s (%s) and it is %s, then their own promotions are untouched',
    async (right, cause, end) => {
      const lawyer = { phone: aPhone() };
      const contact = await desk.holds(lawyer, { name: 'Abogada' });
      const talk = await desk.writes(lawyer);
      const request = {
        contact,
        right,
        relation: 'representative',
        from: talk.inbox,
        ...(cause && { cause }),
      } as const;
      const { consent, privacy } = desk.here;
      const standing = () =>
        desk.inside(async (tx) => [
          await consent.suppression(tx, contact),
          (await consent.ledger(tx, contact)).filter(({ act }) => act === 'withdrawn').length,
          await tx.query('SELECT blocked_at, age_band FROM contact WHERE id = $1', [contact]),
        ]);
      const before = await standing();
      const { id, state } = await desk.inside((tx) =>
        desk.here.representations.open(tx, { ...request, receivedAt: start, now: start }),
      );
      expect(state).toBe('received');
      if (right === 'erase') await desk.inside((tx) => privacy.confirm(tx, id, start));
      const why = { facts: 'No se acreditó el mandato de nadie.', agencyNotice: 'AG-1' };
      if (end === 'refused') {
        const refusal = { ...why, ground: 'not_the_subject' };
        await desk.inside((tx) => privacy.reject(tx, id, refusal, boss, start));
        await desk.inside((tx) => tx.query("UPDATE privacy_case SET state = 'answered' WHERE id = $1", [id]));
        const worker = new CaseWorker({ ...desk.here, executions: () => ({}), onNotice: async () => {} });
        await worker.run(desk.tenant, Buffer.from(id.replaceAll('-', ''), 'hex'));
        expect((await desk.inside((tx) => privacy.get(tx, id, start))).state).toBe('closed');
      }
      expect(await standing()).toEqual(before);
    },
  );

  it('when they ask for themselves too, then that is another request, as sure as ever', async () => {
    const { id, contact, talk } = await asLawyer();
    const own = await desk.asks(contact, 'access', talk);
    expect(own).not.toBe(id);
    expect(await desk.of(own)).toMatchObject({ needed: 'L2' });
  });

  it.each([
    [
      'nobody’s number',
      { relation: 'heir', paper: 'posesión efectiva 2026', address: '+56999999999' },
      'SUBJECT_UNKNOWN',
    ],
    ['no paper', { relation: 'heir', paper: 'x', address: '+56999999999' }, 'MANDATE_INCOMPLETE'],
    [
      'a relation that is none',
      { relation: 'friend', paper: 'carta del amigo 2026', address: 'a' },
      'MANDATE_INCOMPLETE',
    ],
  ])('when there is %s, then it is refused', async (_what, mandate, code) => {
    const { id } = await asLawyer();
    await expect(recorded(id, mandate)).rejects.toMatchObject({ code });
  });

  it('when it is recorded by whoever does not decide, then it is refused', async () => {
    const [{ id }, client] = [await asLawyer(), await subject()];
    const mandate = { relation: 'representative', paper: 'mandato simple 2026', address: client.who.phone };
    await expect(recorded(id, mandate, { ...boss, roles: ['agent'] })).rejects.toBeInstanceOf(AppError);
  });

  it('when somebody died, then nothing is sent to them; and an heir may ask, unless the dead had forbidden it', async () => {
    const [{ id }, dead] = [await asLawyer(), await subject()];
    const mandate = { relation: 'heir', paper: 'posesión efectiva 2026', address: dead.who.phone };
    const died = (barred: boolean) =>
      desk.inside((tx) => desk.here.representations.died(tx, dead.who.phone, barred, boss, start));
    await died(false);
    expect(await desk.inside((tx) => desk.here.consent.suppression(tx, dead.contact))).toBe('stop');
    await died(true);
    await expect(recorded(id, mandate)).rejects.toMatchObject({ code: 'HEIRS_BARRED' });
    await died(false); // what was forbidden stays so
    await expect(recorded(id, mandate)).rejects.toMatchObject({ code: 'HEIRS_BARRED' });
    const free = await subject();
    await recorded(id, { ...mandate, address: free.who.phone });
    expect(await desk.of(id)).toMatchObject({ has: 'L3' });
  });
});
