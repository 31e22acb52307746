import { type IntentHandler, reply } from '../../../src/intent';

/** Makes the Slack user who speaks a member, by a one-time code. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const { company, role } = await services.team.link(String(slots.code));
    return reply('linked', { company, role }, { private: true });
  },
};
