import { AppError } from '../../../src/errors';
import {
  type CaseView,
  card,
  form,
  type IntentHandler,
  type Reply,
  type ReplyButton,
  reply,
  type Turn,
} from '../../../src/intent';

const open: readonly CaseView['state'][] = [
  'received',
  'unconfirmed',
  'confirmed',
  'accepted',
  'executing',
  'rejected',
  'answered',
];
const undecided: readonly CaseView['state'][] = ['received', 'unconfirmed', 'confirmed'];
/** What exactly is asked stands in the person's words alone. */
const askedInWords: readonly CaseView['right'][] = ['rectify', 'object', 'block'];
const mostListed = 9;
const mostButtons = 5;

/** The person was asked, and has neither said yes nor let the time pass: they come first. */
const isAsked = ({ services }: Turn, { right, state }: CaseView): boolean =>
  state === 'received' && services.privacy.rulesOf(right).confirm;

/** It ended, and the company still owes the person its answer. */
const isOwed = ({ state, told }: CaseView): boolean => state === 'closed' && !told;
/** WhatsApp takes our answer now. */
const isAnswerable = ({ now }: Turn, { answerUntil }: CaseView): boolean =>
  answerUntil !== undefined && now < answerUntil;

const stateOf = (turn: Turn, request: CaseView): string => {
  if (isOwed(request)) return 'untold';
  return isAsked(turn, request) ? 'asked' : request.state;
};

const varsOf = (turn: Turn, request: CaseView) => ({
  number: request.number,
  masked: request.masked,
  records: request.records,
  right: { text: `rights.${request.right}` },
  state: { text: `case_states.${stateOf(turn, request)}` },
  due: { day: request.dueAt },
  received: request.receivedAt,
  kind: request.right,
  until: request.answerUntil,
});
/** What the controller is to know of our answer: a card may stand for days, so it names the moment. */
const answering = (turn: Turn, request: CaseView): readonly string[] => {
  if (request.told || request.state === 'closed' || request.state === 'withdrawn') return [];
  return [isAnswerable(turn, request) ? 'answerable' : 'unanswerable'];
};
const cardOf = (id: string) => ({ card: 'case', args: { case: id }, topic: `case:${id}` });

const mayDecide = ({ person }: Turn): boolean =>
  person.kind === 'member' && person.roles.some((role) => ['privacy', 'owner'].includes(role));

/** The one that is meant as its card, several to choose from; whoever may not decide sees how they stand. */
const shown = async (turn: Turn, text: string, toDecide: boolean): Promise<Reply> => {
  const { services, slots } = turn;
  const meant = await services.privacy.meant({ ...slots, text });
  const isShown = (one: CaseView) =>
    toDecide ? undecided.includes(one.state) : open.includes(one.state) || isOwed(one);
  const found = meant ?? (await services.privacy.list()).filter(isShown);
  const [only, ...others] = found;
  if (!only && meant) return reply('noneOfTheirs');
  if (!only) return reply(toDecide ? 'noneToDecide' : 'none');
  if (others.length === 0 && mayDecide(turn)) return card(cardOf(only.id));
  const facts = found.slice(0, mostListed).map((one) => ({ key: 'line', vars: varsOf(turn, one) }));
  if (!mayDecide(turn)) return reply('seen', {}, { facts, private: true });
  const buttons = found
    .slice(0, mostButtons)
    .map(({ id, number }) => ({ act: 'show', args: { case: id }, label: 'one', vars: { number } }));
  return reply(toDecide ? 'which' : 'list', { count: found.length }, { facts, buttons });
};

/** Requests of people about their data; the controller decides each, others see how they stand. */
export const intent: IntentHandler = {
  heard: (turn) => shown(turn, turn.text, false),
  acts: {
    decide: (turn) => shown(turn, turn.args.text ?? '', true),
    show: async (turn) => {
      if (!mayDecide(turn)) throw new AppError('ROLE_REQUIRED');
      return card(cardOf(turn.args.case ?? ''));
    },
    read: async ({ services, args }) => {
      const { number, id } = await services.privacy.get(args.case ?? '');
      const words = await services.privacy.words(id);
      return reply(words ? 'words' : 'wordless', { number, words }, { private: true });
    },
    accept: async (turn) => {
      const request = await turn.services.privacy.accept(turn.args.case ?? '');
      const { number, right } = request;
      return reply(isAnswerable(turn, request) ? 'accepted' : 'acceptedUnanswerable', { number, kind: right });
    },
    reject: async (turn) => {
      if (!mayDecide(turn)) throw new AppError('ROLE_REQUIRED');
      const { services, args } = turn;
      const { right } = await services.privacy.get(args.case ?? '');
      const options = { ground: services.privacy.rulesOf(right).grounds };
      return form({ key: 'reject', act: 'rejectSend', args, options });
    },
    rejectSend: async (turn) => {
      const { services, args, values } = turn;
      const request = await services.privacy.reject(args.case ?? '', values.ground ?? '', values.facts ?? '');
      const { number } = request;
      return reply(isAnswerable(turn, request) ? 'rejected' : 'rejectedUnanswerable', { number });
    },
    told: async ({ services, args }) => {
      const { number } = await services.privacy.toldOtherwise(args.case ?? '');
      return reply('told', { number });
    },
  },
  cards: {
    case: async (turn) => {
      const request = await turn.services.privacy.get(turn.args.case ?? '');
      const args = { case: request.id };
      const read: ReplyButton = { act: 'read', args, form: true };
      const decide: readonly ReplyButton[] = [
        ...(askedInWords.includes(request.right) ? [read] : []),
        { act: 'accept', args, style: 'primary' },
        { act: 'reject', args, style: 'danger', form: true },
      ];
      const isUndecided = undecided.includes(request.state) && !isAsked(turn, request);
      const told: readonly ReplyButton[] = isOwed(request) ? [{ act: 'told', args }] : [];
      const keys = ['state', 'received', 'due', 'records', ...answering(turn, request)];
      const facts = keys.map((key) => ({ key }));
      return reply('case', varsOf(turn, request), { facts, buttons: isUndecided ? decide : told });
    },
  },
};
