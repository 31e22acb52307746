import { form, type IntentHandler, type Reply, type Role, reply, type Turn } from '../../../src/intent';

const offered: readonly Role[] = ['operator', 'approver', 'viewer', 'privacy', 'agent'];
/** An owner may give and take these; our own staff's follow from a grant. */
const own: readonly Role[] = ['owner', ...offered];
const listed: readonly Role[] = [...own, 'support', 'platform'];

/** A line for each role that somebody has, with their names. */
const whoHasWhat = async ({ services }: Turn) => {
  const members = await services.team.members();
  return listed.flatMap((role) => {
    const names = members.filter(({ roles }) => roles.includes(role)).map(({ name }) => name);
    return names.length > 0 ? [{ key: 'who', vars: { role: { text: `roles.${role}` }, names: names.join(', ') } }] : [];
  });
};

/** Those of the customer's own team. */
const team = async ({ services }: Turn) =>
  (await services.team.members()).filter(({ roles }) => roles.some((role) => own.includes(role)));

/** One member: what they may do, and what an owner may change of it. */
async function shown(turn: Turn, id = ''): Promise<Reply> {
  const member = (await team(turn)).find((one) => one.id === id);
  if (!member) return reply('gone', {}, { private: true });
  const args = { member: id };
  const buttons = own.map((role) => {
    const vars = { role: { text: `roles.${role}` } };
    return member.roles.includes(role)
      ? { act: 'take', args: { ...args, role }, vars }
      : { act: 'give', args: { ...args, role }, vars };
  });
  const facts = member.roles.map((key) => ({ key }));
  return reply('member', { name: member.name }, { facts, buttons: [...buttons, { act: 'out', args }], private: true });
}

/** What can't be taken back by pressing again is asked first. */
const ask = async (turn: Turn, key: 'giveOwner' | 'out'): Promise<Reply> => {
  const yes = key === 'out' ? 'outYes' : 'giveOwnerYes';
  const args = { ...turn.args, question: key };
  const member = (await team(turn)).find(({ id }) => id === turn.args.member);
  if (!member) return reply('gone', {}, { private: true });
  const buttons = [
    { act: yes, args, style: 'danger' as const },
    { act: 'no', args },
  ];
  return reply(key, { name: member.name }, { buttons, expect: { yes, no: 'no', args }, private: true });
};

/** What the speaker may do, and who else may do what; an owner gives and takes roles, and invites others by a one-time code. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { person, services } = turn;
    const roles = person.kind === 'member' ? person.roles : [];
    const { name: company } = await services.company.profile();
    const facts = [...roles.map((key) => ({ key })), ...(await whoHasWhat(turn))];
    if (!roles.includes('owner')) return reply('mine', { company }, { facts, private: true });
    const invite = offered.map((role) => ({ act: 'invite', args: { role }, label: role }));
    const buttons = [{ act: 'pick', form: true }, ...invite, { act: 'workspace' }];
    return reply('owner', { company }, { facts, buttons, private: true });
  },
  acts: {
    invite: async ({ services, args }) => {
      const { code, expires } = await services.team.invite(args.role as Role);
      return reply('code', { code, expires }, { private: true });
    },
    pick: async (turn) => {
      const members = (await team(turn)).map(({ id, name }) => ({ value: id, label: name }));
      return form({ key: 'pick', act: 'picked', choices: { member: members } });
    },
    picked: (turn) => shown(turn, turn.values.member),
    give: async (turn) => {
      const { member = '', role } = turn.args;
      if (role === 'owner') return ask(turn, 'giveOwner');
      await turn.services.team.change(member, role as Role, true);
      return shown(turn, member);
    },
    giveOwnerYes: async (turn) => {
      await turn.services.team.change(turn.args.member ?? '', 'owner', true);
      return shown(turn, turn.args.member);
    },
    take: async (turn) => {
      const { member = '', role } = turn.args;
      await turn.services.team.change(member, role as Role, false);
      return shown(turn, member);
    },
    out: (turn) => ask(turn, 'out'),
    late: (turn) => ask(turn, turn.args.question === 'out' ? 'out' : 'giveOwner'),
    outYes: async ({ services, args }) => {
      await services.team.remove(args.member ?? '');
      return reply('removed', {}, { private: true });
    },
    no: async (turn) => shown(turn, turn.args.member),
    workspace: async ({ services }) => {
      const { url, expires } = await services.team.addWorkspace();
      return reply('workspace', { url, expires }, { private: true });
    },
  },
};
