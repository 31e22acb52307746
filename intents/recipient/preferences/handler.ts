import { type Act, type IntentHandler, recipientOf, reply } from '../../../src/intent';

const send: Act = async (turn) => {
  const { pages, company } = turn.services;
  const contact = recipientOf(turn);
  const { url, until } = await pages.preferences(contact);
  const vars = { company: (await company.profile()).name, url, until: { day: until } };
  return reply('link', vars, { buttons: (await pages.hasLeft(contact)) ? [] : [{ act: 'pause' }] });
};

/** A link to the person's own page: where less is chosen at once and more is their own act. */
export const intent: IntentHandler = {
  heard: send,
  acts: {
    start: send,
    /** The most asked for, without opening the page. */
    pause: async (turn) => {
      const { pages, company } = turn.services;
      const contact = recipientOf(turn);
      // The button of an older message: whoever left since would hear that promotions come back.
      if (await pages.hasLeft(contact)) return send(turn);
      const { until } = await pages.pause(contact);
      return reply('paused', { company: (await company.profile()).name, until: { day: until } });
    },
  },
};
