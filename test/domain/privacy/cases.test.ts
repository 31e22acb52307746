import { createHash } from 'node:crypto';
import { Client } from 'pg';
import type { Database, TenantTx } from '../../../src/data/database';
import { newId } from '../../../src/data/ids';
import { verifyDocument } from '../../../src/data/signed-document';
import { touchInbound } from '../../../src/domain/audience/contacts.table';
import { suggestedPlace } from '../../../src/domain/audience/countries';
import { templatesTable } from '../../../src/domain/campaigns/templates.table';
import { CaseWorker } from '../../../src/domain/privacy/case-worker';
import type { Execution } from '../../../src/domain/privacy/execution';
import { missingNotices, noticeTemplates } from '../../../src/domain/privacy/notice-templates';
import { aPerson, later, start } from '../world';
import { aKnownPerson, answerIs, boss, laneOf, type Office, office } from './office';

let desk: Office;
beforeAll(async () => {
  desk = await office();
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.clock.at = start;
  desk.notices.length = 0;
});

const day = (days: number, hours = 0) => later((days * 24 + hours) * 60);
const at = (when: Date) => {
  desk.clock.at = when;
};
const get = (id: string) => desk.in((tx) => desk.privacy.get(tx, id, desk.clock.at));
const openFor = async (right: 'erase' | 'access' | 'object' | 'block' | 'rectify' | 'portability', more = {}) => {
  const person = await aKnownPerson(desk);
  const { contact, inbox } = person;
  const view = await desk.in((tx) =>
    desk.privacy.open(tx, { contact, right, from: inbox, receivedAt: start, now: start, ...more }),
  );
  return { ...person, id: view.id, view };
};
const facts = 'Tiene un contrato vigente hasta marzo.';
const lettersOf = (id: string) =>
  desk.in((tx) =>
    tx.query<{
      kind: string;
      sealed: Buffer;
      hash: Buffer;
      sent_sealed: Buffer;
      sent_hash: Buffer;
      sent_at: Date;
      says: string[];
      seq: string;
    }>(
      'SELECT kind, sealed, hash, sent_sealed, sent_hash, sent_at, says, seq FROM case_letter WHERE case_id = $1 ORDER BY written_at',
      [id],
    ),
  );
const messagesOf = (id: string) =>
  desk.in((tx) =>
    tx.query<{ seq: string; purpose: string; sealed: Buffer; body_hash: Buffer; state: string }>(
      "SELECT seq, purpose, sealed, body_hash, state FROM message WHERE bound_to = $1 AND purpose IN ('case', 'notice') ORDER BY seq",
      [id],
    ),
  );
const opened = async (id: string, sealed: Buffer) =>
  (await desk.keys.tenant(desk.tenant)).open(sealed, `privacy_case|${id}`).toString();

describe('several rights in one message', () => {
  it('T-DSR-9: when they want a copy and to be erased, then each is a case of its own, and nothing is erased before the copy was answered', async () => {
    const { contact, inbox } = await aKnownPerson(desk);
    const views = await desk.in((tx) =>
      desk.privacy.openAll(tx, { contact, rights: ['erase', 'access'], from: inbox, receivedAt: start, now: start }),
    );
    expect(views.map(({ right, parent }) => [right, parent])).toEqual([
      ['access', undefined],
      ['erase', views[0]?.id],
    ]);
    const [access, erase] = views.map(({ id }) => id) as [string, string];
    await desk.in((tx) => desk.privacy.confirm(tx, erase, start));
    await desk.in((tx) => desk.privacy.accept(tx, erase, {}, boss, start));
    await desk.work(erase);
    expect((await get(erase)).state).toBe('executing');
    expect((await desk.in((tx) => desk.privacy.summary(tx, contact))).records).toBeGreaterThan(10);
    await desk.in((tx) => desk.privacy.reject(tx, access, { ground: 'law_forbids', facts }, boss, start));
    await desk.work(access);
    await answerIs(desk, access, 'delivered');
    await desk.work(access);
    expect((await get(access)).state).toBe('closed');
    await desk.work(erase);
    await answerIs(desk, erase, 'delivered');
    await desk.work(erase);
    expect((await get(erase)).state).toBe('closed');
    await expect(desk.in((tx) => desk.audience.read(tx, contact))).rejects.toMatchObject({ code: 'PERSON_ERASED' });
  });

  it('when a right was open already, then the same message adds the others to it', async () => {
    const { contact, id } = await openFor('access');
    const views = await desk.in((tx) =>
      desk.privacy.openAll(tx, { contact, rights: ['access', 'rectify'], receivedAt: later(5), now: later(5) }),
    );
    expect(views.map(({ right, isNew }) => [right, isNew])).toEqual([
      ['access', false],
      ['rectify', true],
    ]);
    expect(views[1]?.parent).toBe(id);
  });
});

describe('the one extension', () => {
  const extend = (id: string, days: number, reason = 'Falta un archivo del proveedor.', now = desk.clock.at) =>
    desk.in((tx) => desk.privacy.extend(tx, id, { days, reason }, boss, now));

  it('T-DSR-2: when it is extended in time and with a reason, then the date moves, the person reads why, and reminders ring anew', async () => {
    const { id } = await openFor('access');
    at(day(20));
    const view = await extend(id, 30);
    expect([view.originalDueAt, view.dueAt, view.mayExtend]).toEqual([
      new Date('2026-12-31T23:59:59-03:00'),
      new Date('2027-01-30T23:59:59-03:00'),
      undefined,
    ]);
    const [letter] = await lettersOf(id);
    expect(await opened(id, letter?.sealed as Buffer)).toContain('La nueva fecha máxima es el 30 de enero de 2027.');
    await expect(extend(id, 1)).rejects.toMatchObject({ code: 'EXTENSION_USED' });
    at(day(23, 20)); // when seven days were left of the first term
    await desk.work(id);
    expect(desk.notices.map(({ clock }) => clock)).not.toContain('C2_7');
    at(day(53, 20));
    await desk.work(id);
    expect(desk.notices.map(({ clock }) => clock)).toContain('C2_7');
  });

  it('T-DSR-2: when somebody writes a second one past the product, or changes the first, then the database refuses', async () => {
    const { id } = await openFor('access');
    await extend(id, 10);
    const row = [desk.tenant, id, start, boss.member];
    const again = desk.in((tx) =>
      tx.query(
        `INSERT INTO case_extension (tenant_id, case_id, reason, original_due_at, due_at, extended_by, extended_at) VALUES ($1, $2, 'otra vez', $3, $3, $4, $3)`,
        row,
      ),
    );
    await expect(again).rejects.toThrow(/Validation error|unique/);
    const changed = desk.in((tx) => tx.query("UPDATE case_extension SET reason = 'otra' WHERE case_id = $1", [id]));
    await expect(changed).rejects.toThrow(/permission denied/);
  });

  it('T-DSR-2: when it is late, without a reason, too long, or of a block, then there is none', async () => {
    const { id } = await openFor('access');
    await expect(extend(id, 30, ' ')).rejects.toMatchObject({ code: 'EXTENSION_INCOMPLETE' });
    for (const days of [0, -1, 1.5, 31, Number.NaN, 1e9])
      await expect(extend(id, days)).rejects.toMatchObject({ code: 'EXTENSION_INCOMPLETE' });
    await expect(extend(id, 30, undefined, day(31))).rejects.toMatchObject({ code: 'EXTENSION_LATE' });
    const block = await openFor('block');
    await expect(extend(block.id, 1)).rejects.toMatchObject({ code: 'EXTENSION_NOT_ALLOWED' });
    expect(await get(id)).toMatchObject({ dueAt: new Date('2026-12-31T23:59:59-03:00') });
  });
});

describe('refusing', () => {
  it('T-DSR-3: when a refusal is written past the product without ground, facts or where to complain, then the database refuses', async () => {
    const { id } = await openFor('access');
    const bare = desk.in((tx) =>
      tx.query("UPDATE privacy_case SET outcome = 'denied', state = 'rejected' WHERE id = $1", [id]),
    );
    await expect(bare).rejects.toThrow(/privacy_case_refused/);
    const part = desk.in((tx) =>
      tx.query("UPDATE privacy_case SET outcome = 'partial', facts = 'x' WHERE id = $1", [id]),
    );
    await expect(part).rejects.toThrow(/privacy_case_partial/);
    const letter = desk.in((tx) =>
      tx.query(
        `INSERT INTO case_letter (tenant_id, id, case_id, kind, outcome, says, sealed, hash, written_at)
         VALUES ($1, $2, $3, 'answer', 'denied', '{ground,facts}', '\\x00', '\\x00', $4)`,
        [desk.tenant, newId(start), id, start],
      ),
    );
    await expect(letter).rejects.toThrow(/case_letter_refusal/);
  });

  it('when a company in Chile refuses somebody in Brazil, then Brazil’s days count, and both authorities are named', async () => {
    const identity = { phone: `+55119${Math.floor(1e7 + Math.random() * 8e7)}` };
    const origin = { source: 'whatsapp', place: suggestedPlace(identity), now: start };
    const { contact } = await desk.in((tx) => desk.audience.findOrCreate(tx, identity, origin));
    const { id } = await desk.in(async (tx) => {
      await touchInbound(tx, contact, start);
      return desk.privacy.open(tx, { contact, right: 'access', receivedAt: start, now: start });
    });
    const why = { ground: 'no_data', facts: 'Buscamos con su número y no hay nada suyo.' };
    await desk.in((tx) => desk.privacy.reject(tx, id, why, boss, start));
    await desk.work(id);
    const [letter] = await lettersOf(id);
    expect(await opened(id, letter?.sealed as Buffer)).toMatch(
      /perante a Agencia de Protección de Datos Personales .*perante a ANPD a qualquer/,
    );
    await answerIs(desk, id, 'read');
    await desk.work(id);
    const [row] = await desk.in((tx) =>
      tx.query('SELECT regime, authorities, claim_until FROM privacy_case WHERE id = $1', [id]),
    );
    // Chile’s term to complain is kept open too.
    expect(row).toMatchObject({
      ...{ regime: 'BR', authorities: ['CL_19628_2026', 'BR'] },
      claim_until: new Date('2027-01-15T23:59:59-03:00'),
    });
  });

  it('T-DSR-4: when a block is refused, then only with the authority’s receipt, in the product and past it, and the data is in use again', async () => {
    const { id, contact } = await openFor('block');
    const refuse = (agencyNotice?: string) =>
      desk.in((tx) =>
        desk.privacy.reject(
          tx,
          id,
          {
            ground: 'not_founded',
            facts: 'No dice por qué lo pide, y nada lo indica.',
            ...(agencyNotice && { agencyNotice }),
          },
          boss,
          start,
        ),
      );
    await expect(refuse()).rejects.toMatchObject({ code: 'AGENCY_NOTICE_MISSING' });
    const past = desk.in((tx) => tx.query("UPDATE privacy_case SET block = 'refused' WHERE id = $1", [id]));
    await expect(past).rejects.toThrow(/privacy_case_block_refused/);
    expect((await get(id)).blocked).toBe(true);
    expect(await refuse('APDP-2026-77')).toMatchObject({ block: 'refused', outcome: 'denied', blocked: false });
    await desk.work(id);
    const [letter] = await lettersOf(id);
    expect(await opened(id, letter?.sealed as Buffer)).toContain('Comunicamos esta decisión a la Agencia');
    expect(await desk.in((tx) => desk.privacy.freezing(tx, contact))).toBeUndefined();
  });

  it('T-DSR-4: when two cases hold somebody’s data, then it stays out of use until the last of them ends', async () => {
    const { id, contact } = await openFor('block');
    await desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, start));
    for (const step of ['work', 'answer', 'work'])
      step === 'work' ? await desk.work(id) : await answerIs(desk, id, 'read');
    expect(await get(id)).toMatchObject({ state: 'closed', block: 'granted', blocked: true });
    const { id: second } = await desk.in((tx) =>
      desk.privacy.open(tx, { contact, right: 'block', receivedAt: later(60), now: later(60) }),
    );
    await desk.in((tx) => desk.privacy.withdraw(tx, second, later(70)));
    expect((await get(id)).blocked).toBe(true);
    const lifted = await desk.in((tx) => desk.privacy.release(tx, id, `contact:${contact}`, later(80)));
    expect([lifted.block, lifted.blocked]).toEqual(['released', false]);
    await expect(desk.in((tx) => desk.privacy.release(tx, id, `contact:${contact}`, later(90)))).rejects.toMatchObject({
      code: 'CASE_STATE',
    });
  });

  it('when portability does not reach what rests on a contract, then that is what is answered, with where to complain', async () => {
    const { id } = await openFor('portability');
    const view = await desk.in((tx) =>
      desk.privacy.reject(tx, id, { ground: 'basis_not_consent', facts }, boss, start),
    );
    expect(view).toMatchObject({ outcome: 'not_applicable', state: 'rejected' });
    expect((await lettersOf(id))[0]?.says).toEqual(expect.arrayContaining(['not_applicable', 'claim']));
  });
});

describe('the letter', () => {
  it('T-DSR-5: when a letter is previewed, decided and sent, then those are the same bytes, and the stored proof gives them back', async () => {
    const { id } = await openFor('access');
    const decision = { act: 'reject', ground: 'not_the_subject', facts } as const;
    const preview = await desk.in((tx) => desk.privacy.previewLetter(tx, id, decision, boss, start));
    expect([preview.isFinal, (await get(id)).state]).toEqual([true, 'received']);
    await desk.in((tx) => desk.privacy.reject(tx, id, decision, boss, start));
    await desk.work(id);
    const [message] = await messagesOf(id);
    const [letter] = await lettersOf(id);
    const person = await desk.in(async (tx) => {
      const [row] = await tx.query<{ contact_id: string }>('SELECT contact_id FROM message WHERE seq = $1', [
        message?.seq,
      ]);
      return desk.keys.person(tx, row?.contact_id ?? '');
    });
    const left = person.open(message?.sealed as Buffer, `message|0|${message?.seq}`).toString();
    expect(left).toBe(preview.bytes);
    expect(await opened(id, letter?.sent_sealed as Buffer)).toBe(left);
    expect(await opened(id, letter?.sealed as Buffer)).toBe(preview.text);
    const hash = createHash('sha256').update(left).digest();
    expect([letter?.sent_hash, message?.body_hash]).toEqual([hash, hash]);
    await answerIs(desk, id, 'delivered');
    await desk.work(id);
    expect((await get(id)).told).toBe(true);
    expect((await lettersOf(id))[0]?.sent_at).toEqual(start);
  });

  it('T-DSR-5: when somebody changes what was written, then the database refuses', async () => {
    const { id } = await openFor('access');
    await desk.in((tx) => desk.privacy.reject(tx, id, { ground: 'no_data', facts }, boss, start));
    for (const column of ['sealed', 'hash', 'says', 'written_at'])
      await expect(
        desk.in((tx) => tx.query(`UPDATE case_letter SET ${column} = ${column} WHERE case_id = $1`, [id])),
      ).rejects.toThrow(/permission denied/);
  });

  it('when it is refused, then from its proof on there are thirty business days to complain', async () => {
    const { id } = await openFor('access');
    await desk.in((tx) => desk.privacy.reject(tx, id, { ground: 'no_data', facts }, boss, start));
    await desk.work(id);
    await answerIs(desk, id, 'delivered');
    await desk.work(id);
    expect((await get(id)).claimUntil).toEqual(new Date('2027-01-15T23:59:59-03:00'));
  });

  it('when a yes keeps something, then it is a yes in part: what stays, why, until when, and where to complain', async () => {
    const { id } = await openFor('erase');
    await desk.in((tx) => desk.privacy.confirm(tx, id, start));
    const kept = [{ category: 'messages', ground: 'legal_duty', until: '2031-12-01' }];
    const accept = (said: string) => desk.in((tx) => desk.privacy.accept(tx, id, { kept, facts: said }, boss, start));
    await expect(accept('corto')).rejects.toMatchObject({ code: 'REJECTION_INCOMPLETE' });
    const preview = await desk.in((tx) =>
      desk.privacy.previewLetter(tx, id, { act: 'accept', kept, facts }, boss, start),
    );
    expect(preview.says).toEqual(expect.arrayContaining(['ground', 'facts', 'claim']));
    expect(await accept(facts)).toMatchObject({ outcome: 'partial', kept });
  });

  it('when a question is asked, then the person gets it, and the clock runs on', async () => {
    const { id } = await openFor('rectify');
    await expect(desk.in((tx) => desk.privacy.ask(tx, id, '  ', boss, start))).rejects.toMatchObject({
      code: 'QUESTION_INCOMPLETE',
    });
    const before = await get(id);
    await desk.in((tx) => desk.privacy.ask(tx, id, '¿Cuál es el correo correcto?', boss, start));
    await desk.work(id);
    const [message] = await messagesOf(id);
    expect([message?.state, (await get(id)).dueAt]).toEqual(['queued', before.dueAt]);
  });
});

describe('answering after a day', () => {
  const approve = (language: 'es' | 'en' | 'pt', status = 'APPROVED') =>
    desk.in((tx) =>
      templatesTable.insert(tx, {
        id: newId(start),
        channel: 'whatsapp',
        ...noticeTemplates[language],
        category: 'UTILITY',
        status,
        variables: [{ text: 'x' }, { text: 'x' }, { text: 'x' }],
        stop_word: null,
        version: 1,
      }),
    );

  it('when the customer has no approved notice in a language, then that is a gap of its readiness, and the letter waits for the person', async () => {
    const { id } = await openFor('access');
    expect(await desk.in((tx) => missingNotices(tx))).toEqual(['es', 'en', 'pt']);
    at(day(2));
    await desk.in((tx) => desk.privacy.reject(tx, id, { ground: 'no_data', facts }, boss, desk.clock.at));
    await desk.work(id);
    expect(await messagesOf(id)).toEqual([]);
    await approve('en', 'PENDING');
    await approve('es');
    expect(await desk.in((tx) => missingNotices(tx))).toEqual(['en', 'pt']);
    await desk.work(id);
    const [message] = await messagesOf(id);
    const [letter] = await lettersOf(id);
    expect(message?.purpose).toBe('notice');
    expect(JSON.parse(await opened(id, letter?.sent_sealed as Buffer))).toMatchObject({
      kind: 'template',
      name: noticeTemplates.es.name,
      variables: ['Tienda Andina SpA', (await get(id)).number, expect.stringContaining('https://')],
    });
    expect(await opened(id, letter?.sealed as Buffer)).toContain('no puede acoger');
  });
});

describe('what the controller signed in advance', () => {
  const sign = (act: 'access_summary' | 'erase', by = boss) =>
    desk.in((tx) => desk.privacy.standing.sign(tx, act, by, start));
  const revoke = (act: 'access_summary' | 'erase') =>
    desk.in((tx) => desk.privacy.standing.revoke(tx, act, boss, start));
  afterEach(async () => {
    for (const act of ['access_summary', 'erase'] as const) await revoke(act);
  });

  it('when anybody but the privacy role signs or revokes, then it is refused', async () => {
    for (const roles of [['owner'], ['operator', 'approver'], []])
      await expect(sign('erase', { ...boss, roles })).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    expect((await desk.in((tx) => desk.privacy.standing.list(tx))).every((one) => one.signedBy === undefined)).toBe(
      true,
    );
  });

  it('when a summary is asked for from the number itself, then it is answered at once, by name of who signed', async () => {
    await sign('access_summary');
    const { id, view } = await openFor('access', { scope: 'summary' });
    expect(view).toMatchObject({
      state: 'accepted',
      outcome: 'granted',
      standing: expect.any(String),
      identity: { needed: 'L1', has: 'L1' },
    });
    await desk.work(id);
    const [letter] = await lettersOf(id);
    expect(await opened(id, letter?.sealed as Buffer)).toMatch(/Sí tratamos datos suyos\.\n\nGuardamos: .*mensajes/);
    const full = await openFor('access');
    expect(full.view).toMatchObject({ state: 'received', identity: { needed: 'L2', has: 'L1' } });
  });

  it('when somebody confirms their erasure, then it is carried out at once; silence is never taken for it', async () => {
    await sign('erase');
    const [yes, silent] = [await openFor('erase'), await openFor('erase')];
    expect(yes.view.state).toBe('received');
    expect((await desk.in((tx) => desk.privacy.confirm(tx, yes.id, start))).state).toBe('accepted');
    at(later(20));
    await desk.work(silent.id);
    expect((await get(silent.id)).state).toBe('unconfirmed');
  });

  it('when the way it came proves nothing, then it waits until who asks is known, and is decided then', async () => {
    await sign('erase');
    const { id, view } = await openFor('erase', { channel: 'email' });
    expect(view.identity.has).toBe('L0');
    expect((await desk.in((tx) => desk.privacy.confirm(tx, id, start))).state).toBe('confirmed');
    await desk.in((tx) => tx.query("UPDATE privacy_case SET id_level = 'L1' WHERE id = $1", [id]));
    await desk.work(id);
    expect((await get(id)).state).toBe('executing');
  });

  it('when it is revoked, then from then on the controller decides', async () => {
    await sign('access_summary');
    await revoke('access_summary');
    expect((await openFor('access', { scope: 'summary' })).view.state).toBe('received');
  });
});

describe('what nobody has to decide', () => {
  it('N-8b: when somebody objects to marketing, then it is granted in that transaction; to another use, the controller decides', async () => {
    const { id, view, contact } = await openFor('object', { cause: 'marketing' });
    expect(view).toMatchObject({ state: 'accepted', outcome: 'granted' });
    expect(await desk.in((tx) => desk.consent.suppression(tx, contact))).toBe('stop');
    await desk.work(id);
    expect(await opened(id, (await lettersOf(id))[0]?.sealed as Buffer)).toContain('acogió su oposición');
    expect((await openFor('object', { cause: 'legitimate_interest' })).view.state).toBe('received');
  });
});

describe('who asks', () => {
  it('when it is not known well enough, then nothing is done though it was accepted, and the clock runs on', async () => {
    const done: string[] = [];
    const copy: Execution = {
      next: async (_tx, row) => (done.includes(row.id) || !done.push(row.id) ? undefined : 'done'),
      told: async () => ({ link: 'https://connectus.example/p/x', expires: day(7), redacted: 2 }),
    };
    desk.executions.access = copy;
    const { id, view } = await openFor('access');
    await desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, start));
    await desk.work(id);
    expect([(await get(id)).state, done]).toEqual(['accepted', []]);
    expect((await get(id)).dueAt).toEqual(view.dueAt);
    await desk.in((tx) => tx.query("UPDATE privacy_case SET id_level = 'L2' WHERE id = $1", [id]));
    await desk.work(id);
    expect(done).toEqual([id]);
    expect(await opened(id, (await lettersOf(id))[0]?.sealed as Buffer)).toContain('https://connectus.example/p/x');
    delete desk.executions.access;
  });
});

describe('what is to have happened by now', () => {
  const told = () => desk.notices.map(({ clock, tell }) => [clock, [...tell]]);

  it('when nobody decides, then those who have to are reminded with seven, five, three and one days left, and it is overdue after the last second', async () => {
    const { id } = await openFor('access');
    await desk.in((tx) => desk.privacy.acknowledge(tx, id, boss, start));
    for (let hours = 0; hours <= 31 * 24; hours += 6) {
      at(day(0, hours));
      await desk.work(id);
    }
    expect(told()).toEqual([
      ['C2_target', ['privacy']],
      ['C2_7', ['privacy']],
      ['C2_5', ['owner', 'legal']],
      ['C2_3', ['privacy']],
      ['C2_1', ['privacy', 'owner']],
      ['C2', ['privacy', 'owner', 'legal']],
    ]);
    expect(await get(id)).toMatchObject({ overdue: true, state: 'received', daysLeft: -1 });
  });

  it('when it was not forwarded in a quarter of an hour, or not seen in two business days, then it is escalated', async () => {
    const { id } = await openFor('access');
    for (const [hours, minutes] of [
      [0, 14],
      [0, 16],
      [24, 1],
      [72, 0],
    ] as const) {
      at(later(hours * 60 + minutes));
      await desk.work(id);
    }
    expect(told()).toEqual([
      ['C1', ['owner']],
      ['C1_hard', ['owner', 'platform']],
      ['C1b', ['owner']],
    ]);
  });

  it('when the worker was down for ten days, then of what fell due meanwhile only the last is told', async () => {
    const { id } = await openFor('access');
    await desk.in((tx) => desk.privacy.acknowledge(tx, id, boss, start));
    at(day(27, 20));
    await desk.work(id);
    expect(told()).toEqual([['C2_3', ['privacy']]]);
  });

  it('when telling breaks, then it has not rung, and is told once when it works again', async () => {
    const { id } = await openFor('access');
    at(later(16));
    desk.failNotices = 2;
    for (const _ of [1, 2]) await expect(desk.work(id)).rejects.toThrow('the notice broke');
    await desk.work(id);
    await desk.work(id);
    expect(told()).toEqual([['C1', ['owner']]]);
  });

  it('when it was decided, then nothing rings any more', async () => {
    const { id } = await openFor('access');
    await desk.in((tx) => desk.privacy.reject(tx, id, { ground: 'no_data', facts }, boss, start));
    await desk.work(id);
    await answerIs(desk, id, 'delivered');
    at(day(29));
    await desk.work(id);
    expect(told()).toEqual([]);
  });

  it('T-DSR-4: when a block is not decided in two business days, then it stays frozen and is overdue', async () => {
    const { id } = await openFor('block');
    await desk.in((tx) => desk.privacy.acknowledge(tx, id, boss, start));
    at(new Date('2026-12-04T00:00:01-03:00'));
    await desk.work(id);
    expect(told().at(-1)).toEqual(['C3', ['privacy', 'owner', 'legal']]);
    expect(await get(id)).toMatchObject({ overdue: true, blocked: true, block: 'provisional' });
  });

  it('T-DSR-4: when a block was decided in time and its answer did not leave, then that is told too', async () => {
    const { id } = await openFor('block');
    await desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, start));
    at(new Date('2026-12-04T00:00:01-03:00'));
    await desk.work(id);
    expect(told().at(-1)).toEqual(['C3', ['privacy', 'owner', 'legal']]);
    expect(await get(id)).toMatchObject({ overdue: true, told: false });
  });
});

describe('a worker that dies', () => {
  /** Dies in its n-th transaction: just before the commit, or just after it. */
  const dying = (n: number, isBefore: boolean) => {
    let left = n;
    const withTenant = async <T>(tenant: string, work: (tx: TenantTx) => Promise<T>): Promise<T> => {
      const isLast = left-- === 0;
      const done = await desk.database.withTenant(tenant, async (tx) => {
        const result = await work(tx);
        if (isLast && isBefore) throw new Error('died');
        return result;
      });
      if (isLast) throw new Error('died');
      return done;
    };
    return new CaseWorker({
      ...{ clock: desk.clock, consent: desk.consent, privacy: desk.privacy, executions: () => desk.executions },
      ...{ database: { withTenant } as unknown as Database, onNotice: async () => {} },
    });
  };

  it.each([true, false])(
    'when it dies at any of its steps (before the commit: %s), then the case goes on, and one letter is written and sent once',
    async (isBefore) => {
      for (let step = 0; step < 5; step++) {
        const { id } = await openFor('object', { cause: 'marketing' });
        await dying(step, isBefore)
          .run(desk.tenant, laneOf(id))
          .catch(() => {});
        await desk.work(id);
        await answerIs(desk, id, 'delivered');
        await dying(step, isBefore)
          .run(desk.tenant, laneOf(id))
          .catch(() => {});
        await desk.work(id);
        const [letters, messages] = [await lettersOf(id), await messagesOf(id)];
        expect([step, (await get(id)).state, letters.length, messages.length]).toEqual([step, 'closed', 1, 1]);
        const acts = await desk.in((tx) =>
          tx.query<{ act: string }>('SELECT act FROM audit WHERE subject = $1 ORDER BY id', [`case:${id}`]),
        );
        expect(acts.filter(({ act }) => ['case.execute', 'case.answer', 'case.close'].includes(act))).toHaveLength(3);
      }
    },
  );
});

describe('a complaint to the authority', () => {
  const claim = (id: string, reference = 'APDP-C-12', notifiedAt = desk.clock.at) =>
    desk.in((tx) => desk.privacy.claims.open(tx, id, { reference, notifiedAt }, boss, desk.clock.at));
  const refused = async () => {
    const one = await openFor('access');
    await desk.in((tx) => desk.privacy.reject(tx, one.id, { ground: 'no_data', facts }, boss, start));
    await desk.work(one.id);
    await answerIs(desk, one.id, 'delivered');
    await desk.work(one.id);
    return one;
  };

  it('C6: when the authority asks, then thirty days run, once more thirty, with reminders, and the same number is the same claim', async () => {
    const { id } = await refused();
    const first = await claim(id);
    expect([first.about, first.due_at]).toEqual(['refusal', new Date('2026-12-31T23:59:59-03:00')]);
    expect((await claim(id)).id).toBe(first.id);
    at(day(23, 20));
    await desk.work(id);
    expect(desk.notices.map(({ clock }) => clock)).toEqual(['C6_7']);
    const longer = await desk.in((tx) => desk.privacy.claims.extend(tx, first.id, boss, desk.clock.at));
    expect(longer.due_at).toEqual(new Date('2027-01-30T23:59:59-03:00'));
    await expect(desk.in((tx) => desk.privacy.claims.extend(tx, first.id, boss, desk.clock.at))).rejects.toMatchObject({
      code: 'EXTENSION_USED',
    });
    await desk.in((tx) => desk.privacy.claims.answered(tx, first.id, boss, desk.clock.at));
    at(day(61));
    await desk.work(id);
    expect(desk.notices.map(({ clock }) => clock)).toEqual(['C6_7']);
  });

  it('N-41: when it is open, then nothing of the case can be deleted, whoever tries; when it ends, it can', async () => {
    const { id } = await refused();
    const { id: claimId } = await claim(id, 'APDP-C-13');
    const owner = new Client({ connectionString: desk.ownerUrl });
    await owner.connect();
    for (const sql of [
      'DELETE FROM case_letter WHERE case_id = $1',
      'DELETE FROM agency_claim WHERE case_id = $1',
      'DELETE FROM privacy_case WHERE id = $1',
    ])
      await expect(owner.query(sql, [id])).rejects.toMatchObject({ code: '23001' });
    await desk.in((tx) => desk.privacy.claims.close(tx, claimId, 'Rechazado', boss, desk.clock.at));
    await owner.query('DELETE FROM case_letter WHERE case_id = $1', [id]);
    await owner.end();
  });

  it('when nothing was refused and the term still runs, or the number is none, then there is nothing to complain of', async () => {
    const { id } = await openFor('access');
    await expect(claim(id)).rejects.toMatchObject({ code: 'CASE_STATE' });
    at(day(31));
    expect((await claim(id, 'APDP-C-14')).about).toBe('silence');
    await expect(claim(id, ' ')).rejects.toMatchObject({ code: 'CLAIM_INCOMPLETE' });
    await expect(claim(id, 'X', day(40))).rejects.toMatchObject({ code: 'CLAIM_INCOMPLETE' });
  });
});

describe('the file of a case', () => {
  it('when the authority asks for it, then all that was asked, decided and sent is in it, nothing is altered, and no number or name of the person is', async () => {
    const { id, identity, name } = await openFor('erase', { detail: 'bórrenme de todo, por favor' });
    await desk.in((tx) => desk.privacy.reject(tx, id, { ground: 'contract', facts }, boss, start));
    await desk.work(id);
    await answerIs(desk, id, 'delivered');
    await desk.work(id);
    const files = await desk.in((tx) => desk.privacy.dossier(tx, id, boss, start));
    const by = Object.fromEntries(files.map((one) => [one.name, one.bytes]));
    expect(Object.keys(by)).toEqual([
      'case.json',
      'trail.json',
      'forwarded.json',
      'letter-1-answer.txt',
      'letter-1-answer-sent.json',
      'letter-1-answer-proof.json',
      'manifest.json',
    ]);
    expect(JSON.parse(String(by['case.json']))).toMatchObject({
      asked: 'bórrenme de todo, por favor',
      outcome: 'denied',
      ground: 'contract',
      facts,
      regime: 'CL_19628_2026',
    });
    const acts = JSON.parse(String(by['trail.json'])).map((one: { act: string }) => one.act);
    expect(acts).toEqual(
      expect.arrayContaining(['case.opened', 'case.forwarded', 'case.reject', 'case.answer', 'case.close']),
    );
    const proof = JSON.parse(String(by['letter-1-answer-proof.json']));
    expect(proof.sent_sha256).toBe(
      createHash('sha256')
        .update(by['letter-1-answer-sent.json'] as Buffer)
        .digest('hex'),
    );
    const signed = verifyDocument(by['manifest.json'] as Buffer);
    expect(signed.state).toBe('whole');
    const manifest = signed.document as { files: Record<string, string> };
    for (const { name: file, bytes } of files.slice(0, -1))
      expect(manifest.files[file]).toBe(createHash('sha256').update(bytes).digest('hex'));
    const all = Buffer.concat(files.map(({ bytes }) => bytes)).toString();
    for (const mark of [identity.phone, identity.phone.slice(1), identity.bsuid, name]) expect(all).not.toContain(mark);
    await expect(
      desk.in((tx) => desk.privacy.dossier(tx, id, { ...boss, roles: ['agent'] }, start)),
    ).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
  });
});

describe('T-DSR-7: a case never leaves its customer', () => {
  it('when its id, its number or its claim is used by another customer, then every verb answers as for one that never was', async () => {
    const { id, view, contact } = await openFor('access');
    at(day(31));
    const { id: claimId } = await desk.in((tx) =>
      desk.privacy.claims.open(tx, id, { reference: 'R', notifiedAt: desk.clock.at }, boss, desk.clock.at),
    );
    const other = await desk.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    const { privacy } = desk;
    const now = start;
    const verbs: Record<string, (tx: TenantTx, which: string) => Promise<unknown>> = {
      get: (tx, which) => privacy.get(tx, which, now),
      isOf: (tx, which) => privacy.isOf(tx, which, contact),
      confirm: (tx, which) => privacy.confirm(tx, which, now),
      withdraw: (tx, which) => privacy.withdraw(tx, which, now),
      acknowledge: (tx, which) => privacy.acknowledge(tx, which, boss, now),
      extend: (tx, which) => privacy.extend(tx, which, { days: 5, reason: 'Falta un archivo.' }, boss, now),
      accept: (tx, which) => privacy.accept(tx, which, {}, boss, now),
      reject: (tx, which) => privacy.reject(tx, which, { ground: 'no_data', facts }, boss, now),
      preview: (tx, which) => privacy.previewLetter(tx, which, { act: 'reject', ground: 'no_data', facts }, boss, now),
      ask: (tx, which) => privacy.ask(tx, which, '¿Qué correo?', boss, now),
      read: (tx, which) => privacy.read(tx, which, boss, now),
      told: (tx, which) => privacy.toldOtherwise(tx, which, boss, now),
      release: (tx, which) => privacy.release(tx, which, 'contact:x', now),
      dossier: (tx, which) => privacy.dossier(tx, which, boss, now),
      link: (tx, which) => privacy.dossierLink(tx, which, boss, now),
      claim: (tx, which) => privacy.claims.open(tx, which, { reference: 'R', notifiedAt: now }, boss, now),
    };
    const unknown = newId(start);
    for (const [verb, ask] of Object.entries(verbs)) {
      const answers = [];
      for (const which of [id, view.number, unknown, 'SOL-999999', "'; DROP TABLE privacy_case; --"])
        answers.push(
          await desk.in((tx) => ask(tx, which), other).catch((error) => ({ code: error.code, facts: error.facts })),
        );
      expect([verb, ...new Set(answers.map((one) => JSON.stringify(one)))]).toEqual([
        verb,
        JSON.stringify({ code: 'CASE_NOT_FOUND', facts: {} }),
      ]);
    }
    for (const which of [claimId, unknown, 'x'])
      await expect(desk.in((tx) => privacy.claims.extend(tx, which, boss, now), other)).rejects.toMatchObject({
        code: 'CLAIM_NOT_FOUND',
      });
    expect(await desk.in((tx) => privacy.openOf(tx, contact, now), other)).toEqual([]);
    expect((await get(id)).state).toBe('received');
  });
});

describe('what is on record', () => {
  it('invariant 9: when a case moves, then who did it, when and what is on record, and none of anybody’s words', async () => {
    const words = 'bórrenme, soy Rosaura Quilapán';
    const { id, contact } = await openFor('erase', { detail: words });
    await desk.in((tx) => desk.privacy.confirm(tx, id, later(1)));
    await desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, later(2)));
    at(later(3));
    await desk.work(id);
    const trail = await desk.in((tx) =>
      tx.query<{ at: Date; actor: string; act: string; detail: object }>(
        'SELECT at, actor, act, detail FROM audit WHERE subject = $1 ORDER BY id',
        [`case:${id}`],
      ),
    );
    expect(trail.map(({ act, actor }) => [act, actor])).toEqual([
      ['case.opened', `contact:${contact}`],
      ['case.forwarded', 'system:cases'],
      ['case.confirm', `contact:${contact}`],
      ['case.accept', `member:${boss.member}`],
      ['case.execute', 'system:cases'],
    ]);
    expect(JSON.stringify(trail)).not.toContain('Rosaura');
  });

  it('A45: when a case is handed over, then a document says which, by which law and until when, and nothing of who asks', async () => {
    const { id, identity, name } = await openFor('block', { detail: 'bloqueen mis datos' });
    const [row] = await desk.in((tx) =>
      tx.query<{ envelope: string; routed_at: Date }>('SELECT envelope, routed_at FROM privacy_case WHERE id = $1', [
        id,
      ]),
    );
    expect(verifyDocument(row?.envelope ?? '').state).toBe('whole');
    const altered = row?.envelope.replace('"right":"block"', '"right":"erase"') ?? '';
    expect(verifyDocument(altered)).toMatchObject({ state: 'changed', changed: ['right'] });
    expect(verifyDocument(row?.envelope ?? '').document).toMatchObject({
      kind: 'forwarded_request',
      right: 'block',
      regime: 'CL_19628_2026',
      frozen: true,
      words_kept: true,
      controller: { name: 'Tienda Andina SpA' },
    });
    expect(row?.routed_at).toEqual(start);
    for (const mark of [identity.phone.slice(3), name]) expect(row?.envelope).not.toContain(mark);
  });

  it('when the person takes it back, then it ends with that, in writing, and nothing of it goes on', async () => {
    const contact = await aPerson(desk);
    const { id } = await desk.in((tx) =>
      desk.privacy.open(tx, { contact, right: 'erase', receivedAt: start, now: start }),
    );
    const inbox = newId(start);
    expect((await desk.in((tx) => desk.privacy.withdraw(tx, id, later(1), inbox))).state).toBe('withdrawn');
    await expect(desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, later(2)))).rejects.toMatchObject({
      code: 'CASE_STATE',
    });
    at(day(31));
    await desk.work(id);
    expect(desk.notices).toEqual([]);
    expect((await get(id)).overdue).toBe(false);
  });
});
