import { type Act, type IntentHandler, recipientOf, reply } from '../../../src/intent';

const send: Act = async ({ services, ...turn }) => {
  const { url, until } = await services.pages.preferences(recipientOf({ services, ...turn }));
  const { name: company } = await services.company.profile();
  return reply('link', { company, url, until: { day: until } });
};

/** A link to the person's own page: where less is chosen at once and more is their own act. */
export const intent: IntentHandler = { heard: send, acts: { start: send } };
