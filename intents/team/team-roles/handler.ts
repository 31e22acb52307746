import { type IntentHandler, type Role, reply, type Turn } from '../../../src/intent';

const offered: readonly Role[] = ['operator', 'approver', 'viewer', 'privacy', 'agent'];
const listed: readonly Role[] = ['owner', ...offered, 'support', 'platform'];

/** A line for each role that somebody has, with their names. */
const whoHasWhat = async ({ services }: Turn) => {
  const members = await services.team.members();
  return listed.flatMap((role) => {
    const names = members.filter(({ roles }) => roles.includes(role)).map(({ name }) => name);
    return names.length > 0 ? [{ key: 'who', vars: { role: { text: `roles.${role}` }, names: names.join(', ') } }] : [];
  });
};

/** What the speaker may do, and who else may do what; an owner invites others by a one-time code. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { person, services } = turn;
    const roles = person.kind === 'member' ? person.roles : [];
    const { name: company } = await services.company.profile();
    const facts = [...roles.map((key) => ({ key })), ...(await whoHasWhat(turn))];
    if (!roles.includes('owner')) return reply('mine', { company }, { facts, private: true });
    const buttons = offered.map((role) => ({ act: 'invite', args: { role }, label: role }));
    return reply('owner', { company }, { facts, buttons, private: true });
  },
  acts: {
    invite: async ({ services, args }) => {
      const { code, expires } = await services.team.invite(args.role as Role);
      return reply('code', { code, expires }, { private: true });
    },
  },
};
