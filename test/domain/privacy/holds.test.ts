import { newId } from '../../../src/data/ids';
import { start } from '../world';
import { aBatch, aMessage, boss, bytes, dueAt, type KeepingWorld, keepingWorld, minutes } from './keeping-world';

let here: KeepingWorld;
beforeAll(async () => {
  here = await keepingWorld();
});
afterAll(() => here.close());

const order = {
  authority: '2º Juzgado Civil de Santiago, rol C-123-2026',
  reason: 'Demanda por cobro indebido',
  months: 6,
};
type Scope = { contact?: string; campaign?: string; since?: Date; until?: Date };
const set = (scope: Scope, more: object = {}, by = boss) =>
  here.in((tx) => here.holds.set(tx, { ...order, ...scope, ...more }, by, start));
const release = (id: string, at = start) => here.in((tx) => here.holds.release(tx, id, boss, at));
const covering = (contact: string, category: string) => here.in((tx) => here.holds.covering(tx, contact, category));
const long = dueAt({ years: 2 });
const categories = [
  'profile',
  'identifiers',
  'attributes',
  'consents',
  'messages',
  'receipts',
  'conversations',
  'posts',
];

async function wrote(contact: string, at: Date): Promise<string> {
  const id = newId(at);
  await here.put('inbox', {
    ...{ lane: bytes(), id, kind: 'turn', channel: 'whatsapp', app: 'default', sender: '1', dedup: bytes() },
    ...{ at, received_at: at, sealed: bytes(), handled_at: at, contact_id: contact },
  });
  return id;
}

describe('a legal hold', () => {
  it('when it is set, then who ordered it, why and until when it is looked at stand, sealed, and it is on record', async () => {
    const contact = await here.person();
    const hold = await set({ contact });
    expect(hold).toMatchObject({
      number: expect.stringMatching(/^RET-\d{6}$/),
      authority: order.authority,
      reason: order.reason,
    });
    expect(hold.masked).toMatch(/•/);
    expect(hold.reviewAt).toEqual(new Date('2027-06-02T03:59:59Z')); // the end of the day six months on, in Santiago
    const { rows } = await here.owner.query('SELECT sealed FROM legal_hold WHERE id = $1', [hold.id]);
    expect(rows[0].sealed.toString('latin1')).not.toContain('Juzgado');
    expect(await here.count('audit', "act = 'hold.set' AND subject = $1", [`hold:${hold.id}`])).toBe(1);
    expect((await here.in((tx) => here.holds.list(tx, boss))).map(({ id }) => id)).toContain(hold.id);
    await release(hold.id);
  });

  it.each([
    ['nothing is held', {}, {}, 'HOLD_SCOPE'],
    ['it ends before it begins', { since: long, until: start }, {}, 'HOLD_SCOPE'],
    ['nobody orders it', { since: start }, { authority: ' ' }, 'HOLD_INCOMPLETE'],
    ['no reason is given', { since: start }, { reason: 'porque sí' }, 'HOLD_INCOMPLETE'],
    ['it is looked at after seven months', { since: start }, { months: 7 }, 'HOLD_REVIEW'],
    ['it is looked at never', { since: start }, { months: Number.NaN }, 'HOLD_REVIEW'],
    ['the campaign is nobody’s', { campaign: newId() }, {}, 'CAMPAIGN_NOT_FOUND'],
    ['the campaign is no id', { campaign: "x' OR 1=1" }, {}, 'CAMPAIGN_NOT_FOUND'],
    ['the person is no id', { contact: 'yo' }, {}, 'ACTION_INVALID'],
  ] as const)('when %s, then it is refused and nothing stands', async (_what, scope, more, code) => {
    const before = await here.count('legal_hold');
    await expect(set(scope, more)).rejects.toMatchObject({ code });
    expect(await here.count('legal_hold')).toBe(before);
  });

  it('when somebody without the privacy role tries, then nothing is set, shown, renewed or released', async () => {
    const by = { ...boss, roles: ['operator', 'approver', 'agent', 'support'] };
    const hold = await set({ contact: await here.person() });
    await expect(set({ since: start }, {}, by)).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    await expect(here.in((tx) => here.holds.list(tx, by))).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    await expect(here.in((tx) => here.holds.renew(tx, hold.id, 6, by, start))).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    await expect(here.in((tx) => here.holds.release(tx, hold.id, by, start))).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    await release(hold.id);
  });

  it('when it is another customer’s, then it answers exactly as an unknown one', async () => {
    const hold = await set({ contact: await here.person() });
    const other = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    for (const id of [hold.id, newId(), 'RET-000001'])
      await expect(here.in((tx) => here.holds.release(tx, id, boss, start), other)).rejects.toMatchObject({
        code: 'HOLD_NOT_FOUND',
      });
    await release(hold.id);
    await expect(release(hold.id)).rejects.toMatchObject({ code: 'HOLD_RELEASED' });
  });

  it('when it is of a person, then all of theirs is covered, and nothing of anybody else’s', async () => {
    const [contact, other] = [await here.person(), await here.person()];
    const hold = await set({ contact });
    for (const category of categories) {
      expect(await covering(contact, category)).toEqual({ id: hold.id, until: hold.reviewAt });
      expect(await covering(other, category)).toBeUndefined();
    }
    await release(hold.id);
    for (const category of categories) expect(await covering(contact, category)).toBeUndefined();
  });

  it('when it is of a campaign, then its messages are covered, of whoever got one, and who they are', async () => {
    const campaign = await aBatch(here, 801);
    await aBatch(here, 802);
    const [got, not] = [await here.person(), await here.person()];
    await aMessage(here, got, start, { batch_id: 801 });
    await aMessage(here, not, start, { batch_id: 802 });
    const hold = await set({ campaign });
    const covered = async (contact: string) => {
      const found = [];
      for (const category of categories) if (await covering(contact, category)) found.push(category);
      return found;
    };
    expect(await covered(got)).toEqual(['identifiers', 'messages', 'receipts']);
    expect(await covered(not)).toEqual([]);
    await release(hold.id);
  });

  it('when it is of a time, then what was said and sent in it is covered, to its last second and not further', async () => {
    const contact = await here.person();
    await here.owner.query('DELETE FROM consent WHERE contact_id = $1', [contact]);
    await wrote(contact, start);
    const hold = await set({ since: start, until: minutes(start, 1) });
    expect(await covering(contact, 'conversations')).toMatchObject({ id: hold.id });
    expect(await covering(contact, 'profile')).toBeUndefined();
    await release(hold.id);
    for (const [since, until] of [
      [minutes(start, 1), minutes(start, 9)],
      [minutes(start, -9), start],
    ] as const) {
      const beside = await set({ since, until });
      expect(await covering(contact, 'conversations')).toBeUndefined();
      await release(beside.id);
    }
  });
});

describe('a hold against time', () => {
  it.each(['person', 'campaign', 'time', 'all at once'])(
    'when it is of a %s, then what it covers outlives its time, and goes with the next run once it is released',
    async (kind) => {
      const batch = { person: 811, campaign: 812, time: 813, 'all at once': 814 }[kind] as number;
      const campaign = await aBatch(here, batch);
      await aBatch(here, batch + 10);
      const [contact, other] = [await here.person(), await here.person()];
      const at = minutes(start, 5 * batch);
      const held = await aMessage(here, contact, at, { batch_id: batch });
      const beside = await aMessage(here, other, minutes(at, 2), { batch_id: batch + 10 });
      const time = { since: at, until: minutes(at, 1) };
      const scope = {
        person: { contact },
        campaign: { campaign },
        time,
        'all at once': { contact, campaign, ...time },
      }[kind] as Scope;
      const hold = await set(scope);
      const left = async () => [
        await here.count('message', 'seq = $1 AND sealed IS NOT NULL', [held.seq]),
        await here.count('message', 'seq = $1', [beside.seq]),
      ];
      const found = (await here.forecast(long)).find(({ rule, table }) => rule === 'content' && table === 'message');
      expect(found?.held).toBe(1);
      await here.run(long);
      expect(await left()).toEqual([1, 0]);
      await release(hold.id, long);
      await here.run(minutes(long, 60));
      expect(await here.count('message', 'seq = $1', [held.seq])).toBe(0);
    },
  );

  it('when anything is held, then the audit keeps its beginning', async () => {
    const hold = await set({ since: start });
    const entries = await here.count('audit');
    await here.in((tx) => here.audit.seal(tx));
    await here.run(dueAt({ years: 6 }));
    expect(await here.count('audit')).toBeGreaterThan(entries);
    await release(hold.id, dueAt({ years: 6 }));
    await here.in((tx) => here.audit.seal(tx));
    await here.run(dueAt({ years: 6, days: 1 }));
    expect(await here.count('audit', 'at < $1', [dueAt({ years: 1 })])).toBe(0);
    expect(await here.in((tx) => here.audit.verify(tx))).toBeUndefined();
  });

  it('when its day to be looked at has come, then the privacy team is told once, and again after it was renewed; it never ends by itself', async () => {
    const contact = await here.person();
    const hold = await set({ contact });
    here.told.review.length = 0;
    const look = (at: Date) => here.in((tx) => here.holds.remind(tx, at));
    await look(minutes(hold.reviewAt, -1));
    expect(here.told.review).toEqual([]);
    await look(hold.reviewAt);
    await look(minutes(hold.reviewAt, 60));
    expect(here.told.review).toEqual([hold.id]);
    expect(await covering(contact, 'messages')).toMatchObject({ id: hold.id });
    const again = await here.in((tx) => here.holds.renew(tx, hold.id, 3, boss, minutes(hold.reviewAt, 90)));
    expect(again.reviewAt.getTime()).toBeGreaterThan(dueAt({ months: 3 }, hold.reviewAt).getTime() - 86_400_000);
    await look(again.reviewAt);
    expect(here.told.review).toEqual([hold.id, hold.id]);
    await release(hold.id);
  });

  it('when two cover the same, then it goes only when both are released', async () => {
    const contact = await here.person();
    const [one, other] = [await set({ contact }), await set({ contact })];
    await release(one.id);
    expect(await covering(contact, 'messages')).toMatchObject({ id: other.id });
    expect(here.told.released.at(-1)).toBe(contact);
    await release(other.id);
    expect(await covering(contact, 'messages')).toBeUndefined();
  });
});
