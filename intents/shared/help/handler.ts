import { type IntentHandler, type Role, reply } from '../../../src/intent';

/** What a member can say, and the buttons that begin it, by role. */
const offers: readonly { key: string; roles: readonly Role[]; acts?: readonly string[] }[] = [
  { key: 'send', roles: ['operator', 'owner'], acts: ['send-campaign/start', 'list-templates/start'] },
  { key: 'approve', roles: ['approver', 'owner'] },
  { key: 'report', roles: ['operator', 'approver', 'owner', 'viewer'], acts: ['delivery-report/start'] },
  { key: 'hold', roles: ['operator', 'approver', 'owner'] },
  { key: 'message', roles: ['support', 'agent', 'operator', 'owner'] },
  { key: 'history', roles: ['support', 'agent', 'privacy', 'owner'] },
  { key: 'privacy', roles: ['privacy', 'owner'], acts: ['privacy-requests/start'] },
];

/** What can be asked here, for this person. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const { name: company } = await services.company.profile();
    if (person.kind !== 'member') {
      const acts = ['access-data/start', 'opt-out/stop', 'human-agent/start'];
      return reply('person', { company }, { buttons: acts.map((act) => ({ act })) });
    }
    const mine = offers.filter(({ roles }) => person.roles.some((role) => roles.includes(role)));
    const acts = [...mine.flatMap((offer) => offer.acts ?? []), 'team-roles/start'];
    return reply(
      'member',
      { company },
      {
        facts: [...mine.map(({ key }) => ({ key })), { key: 'team' }],
        buttons: acts.map((act) => ({ act })),
        private: true,
      },
    );
  },
};
