import { newId } from '../../../src/data/ids';
import { edgeTable } from '../../../src/domain/accounts/edge.table';
import { later, start, type World, world } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

const user = (name: string) => ({ team: 'T1', user: name, name });
/** Each time in a turn of its own, unless one is said. */
const link = (who: ReturnType<typeof user>, code: string, now: Date, turn = newId(now)) =>
  here.members.link(who, code, now, turn);

describe('a team', () => {
  it('when a code is used, then the user is a member with its role and speaks for that customer', async () => {
    const { code } = await here.in((tx) => here.members.invite(tx, 'operator', 'member:x', start));
    expect(await here.members.resolve('T1', 'U-ana', start)).toBeUndefined();
    const linked = await link(user('U-ana'), code.toLowerCase(), later(5));
    expect(linked).toMatchObject({ tenant: here.tenant, company: 'Tienda Andina', role: 'operator' });
    expect(await here.members.resolve('T1', 'U-ana', start)).toBe(here.tenant);
    const member = await here.in((tx) => here.members.find(tx, 'T1', 'U-ana', later(6)));
    expect(member?.roles).toEqual(['operator']);
  });

  it('when a code is used twice, expired or wrong, then it is refused', async () => {
    const { code } = await here.in((tx) => here.members.invite(tx, 'viewer', 'member:x', start));
    await link(user('U-one'), code, start);
    await expect(link(user('U-two'), code, start)).rejects.toMatchObject({ code: 'CODE_INVALID' });
    const old = await here.in((tx) => here.members.invite(tx, 'viewer', 'member:x', start));
    const late = later(24 * 60 + 1);
    await expect(link(user('U-two'), old.code, late)).rejects.toMatchObject({ code: 'CODE_INVALID' });
  });

  it('when the turn that used a code is handled again, then it ends the same and nothing is done twice; in another turn it is refused', async () => {
    const { code } = await here.in((tx) => here.members.invite(tx, 'support', 'member:x', start, 2));
    const ours = { channel: 'slack', app: 'default', providerId: 'T1', token: 'xoxb', label: 'ours' } as const;
    await here.tenants.addSender(here.tenant, ours, start);
    await here.database.withSystem('resolver', (tx) => edgeTable.markStaff(tx, 'default', 'T1'));
    const turn = newId(start);
    const first = await link(user('U-again'), code, start, turn);
    const acts = () => here.in((tx) => tx.query("SELECT 1 FROM audit WHERE act LIKE 'member.%'"));
    const before = (await acts()).length;
    expect(await link(user('U-again'), code, later(30), turn)).toEqual(first);
    expect(await acts()).toHaveLength(before);
    const staff = await here.in((tx) => here.members.staff(tx));
    expect(staff.find(({ id }) => id === first.member.id)?.until).toEqual(later(120)); // not two hours from then
    for (const again of ['U-again', 'U-other'])
      await expect(link(user(again), code, later(31))).rejects.toMatchObject({ code: 'CODE_INVALID' });
  });

  it('when two people use one code at the same moment, then one of them is in', async () => {
    const { code } = await here.in((tx) => here.members.invite(tx, 'viewer', 'member:x', start));
    const outcomes = await Promise.allSettled(['U-a', 'U-b', 'U-c'].map((name) => link(user(name), code, start)));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('when somebody guesses too often in a day, then even the right code is refused, and the next day it is not', async () => {
    const { code } = await here.in((tx) => here.members.invite(tx, 'viewer', 'member:x', later(600)));
    for (let tries = 0; tries < 10; tries++)
      await expect(link(user('U-guess'), `WRONG-${tries}`, start)).rejects.toThrow();
    await expect(link(user('U-guess'), code, start)).rejects.toMatchObject({ code: 'CODE_INVALID' });
    await link(user('U-guess'), code, later(24 * 60));
  });

  it('when our own staff have no grant that lasts, then they have no role here', async () => {
    const join = (until?: Date) => here.in((tx) => here.members.join(tx, user('U-staff'), ['support'], start, until));
    expect((await join()).roles).toEqual([]);
    expect((await join(later(60))).roles).toEqual(['support']);
    const find = (at: Date) => here.in((tx) => here.members.find(tx, 'T1', 'U-staff', at));
    expect((await find(later(59)))?.roles).toEqual(['support']);
    expect((await find(later(60)))?.roles).toEqual([]);
  });

  it('when a member of two customers speaks, then the channel decides, and without one nobody is guessed', async () => {
    const other = await here.tenants.create({ name: 'Clínica Sur', legalName: 'Clínica Sur SpA' }, start);
    for (const tenant of [here.tenant, other])
      await here.in((tx) => here.members.join(tx, user('U-both'), ['viewer'], start), tenant);
    await here.tenants.addPlace(other, 'campaigns', 'T1', 'C-sur');
    expect(await here.members.resolve('T1', 'U-both', start)).toBeUndefined();
    expect(await here.members.resolve('T1', 'U-both', start, 'C-sur')).toBe(other);
    await here.in(async (tx) => {
      const member = await here.members.find(tx, 'T1', 'U-both', start);
      await here.members.leave(tx, member?.id ?? '', 'member:x', start);
    }, other);
    expect(await here.members.resolve('T1', 'U-both', start)).toBe(here.tenant);
  });
});

describe('what a customer sends from', () => {
  const number = { channel: 'whatsapp', app: 'default', providerId: '1055', token: 'EAAB-secret', label: 'Tienda' };

  it('when an update arrives for a number, then its customer and sender are known, and the token opens only inside', async () => {
    expect(await here.senders.senderOf('whatsapp', 'default', '1055')).toBeUndefined();
    const senderId = await here.tenants.addSender(here.tenant, number, start);
    expect(await here.tenants.addSender(here.tenant, number, start)).toBe(senderId);
    expect(await here.tenants.all()).toContain(here.tenant);
    expect(await here.senders.senderOf('whatsapp', 'default', '1055')).toEqual({ tenant: here.tenant, senderId });
    expect(await here.senders.senderOf('whatsapp', 'another-app', '1055')).toBeUndefined();
    const expected = { channel: 'whatsapp', app: 'default', id: '1055', token: 'EAAB-secret' };
    expect(await here.in((tx) => here.senders.sender(tx, senderId))).toEqual({ ...expected, name: 'Tienda Andina' });
    expect(await here.senders.senderBefore('whatsapp', 'default', '1055')).toEqual(expected);
  });

  it('when another customer claims the same number, then it is refused and stays where it was', async () => {
    await here.tenants.addSender(here.tenant, number, start);
    const other = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    await expect(here.tenants.addSender(other, { ...number, token: 'theirs' }, start)).rejects.toThrow();
    expect((await here.senders.senderOf('whatsapp', 'default', '1055'))?.tenant).toBe(here.tenant);
  });

  it('when the company is asked who it is, then its names, zone and policy are told', async () => {
    const profile = await here.in((tx) => here.tenants.profile(tx));
    expect(profile).toMatchObject({ name: 'Tienda Andina', legalName: 'Tienda Andina SpA', zone: 'America/Santiago' });
  });
});
