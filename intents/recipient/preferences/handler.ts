import { type Act, type IntentHandler, recipientOf, reply } from '../../../src/intent';

const send: Act = async (turn) => {
  const { pages, company } = turn.services;
  const { url, until } = await pages.preferences(recipientOf(turn));
  const vars = { company: (await company.profile()).name, url, until: { day: until } };
  return reply('link', vars, { buttons: [{ act: 'pause' }] });
};

/** A link to the person's own page: where less is chosen at once and more is their own act. */
export const intent: IntentHandler = {
  heard: send,
  acts: {
    start: send,
    /** The most asked for, without opening the page. */
    pause: async (turn) => {
      const { pages, company } = turn.services;
      const { until } = await pages.pause(recipientOf(turn));
      return reply('paused', { company: (await company.profile()).name, until: { day: until } });
    },
  },
};
