import { newId } from '../../../src/data/ids';
import { anId, aPerson, aPhone, later, start, type World, world, wrote } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

type Channel = 'all' | 'whatsapp' | 'sms' | 'email';
const switched = 'whatsapp_preference';
const out = (contact: string, channel: Channel = 'all') =>
  here.in((tx) => here.consent.suppression(tx, contact, channel));
const permitted = (contact: string, channel = 'whatsapp') =>
  here.in((tx) => here.consent.state(tx, contact, channel, 'marketing'));
const leave = (contact: string, minutes: number, source = 'person', channel: Channel = 'all') =>
  here.in((tx) =>
    here.consent.withdraw(tx, contact, { source, channel, evidence: newId(), now: later(minutes), at: later(minutes) }),
  );
const resume = async (contact: string, phone: string, minutes: number) => {
  const evidence = await wrote(here, { phone }, later(minutes));
  const wish = { source: switched, evidence, now: later(minutes), at: later(minutes) };
  return here.in((tx) => here.consent.resume(tx, contact, wish));
};
const comeBack = async (contact: string, phone: string, minutes: number, channels = ['whatsapp']) => {
  const evidence = await wrote(here, { phone }, later(minutes));
  return here.in((tx) => here.consent.optIn(tx, contact, { evidence, channels, now: later(minutes) }));
};
const bits = (contact: string) =>
  here.in(async (tx) => {
    const [row] = await tx.query<{ stopped: number; held: number; consented: number }>(
      'SELECT stopped, held, consented FROM standing WHERE contact_id = $1',
      [contact],
    );
    return row;
  });
const someone = async () => {
  const phone = aPhone();
  return { phone, contact: await aPerson(here, { identity: { phone } }) };
};

describe('the switch in the provider’s own settings', () => {
  it('when promotions are stopped there and resumed there, then all is as it was, by the words of then and the proof of now', async () => {
    const { phone, contact } = await someone();
    const before = await bits(contact);
    await leave(contact, 1, switched);
    expect([await out(contact), await permitted(contact)]).toEqual(['stop', 'withdrawn']);
    expect(await resume(contact, phone, 2)).toBe(true);
    expect([await out(contact), await permitted(contact)]).toEqual([undefined, 'given']);
    expect(await bits(contact)).toEqual(before);
    const [given, , again] = await here.in((tx) => here.consent.ledger(tx, contact));
    expect(again).toMatchObject({ act: 'renewed', source: 'person', place: switched, text_hash: given?.text_hash });
  });

  it.each([
    ['before', 0, 1],
    ['after', 2, 1],
  ])('when the person also left by their own words %s that, then they stay out', async (_, words, stop) => {
    const { phone, contact } = await someone();
    const acts: [number, string][] = [
      [words, 'person'],
      [stop, switched],
    ];
    for (const [minutes, source] of acts.sort(([a], [b]) => a - b)) await leave(contact, minutes, source);
    expect(await resume(contact, phone, 5)).toBe(true);
    expect([await out(contact), await permitted(contact)]).toEqual(['stop', 'withdrawn']);
  });

  it('when it was resumed before it was stopped, or never stopped there, then nothing is undone', async () => {
    const { phone, contact } = await someone();
    await leave(contact, 5, switched);
    expect(await resume(contact, phone, 5)).toBe(false); // of the same moment the stop wins
    expect(await resume(contact, phone, 4)).toBe(false);
    expect([await out(contact), await permitted(contact)]).toEqual(['stop', 'withdrawn']);
  });

  it('T-OPT-9: when no message of the person says so, then nobody resumes, releases or brings back for them', async () => {
    const { phone, contact } = await someone();
    await leave(contact, 1, switched);
    const somebody = await someone();
    const foreign = await wrote(here, { phone: somebody.phone }, later(2));
    for (const evidence of ['', 'm1', newId(), foreign]) {
      const wish = { source: switched, evidence, now: later(3) };
      await expect(here.in((tx) => here.consent.resume(tx, contact, wish))).rejects.toMatchObject({
        code: 'ROLE_REQUIRED',
      });
      const back = { evidence, channels: ['whatsapp'], now: later(3) };
      await expect(here.in((tx) => here.consent.optIn(tx, contact, back))).rejects.toMatchObject({
        code: 'ROLE_REQUIRED',
      });
    }
    await here.in((tx) => here.consent.release(tx, contact, later(3)));
    await here.in((tx) => here.consent.release(tx, contact, later(3), 'case'));
    expect(await out(contact)).toBe('stop');
    expect(await comeBack(contact, phone, 4)).toEqual({ alreadyIn: false });
    expect(await out(contact)).toBeUndefined();
  });
});

describe('one channel alone', () => {
  it('when a person leaves one, then the others go on, and coming back to another leaves it closed', async () => {
    const { phone, contact } = await someone();
    expect(await leave(contact, 1, 'person', 'email')).toMatchObject({ alreadyOut: false });
    expect([await out(contact), await out(contact, 'email'), await out(contact, 'whatsapp')]).toEqual([
      undefined,
      'stop',
      undefined,
    ]);
    expect([(await bits(contact))?.stopped, await permitted(contact)]).toEqual([4, 'given']);
    await leave(contact, 2);
    expect((await bits(contact))?.stopped).toBe(7);
    await comeBack(contact, phone, 3);
    expect([await out(contact), await out(contact, 'email')]).toEqual([undefined, 'stop']);
    expect(await bits(contact)).toMatchObject({ stopped: 4, consented: 1 });
    await comeBack(contact, phone, 4, ['email']);
    expect(await out(contact, 'email')).toBeUndefined();
  });

  it('when a list names somebody who left one channel alone, then they are taken; who left all is told apart by one question', async () => {
    const [one, all] = [await someone(), await someone()];
    await leave(one.contact, 1, 'person', 'sms');
    await leave(all.contact, 1);
    const take = (phone: string) =>
      here.in((tx) => here.audience.importPerson(tx, { identity: { phone } }, { source: 'import:l', now: later(2) }));
    expect(await take(one.phone)).toEqual({ contact: one.contact });
    expect(await take(all.phone)).toEqual({ leftOut: 'stopped' });
    const [kept, gone] = await here.in(async (tx) => {
      const tokens = await Promise.all([one.phone, all.phone].map((phone) => here.audience.stopTokensOf(tx, phone)));
      const found = await here.audience.suppressedAmong(tx, tokens.flat());
      return tokens.flat().map((token) => found.has(token.toString('hex')));
    });
    expect([kept, gone]).toEqual([false, true]);
  });
});

describe('each reason is its own', () => {
  it('when a case holds somebody who had left, and they come back, then the case goes on holding', async () => {
    const { phone, contact } = await someone();
    await leave(contact, 1);
    await here.in(async (tx) => {
      await here.consent.hold(tx, contact, { source: 'case', evidence: newId(), now: later(2) });
      await tx.query(
        `INSERT INTO privacy_case (tenant_id, id, number, contact_id, "right", state, regime, authorities, received_at, due_at, language, zone, masked)
         VALUES ($1, $2, $3, $4, 'access', 'received', 'cl', '{cl}', $5, $5, 'es', 'UTC', '•')`,
        [tx.tenant, newId(), Math.floor(Date.parse('2026-01-01') / 1e6), contact, later(2)],
      );
    });
    expect(await comeBack(contact, phone, 3)).toMatchObject({ stillOut: { case: expect.any(String) } });
    expect(await out(contact)).toBe('hold');
    await here.in((tx) => here.consent.release(tx, contact, later(4), 'case'));
    expect(await out(contact)).toBeUndefined();
  });
});

describe('all that a person is known by', () => {
  it('T-OPT-6: when somebody known by an id alone has left, then no SMS goes to the number that turns out to be theirs', async () => {
    const [phone, bsuid, email] = [aPhone(), anId(), `${anId().toLowerCase()}@ejemplo.cl`];
    const contact = await aPerson(here, { identity: { bsuid } });
    await leave(contact, 1);
    const byPhone = await aPerson(here, { identity: { phone, email } });
    const from = { source: 'whatsapp', now: later(2) };
    const one = await here.in(async (tx) => (await here.audience.findOrCreate(tx, { phone, bsuid }, from)).contact);
    expect(one).toBe(contact);
    expect([await out(one, 'sms'), await out(one, 'email')]).toEqual(['stop', 'stop']);
    for (const address of [phone, email]) {
      const found = await here.in(async (tx) =>
        here.audience.suppressions.of(tx, await here.audience.stopTokensOf(tx, address), 'sms'),
      );
      expect(found).toMatchObject([{ strength: 'stop', channel: 'all', source: 'person' }]);
    }
    expect(byPhone).not.toBe(one);
  });

  it.each([
    ['+551187654321', '+5511987654321'],
    ['+5215512345678', '+525512345678'],
    ['+541123456789', '+5491123456789'],
  ])('T-OPT-8: when the number is written %s or %s, then it is one refusal', async (one, other) => {
    await leave(await aPerson(here, { identity: { phone: one } }), 1);
    const origin = { source: 'import:l', now: later(2) };
    for (const phone of [one, other])
      expect(await here.in((tx) => here.audience.importPerson(tx, { identity: { phone } }, origin))).toEqual({
        leftOut: 'stopped',
      });
  });

  it('T-OPT-5: when somebody left one customer, then no other customer’s refusals know of it', async () => {
    const { phone, contact } = await someone();
    await leave(contact, 1);
    const other = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    const theirs = await here.in(async (tx) => {
      const tokens = await here.audience.stopTokensOf(tx, phone);
      return [await here.audience.suppressions.of(tx, tokens), await tx.query('SELECT 1 FROM suppression')];
    }, other);
    expect(theirs).toEqual([[], []]);
  });
});
