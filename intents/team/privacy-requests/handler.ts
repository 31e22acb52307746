import { type CaseView, card, form, type IntentHandler, type ReplyButton, reply, type Turn } from '../../../src/intent';

const open: readonly CaseView['state'][] = [
  'received',
  'unconfirmed',
  'confirmed',
  'accepted',
  'executing',
  'rejected',
  'answered',
];
const mostListed = 9;
const mostButtons = 5;

/** The person was asked, and has neither said yes nor let the time pass: they come first. */
const isAsked = ({ services }: Turn, { right, state }: CaseView): boolean =>
  state === 'received' && services.privacy.rulesOf(right).confirm;

const varsOf = (turn: Turn, request: CaseView) => ({
  number: request.number,
  masked: request.masked,
  records: request.records,
  right: { text: `rights.${request.right}` },
  state: { text: `case_states.${isAsked(turn, request) ? 'asked' : request.state}` },
  due: { day: request.dueAt },
  received: request.receivedAt,
});
const cardOf = (id: string) => ({ card: 'case', args: { case: id }, topic: `case:${id}` });

/** Requests of people about their data; the controller decides each. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const waiting = (await turn.services.privacy.list()).filter((one) => open.includes(one.state));
    const [only, ...others] = waiting;
    if (!only) return reply('none');
    if (others.length === 0) return card(cardOf(only.id));
    const facts = waiting.slice(0, mostListed).map((one) => ({ key: 'line', vars: varsOf(turn, one) }));
    const buttons = waiting
      .slice(0, mostButtons)
      .map(({ id, number }) => ({ act: 'show', args: { case: id }, label: 'one', vars: { number } }));
    return reply('list', { count: waiting.length }, { facts, buttons });
  },
  acts: {
    show: async ({ args }) => card(cardOf(args.case ?? '')),
    accept: async ({ services, args }) => {
      const { number, right } = await services.privacy.accept(args.case ?? '');
      return reply('accepted', { number, kind: right });
    },
    reject: async ({ services, args }) => {
      const { right } = await services.privacy.get(args.case ?? '');
      const options = { ground: services.privacy.rulesOf(right).grounds };
      return form({ key: 'reject', act: 'rejectSend', args, options });
    },
    rejectSend: async ({ services, args, values }) => {
      const { number } = await services.privacy.reject(args.case ?? '', values.ground ?? '', values.facts ?? '');
      return reply('rejected', { number });
    },
  },
  cards: {
    case: async (turn) => {
      const request = await turn.services.privacy.get(turn.args.case ?? '');
      const args = { case: request.id };
      const decide: readonly ReplyButton[] = [
        { act: 'accept', args, style: 'primary' },
        { act: 'reject', args, style: 'danger', form: true },
      ];
      const mayDecide = ['received', 'unconfirmed', 'confirmed'].includes(request.state) && !isAsked(turn, request);
      const facts = ['state', 'received', 'due', 'records'].map((key) => ({ key }));
      return reply('case', varsOf(turn, request), { facts, buttons: mayDecide ? decide : [] });
    },
  },
};
