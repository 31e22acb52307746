import { type CaseView, card, type IntentHandler, reply } from '../../../src/intent';

const undecided: readonly CaseView['state'][] = ['received', 'unconfirmed', 'confirmed'];
const mostButtons = 5;

const varsOf = ({ number, masked, right, state, dueAt }: CaseView) => ({
  number,
  masked,
  right: { text: `rights.${right}` },
  state: { text: `case_states.${state}` },
  due: { day: dueAt },
});

/** Whoever may decide gets the card with its buttons: the ground and the facts are asked there. */
export const intent: IntentHandler = {
  heard: async ({ person, slots, services, text }) => {
    const meant = await services.privacy.meant({ ...slots, text });
    const found = meant ?? (await services.privacy.list()).filter(({ state }) => undecided.includes(state));
    const [only, ...others] = found;
    if (!only) return reply(meant ? 'noneOfTheirs' : 'none');
    const mayDecide = person.kind === 'member' && person.roles.some((role) => ['privacy', 'owner'].includes(role));
    if (!mayDecide) {
      const facts = found.slice(0, mostButtons).map((one) => ({ key: 'line', vars: varsOf(one) }));
      return reply('notYours', {}, { facts, private: true });
    }
    if (others.length === 0)
      return card({ card: 'privacy-requests/case', args: { case: only.id }, topic: `case:${only.id}` });
    const buttons = found.slice(0, mostButtons).map((one) => ({
      act: 'privacy-requests/show',
      args: { case: one.id },
      label: 'one',
      vars: { number: one.number },
    }));
    return reply(
      'which',
      {},
      { buttons, facts: found.slice(0, mostButtons).map((one) => ({ key: 'line', vars: varsOf(one) })) },
    );
  },
};
