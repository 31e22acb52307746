import { type Act, type IntentHandler, isProved, recipientOf, reply, unproved } from '../../../src/intent';

/** What is held, by category and without its contents, here and now; the copy goes by a link once the company has decided and it is sure who asks. */
const summary =
  (words: (text: string) => string): Act =>
  async (turn) => {
    const { services } = turn;
    const contact = recipientOf(turn);
    const held = await services.privacy.summary(contact);
    const request = await services.privacy.open(contact, 'access', words(turn.text));
    const { number, dueAt, scope, id } = request;
    const { name: company } = await services.company.profile();
    const records = held.categories.reduce((sum, { count }) => sum + count, 0);
    const vars = { company, since: { day: held.firstSeen }, records, number, due: { day: dueAt } };
    const args = { case: id };
    const isWhole = scope !== 'summary';
    const more = isWhole ? { act: 'data-source/start' } : { act: 'whole' };
    return reply(isWhole ? 'summary' : 'brief', vars, {
      facts: [
        ...held.categories
          .filter((one) => one.count > 0)
          .map((one) => ({ text: `categories.${one.category}`, vars: { count: one.count } })),
        ...(unproved(request).facts ?? []),
      ],
      buttons: [
        isProved(request) ? more : { act: 'prove-identity/begin', args },
        { act: 'delete-data/start' },
        { act: 'human-agent/start' },
      ],
    });
  };

export const intent: IntentHandler = {
  heard: summary((text) => text),
  /** The copy of everything. */
  acts: { whole: summary(() => '') },
};
