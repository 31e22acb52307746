import { type CaseView, card, type IntentHandler, reply } from '../../../src/intent';

const undecided: readonly CaseView['state'][] = ['received', 'unconfirmed', 'confirmed'];
const mostButtons = 5;

/** `SOL-000204`, however it was typed; nothing where another code was meant. */
const numberIn = (code: unknown): string | undefined => {
  const digits = /^(?:SOL-)?0*(\d{1,6})$/.exec(String(code ?? ''))?.[1];
  return digits && `SOL-${digits.padStart(6, '0')}`;
};
const varsOf = ({ number, masked, right, state, dueAt }: CaseView) => ({
  number,
  masked,
  right: { text: `rights.${right}` },
  state: { text: `case_states.${state}` },
  due: { day: dueAt },
});

/** Whoever may decide gets the card with its buttons: an act on somebody's right is pressed, never typed. */
export const intent: IntentHandler = {
  heard: async ({ person, slots, services }) => {
    const number = numberIn(slots.code);
    const found = number
      ? [await services.privacy.get(number)]
      : (await services.privacy.list()).filter(({ state }) => undecided.includes(state));
    const [only, ...others] = found;
    if (!only) return reply('none');
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
