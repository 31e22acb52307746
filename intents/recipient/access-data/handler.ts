import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** A summary here and now; the full copy is the controller's to send, by a case. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { services } = turn;
    const contact = recipientOf(turn);
    const held = await services.privacy.summary(contact);
    const { number, dueAt } = await services.privacy.open(contact, 'access');
    const { name: company } = await services.company.profile();
    const vars = { company, since: { day: held.firstSeen }, number, due: { day: dueAt } };
    return reply('summary', vars, {
      facts: held.categories
        .filter((one) => one.count > 0)
        .map((one) => ({ text: `categories.${one.category}`, vars: { count: one.count } })),
      buttons: [{ act: 'data-source/start' }, { act: 'delete-data/start' }, { act: 'human-agent/start' }],
    });
  },
};
