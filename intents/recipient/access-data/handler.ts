import { type IntentHandler, reply } from '../../../src/intent';

/** A summary here and now; the full copy is the controller's to send, by a case. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const contact = person.kind === 'recipient' ? person.contact : '';
    const held = await services.privacy.summary(contact);
    const opened = await services.privacy.open(contact, 'access');
    const { name } = await services.company.profile();
    return reply(
      'summary',
      {
        company: name,
        records: held.records,
        since: { day: held.firstSeen },
        number: opened.number,
        due: { day: opened.dueAt },
      },
      {
        facts: held.categories
          .filter((one) => one.count > 0)
          .map((one) => ({ text: `categories.${one.category}`, vars: { count: one.count } })),
        buttons: [{ act: 'data-source/start' }, { act: 'delete-data/start' }, { act: 'human-agent/start' }],
      },
    );
  },
};
