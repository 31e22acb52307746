import type { ChannelEvent } from '../../src/channel';
import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse, type Post } from './house';
import { buttonOf, cardOf, colleague, labels, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const diego = () => colleague(house, 'U0DIEGO');
const camila = () => colleague(house, 'U0CAMILA');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const member = async (user: string) =>
  house.inside(andina, (tx) => house.rooms.members.find(tx, 'T0ANDINA', user, house.clock.now()));

/** The owner looks at one of the team, and what is offered there. */
async function looksAt(user: string) {
  const [team] = await diego().says('equipo');
  const before = house.edge.forms.length;
  await diego().presses('Cambiar a alguien', team?.content, 'V1');
  const form = house.edge.forms.slice(before).at(-1);
  const [shown] = await diego().submits(form?.action ?? '', { member: (await member(user))?.id ?? '' });
  return shown?.content;
}

describe('roles, given by an owner in Slack', () => {
  it('when an owner gives and takes one, then it counts at once, and is on record', async () => {
    const shown = await looksAt('U0VICTOR');
    expect(labels(shown)).toEqual(expect.arrayContaining(['Dar operación', 'Quitar solo mirar', 'Sacar del equipo']));
    const [given] = await diego().presses('Dar operación', shown);
    expect(labels(given?.content)).toContain('Quitar operación');
    expect((await member('U0VICTOR'))?.roles).toEqual(['operator', 'viewer']);
    await diego().presses('Quitar operación', given?.content);
    expect((await member('U0VICTOR'))?.roles).toEqual(['viewer']);
    const acts = await house.inside(andina, (tx) =>
      tx.query<{ act: string }>("SELECT act FROM audit WHERE act LIKE 'member.role%' ORDER BY at"),
    );
    expect(acts.map(({ act }) => act)).toEqual(['member.role_given', 'member.role_taken']);
  });

  it('when somebody who runs nothing presses an owner’s button, then nothing changes', async () => {
    const give = buttonOf(await looksAt('U0VICTOR'), 'Dar aprobación');
    expect(told(await camila().presses(give))).toMatch(/Tu rol no permite/);
    expect((await member('U0VICTOR'))?.roles).toEqual(['viewer']);
  });

  it('when the account is handed over, then it is asked first; the last one who runs it can’t be taken out, whoever tries', async () => {
    const own = await looksAt('U0DIEGO');
    expect(told(await diego().presses('Quitar administración', own))).toMatch(/quedaría sin nadie que la administre/);
    await diego().presses('Sacar del equipo', own);
    expect(told(await diego().says('sí'))).toMatch(/quedaría sin nadie que la administre/);
    const [sure] = await diego().presses('Dar administración', await looksAt('U0CAMILA'));
    expect((await member('U0CAMILA'))?.roles).not.toContain('owner');
    await diego().presses('Sí, dársela', sure?.content);
    expect((await member('U0CAMILA'))?.roles).toContain('owner');
    expect(told(await diego().presses('Quitar administración', own))).not.toMatch(/única persona/);
    expect((await member('U0DIEGO'))?.roles).toEqual(['approver']);
    await house.inside(andina, async (tx) => {
      const id = (await house.rooms.members.find(tx, 'T0ANDINA', 'U0DIEGO', house.clock.now()))?.id ?? '';
      await house.rooms.members.changeRole(tx, id, { role: 'owner', has: true }, 'test', house.clock.now());
    });
  });

  it('when somebody is taken out, then the buttons they still have do nothing any more', async () => {
    const draft = cardOf(
      await camila().says('manda la promo cyber a clientes RM mañana a las 10'),
      'send-campaign/author',
    );
    const [sure] = await diego().presses('Sacar del equipo', await looksAt('U0CAMILA'));
    await diego().presses('Sí, sacar', sure?.content);
    expect((await house.posts(andina)).filter(({ place }) => place.user === 'U0CAMILA')).toEqual([]);
    expect(told(await camila().presses('Pedir aprobación', draft))).toMatch(/Aún no te conozco/);
    expect(told(await camila().says('equipo'))).toMatch(/Aún no te conozco/);
  });
});

describe('who is no colleague', () => {
  it('when somebody of another company speaks in a shared channel, then they are refused, member or not', async () => {
    const event = (user: string, team: string): ChannelEvent => ({
      ...{ channel: 'slack', app: 'default', sender: 'T0ANDINA', id: `shared-${user}`, at: house.clock.now() },
      ...{ kind: 'message', from: { slack: { team, user } }, content: { type: 'text', text: 'equipo' } },
      surface: { team: 'T0ANDINA', channel: 'C0CAMPANAS', user },
    });
    for (const [user, team] of [
      ['U0SOFIA', 'T0CONNECTUS'],
      ['U0FOREIGN', 'T0OTHER'],
    ] as const) {
      const before = await house.postIds(andina);
      await house.receive(andina, event(user, team));
      expect(told(await house.posts(andina, before))).toMatch(/no a invitadas ni de otras empresas/);
    }
  });

  it('when Slack says that a member has become a guest, then they are a member no longer', async () => {
    const event: ChannelEvent = {
      ...{ channel: 'slack', app: 'default', sender: 'T0ANDINA', id: 'Ev-guest', at: house.clock.now() },
      ...{ kind: 'account', field: 'user_change', value: { user: 'U0PAULA', standing: 'guest' } },
    };
    await house.edge.receive([event]);
    await eventually(async () => expect(await member('U0PAULA')).toBeUndefined());
  });
});
