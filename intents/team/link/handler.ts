import { type IntentHandler, reply } from '../../../src/intent';

/** Makes the Slack user who speaks a member, by a one-time code. */
export const intent: IntentHandler = {
  heard: async ({ person, slots, services }) => {
    if (person.kind === 'member')
      return reply('already', { company: (await services.company.profile()).name }, { private: true });
    const { company, role } = await services.team.link(String(slots.code));
    return reply('linked', { company, role: { text: `roles.${role}` } }, { private: true });
  },
};
