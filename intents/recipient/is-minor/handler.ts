import { type IntentHandler, recipientOf, reply } from '../../../src/intent';

/** Nothing is asked of a child: promotions stop, their data is frozen, and the controller reads what was written and decides. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { consent, privacy, company, gate } = turn.services;
    const contact = recipientOf(turn);
    await consent.withdraw(contact);
    // From fourteen on they ask for their data themselves; for a child somebody else does.
    const isOfAge = await gate.minor(contact, turn.text);
    const { number, dueAt, isNew } = await privacy.open(contact, 'block', '', 'minor');
    const { name } = await company.profile();
    const vars = { company: name, number, alone: isOfAge ? 'yes' : 'no', due: { day: dueAt } };
    return reply(isNew ? 'stopped' : 'known', vars, { buttons: [{ act: 'human-agent/start' }] });
  },
};
