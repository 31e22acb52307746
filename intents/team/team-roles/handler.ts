import { type IntentHandler, type Role, reply } from '../../../src/intent';

const offered: readonly Role[] = ['operator', 'approver', 'viewer', 'privacy', 'agent'];

/** What the speaker may do; an owner invites others by a one-time code. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const roles = person.kind === 'member' ? person.roles : [];
    const { name: company } = await services.company.profile();
    const facts = roles.map((key) => ({ key }));
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
