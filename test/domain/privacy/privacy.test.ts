import type { TenantTx } from '../../../src/data/database';
import type { Decider } from '../../../src/domain/privacy/privacy.service';
import { aPerson, aPhone, later, start, wrote } from '../world';
import { aKnownPerson, answerIs, boss, laneOf, type Office, office } from './office';

let desk: Office;
beforeAll(async () => {
  desk = await office();
});
afterAll(() => desk.close());

const open = (contact: string, right: 'erase' | 'access' | 'object' | 'block' = 'erase', minutes = 0, from?: string) =>
  desk.in((tx) =>
    desk.privacy.open(tx, { contact, right, receivedAt: later(minutes), now: later(minutes), ...(from && { from }) }),
  );
const out = (contact: string) => desk.in((tx) => desk.consent.suppression(tx, contact));
const run = (id: string) => desk.worker.run(desk.tenant, laneOf(id));
const get = (id: string) => desk.in((tx) => desk.privacy.get(tx, id, desk.clock.at));

describe('asking for a right', () => {
  it('when the wish arrives, then a case is open, promotions are held and the controller is told, all at once', async () => {
    const phone = aPhone();
    const contact = await aPerson(desk, { identity: { phone } });
    const opened = await open(contact);
    expect(opened).toMatchObject({
      isNew: true,
      state: 'received',
      right: 'erase',
      masked: `+56 9 •••• •${phone.slice(-3)}`,
    });
    expect(opened.number).toMatch(/^SOL-000\d{3}$/);
    expect(opened.dueAt).toEqual(new Date('2026-12-31T23:59:59-03:00'));
    expect(opened.records).toBeGreaterThan(0);
    expect(await out(contact)).toBe('hold');
    expect(desk.told.map((view) => view.id)).toContain(opened.id);
    expect(await get(opened.number)).toMatchObject({ id: opened.id });
  });

  it('when the same wish is said again, then it is the same case; another right opens another', async () => {
    const contact = await aPerson(desk);
    const first = await open(contact);
    expect(await open(contact, 'erase', 5)).toMatchObject({ id: first.id, isNew: false, dueAt: first.dueAt });
    expect(await open(contact, 'access', 5)).toMatchObject({ isNew: true });
    expect(desk.told.filter((view) => view.id === first.id)).toHaveLength(1);
  });

  it('when the same wish is handled twice at once, then one case is open and the controller is told once', async () => {
    const contact = await aPerson(desk);
    const opened = await Promise.all([open(contact), open(contact), open(contact)]);
    expect(new Set(opened.map((view) => view.id)).size).toBe(1);
    expect(opened.filter((view) => view.isNew)).toHaveLength(1);
    expect(desk.told.filter((view) => view.id === opened[0]?.id)).toHaveLength(1);
  });

  it('T-DSR-6: when the worker was down for three days, then the clock runs from when it was written', async () => {
    const contact = await aPerson(desk);
    const view = await desk.in((tx) =>
      desk.privacy.open(tx, { contact, right: 'erase', receivedAt: start, now: later(3 * 24 * 60) }),
    );
    expect([view.receivedAt, view.dueAt]).toEqual([start, new Date('2026-12-31T23:59:59-03:00')]);
  });

  it('when the person says yes, then they have left; when they take it back, then only the hold of this case ends', async () => {
    const [yes, no] = [await aPerson(desk), await aPerson(desk)];
    const confirmed = await open(yes);
    expect((await desk.in((tx) => desk.privacy.confirm(tx, confirmed.id, later(1)))).state).toBe('confirmed');
    expect(await out(yes)).toBe('stop');
    const taken = await open(no);
    expect((await desk.in((tx) => desk.privacy.withdraw(tx, taken.id, later(1)))).state).toBe('withdrawn');
    expect(await out(no)).toBeUndefined();
    expect((await open(no, 'erase', 2)).isNew).toBe(true);
  });

  it('when two cases hold, then promotions go on only when the last of them ends', async () => {
    const contact = await aPerson(desk);
    const [erase, access] = [await open(contact), await open(contact, 'access')];
    await desk.in((tx) => desk.privacy.withdraw(tx, erase.id, later(1)));
    expect(await out(contact)).toBe('hold');
    await desk.in((tx) => desk.privacy.withdraw(tx, access.id, later(2)));
    expect(await out(contact)).toBeUndefined();
  });

  it('when a wish to be erased is refused, then the person has left all the same', async () => {
    const { contact, inbox } = await aKnownPerson(desk);
    const { id } = await open(contact, 'erase', 0, inbox);
    await desk.in((tx) =>
      desk.privacy.reject(tx, id, { ground: 'contract', facts: 'Tiene un contrato vigente.' }, boss, start),
    );
    await run(id);
    await answerIs(desk, id, 'accepted');
    await run(id);
    expect([(await get(id)).state, await out(contact)]).toEqual(['closed', 'stop']);
  });

  it('T-DSR-4: when a block is asked for, then nothing of the person is used from that transaction on', async () => {
    const contact = await aPerson(desk);
    const { id, dueAt } = await open(contact, 'block');
    const frozen = () =>
      desk.in((tx) => tx.query<{ blocked_at: Date | null }>('SELECT blocked_at FROM contact WHERE id = $1', [contact]));
    expect((await frozen())[0]?.blocked_at).toEqual(start);
    expect(dueAt).toEqual(new Date('2026-12-03T23:59:59-03:00'));
    await desk.in((tx) => desk.privacy.withdraw(tx, id, later(1)));
    expect((await frozen())[0]?.blocked_at).toBeNull();
  });

  it('when the person does not answer the question, then it goes to the controller as unconfirmed', async () => {
    const { id } = await open(await aPerson(desk));
    desk.clock.at = later(14);
    await run(id);
    expect((await get(id)).state).toBe('received');
    desk.clock.at = later(15);
    await run(id);
    expect((await get(id)).state).toBe('unconfirmed');
    desk.clock.at = start;
  });

  it('T-DSR-7: when another customer looks, then there is no such case', async () => {
    const { id, number } = await open(await aPerson(desk));
    const other = await desk.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    for (const name of [id, number, 'SOL-999999', 'nonsense'])
      await expect(desk.in((tx) => desk.privacy.get(tx, name, start), other)).rejects.toMatchObject({
        code: 'CASE_NOT_FOUND',
      });
    expect(await desk.in((tx) => desk.privacy.list(tx, start), other)).toEqual([]);
  });
});

describe('deciding', () => {
  it('when somebody without the role decides, then it is refused', async () => {
    const { id } = await open(await aPerson(desk), 'access');
    const operator = { member: boss.member, roles: ['operator', 'approver'] };
    const accept = desk.in((tx) => desk.privacy.accept(tx, id, {}, operator, start));
    await expect(accept).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    const reject = desk.in((tx) =>
      desk.privacy.reject(tx, id, { ground: 'no_data', facts: 'No hay datos de esta persona.' }, operator, start),
    );
    await expect(reject).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
  });

  it('when an erasure was neither confirmed nor left unanswered, then it is not accepted; twice is once', async () => {
    const { id } = await open(await aPerson(desk));
    const accept = () => desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, start));
    await expect(accept()).rejects.toMatchObject({ code: 'CASE_STATE' });
    await desk.in((tx) => desk.privacy.confirm(tx, id, start));
    expect((await accept()).state).toBe('accepted');
    await expect(accept()).rejects.toMatchObject({ code: 'CASE_STATE' });
  });

  it('T-DSR-5: when it is rejected with ground and facts, then the person is told, and the exact answer is kept as proof', async () => {
    const { contact, inbox } = await aKnownPerson(desk);
    const { id, number } = await open(contact, 'access', 0, inbox);
    const short = desk.in((tx) => desk.privacy.reject(tx, id, { ground: 'no_data', facts: 'corto' }, boss, start));
    await expect(short).rejects.toMatchObject({ code: 'REJECTION_INCOMPLETE' });
    const view = await desk.in((tx) =>
      desk.privacy.reject(tx, id, { ground: 'not_the_subject', facts: 'La cuenta es de otra persona.' }, boss, start),
    );
    expect(view).toMatchObject({ state: 'rejected', reason: 'not_the_subject' });
    await run(id);
    expect((await get(id)).state).toBe('rejected');
    await answerIs(desk, id, 'delivered');
    await run(id);
    expect((await get(id)).state).toBe('closed');
    expect(await out(contact)).toBeUndefined();
    const [proof] = await desk.in((tx) =>
      tx.query<{ sent_sealed: Buffer; answered_at: Date }>(
        'SELECT l.sent_sealed, p.answered_at FROM privacy_case p JOIN case_letter l ON l.case_id = p.id WHERE p.id = $1',
        [id],
      ),
    );
    const keys = await desk.keys.tenant(desk.tenant);
    const answer = keys.open(proof?.sent_sealed as Buffer, `privacy_case|${id}`).toString();
    expect(JSON.parse(answer).text).toContain(`no puede acoger su solicitud de acceso. Caso ${number}.`);
    expect(proof?.answered_at).toEqual(start);
  });

  it('when it is rejected more than a day after the person last wrote, then the answer waits for them, and is not said to be given', async () => {
    const { contact, inbox } = await aKnownPerson(desk);
    const { id } = await open(contact, 'access', 0, inbox);
    const decidedAt = later(30 * 60);
    const reject = (tx: TenantTx) =>
      desk.privacy.reject(
        tx,
        id,
        { ground: 'not_the_subject', facts: 'La cuenta es de otra persona.' },
        boss,
        decidedAt,
      );
    expect(await desk.in(reject)).toMatchObject({ told: false, answerUntil: later(24 * 60) });
    for (const [day, state] of [
      [2, 'rejected'],
      [8, 'rejected'],
      [9, 'closed'],
    ] as const) {
      desk.clock.at = later(day * 24 * 60);
      await run(id);
      expect([day, await get(id)]).toMatchObject([day, { state, told: false }]);
    }
    const tell = (by: Decider) => desk.in((tx) => desk.privacy.toldOtherwise(tx, id, by, desk.clock.at));
    await expect(tell({ ...boss, roles: ['operator'] })).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    expect(await tell(boss)).toMatchObject({ state: 'closed', told: true });
    await expect(tell(boss)).rejects.toMatchObject({ code: 'CASE_STATE' });
    desk.clock.at = start;
  });

  it('when an objection waits for its answer, then the person leaves once, however often it is looked at', async () => {
    const { contact, inbox } = await aKnownPerson(desk);
    const { id } = await open(contact, 'object', 0, inbox);
    await desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, start));
    const lines = async () => (await desk.in((tx) => desk.consent.ledger(tx, contact))).length;
    const before = await lines();
    for (const day of [2, 3, 4]) {
      desk.clock.at = later(day * 24 * 60);
      await run(id);
    }
    expect([await lines(), await out(contact)]).toEqual([before, 'stop']);
    desk.clock.at = start;
  });

  it('when everything held about a person is told, then it is counted by category', async () => {
    const { contact, identity } = await aKnownPerson(desk);
    await wrote(desk, identity);
    const summary = await desk.in((tx) => desk.privacy.summary(tx, contact));
    expect(Object.fromEntries(summary.categories.map(({ category, count }) => [category, count]))).toEqual({
      identifiers: 2,
      profile: 1,
      attributes: 1,
      consents: 3,
      messages: 2,
      receipts: 2,
      conversations: 4,
      posts: 1,
    });
    expect([summary.records, summary.firstSeen]).toEqual([16, start]);
  });
});

describe('coming back while a case is open', () => {
  const comeBack = async (contact: string, phone: string, minutes: number) => {
    const evidence = await wrote(desk, { phone }, later(minutes));
    return desk.in((tx) =>
      desk.consent.optIn(tx, contact, { evidence, channels: ['whatsapp'], now: later(minutes), at: later(minutes) }),
    );
  };

  it.each(['erase', 'object', 'access'] as const)(
    'when it is about the right to %s, then promotions stay stopped and the case is named; after it ended, the person comes back',
    async (right) => {
      const phone = aPhone();
      const contact = await aPerson(desk, { identity: { phone } });
      const { id } = await open(contact, right);
      const before = await out(contact);
      expect(await comeBack(contact, phone, 5)).toEqual({ alreadyIn: false, stillOut: { case: id } });
      expect(await out(contact)).toBe(before);
      const [copy] = await desk.in((tx) =>
        tx.query<{ stopped: boolean }>('SELECT stopped | held > 0 AS stopped FROM standing WHERE contact_id = $1', [
          contact,
        ]),
      );
      expect(copy?.stopped).toBe(true);
      await desk.in((tx) => desk.privacy.withdraw(tx, id, later(6)));
      await comeBack(contact, phone, 7);
      expect(await out(contact)).toBeUndefined();
    },
  );

  it('when they had left before or meanwhile, then that ends, and what the case holds stays until it ends', async () => {
    for (const leftFirst of [true, false]) {
      const phone = aPhone();
      const contact = await aPerson(desk, { identity: { phone } });
      const leave = (minutes: number) =>
        desk.in((tx) => desk.consent.withdraw(tx, contact, { source: 'person', evidence: 'x', now: later(minutes) }));
      if (leftFirst) await leave(0);
      const { id } = await open(contact, 'access', 1);
      if (!leftFirst) await leave(2);
      expect(await comeBack(contact, phone, 5)).toEqual({ alreadyIn: false, stillOut: { case: id } });
      expect(await out(contact)).toBe('hold');
      await desk.in((tx) => desk.privacy.withdraw(tx, id, later(6)));
      expect(await out(contact)).toBeUndefined();
    }
  });

  it('when a stop of the very same moment stands, then nobody says that they are back', async () => {
    const phone = aPhone();
    const contact = await aPerson(desk, { identity: { phone } });
    await desk.in((tx) => desk.consent.withdraw(tx, contact, { source: 'person', evidence: 'x', now: later(5) }));
    expect(await comeBack(contact, phone, 5)).toEqual({ alreadyIn: false, stillOut: {} });
    expect(await out(contact)).toBe('stop');
  });
});
