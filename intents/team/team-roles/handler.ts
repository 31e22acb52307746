import { type IntentHandler, type Role, reply } from '../../../src/intent';

const offered: readonly Role[] = ['operator', 'approver', 'viewer', 'privacy', 'agent'];

/** What the speaker may do; an owner invites others by a one-time code. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    if (person.kind !== 'member') return reply('mine', { company: '', roles: '' });
    const { name } = await services.company.profile();
    const isOwner = person.roles.includes('owner');
    return reply(
      isOwner ? 'owner' : 'mine',
      { company: name, roles: person.roles.join(', ') },
      {
        private: true,
        buttons: isOwner ? offered.map((role) => ({ act: 'invite', args: { role }, label: role })) : [],
      },
    );
  },
  acts: {
    invite: async ({ services, args }) => {
      const { code, expires } = await services.team.invite(args.role as Role);
      return reply('code', { code, expires }, { private: true });
    },
  },
};
