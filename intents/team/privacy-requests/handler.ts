import {
  type CaseView,
  card,
  form,
  type IntentHandler,
  pageOf,
  type Reply,
  reply,
  type Turn,
} from '../../../src/intent';
import { caseCard, isAnswerable, isOwed, isUndecided, moreOfCase, noticeCard, othersCard, varsOf } from './card';
import {
  askForm,
  askSend,
  claimEndForm,
  claimEndSend,
  claimForm,
  claimSend,
  decided,
  extendForm,
  extendSend,
  handForm,
  handSend,
  mayDecide,
  partialForm,
  partialSend,
  previewForm,
  previewSend,
  rejectForm,
  rejectSend,
} from './forms';

const over: readonly CaseView['state'][] = ['closed', 'withdrawn'];
const mostListed = 9;
const mostButtons = 5;

const cardOf = (id: string) => ({ card: 'case', args: { case: id }, topic: `case:${id}` });

/** The one that is meant as its card, several to choose from; whoever may not decide sees how they stand. */
const shown = async (turn: Turn, text: string, toDecide: boolean): Promise<Reply> => {
  const { services, slots } = turn;
  const meant = await services.privacy.meant({ ...slots, text });
  const isShown = (one: CaseView) => (toDecide ? isUndecided(one) : !over.includes(one.state) || isOwed(one));
  const found = meant ?? (await services.privacy.list()).filter(isShown);
  const [only, ...others] = found;
  if (!only && meant) return reply('noneOfTheirs');
  if (!only) return reply(toDecide ? 'noneToDecide' : 'none');
  if (others.length === 0 && mayDecide(turn)) return card(cardOf(only.id));
  const page = pageOf(found, mostListed, turn.args.from);
  const facts = page.shown.map((one) => ({ key: 'line', vars: varsOf(turn, one) }));
  const args = { from: page.more ?? '', decide: toDecide ? 'yes' : 'no' };
  const further = page.more && !meant ? [{ act: 'further', args }] : [];
  if (!mayDecide(turn)) return reply('seen', {}, { facts, buttons: further, private: true });
  const cases = page.shown.slice(0, mostButtons);
  const buttons = [
    ...cases.map(({ id, number }) => ({ act: 'show', args: { case: id }, label: 'one', vars: { number } })),
    ...further,
  ];
  return reply(toDecide ? 'which' : 'list', { count: found.length }, { facts, buttons });
};

/** The person's own words, and what exactly is to be corrected: whole, for whoever decides alone, and on record. */
async function read({ services, args }: Turn): Promise<Reply> {
  const { number, id } = await services.privacy.get(args.case ?? '');
  const { words, corrections } = await services.privacy.read(id);
  const facts = corrections.map(({ field, before, after, confirmed }) => ({
    key: 'correction',
    vars: { field, title: field.replaceAll('_', ' '), before, after, confirmed: confirmed ? 'yes' : 'no' },
  }));
  return reply(words ? 'words' : 'wordless', { number, words }, { facts, private: true });
}

/** Requests of people about their data; the controller decides each, others see how they stand. */
export const intent: IntentHandler = {
  heard: (turn) => shown(turn, turn.text, false),
  acts: {
    decide: (turn) => shown(turn, turn.args.text ?? '', true),
    further: (turn) => shown(turn, '', turn.args.decide === 'yes'),
    show: decided(async ({ services, args }) => card(cardOf((await services.privacy.get(args.case ?? '')).id))),
    read: decided(read),
    more: decided(moreOfCase),
    seen: async ({ services, args }) => {
      const { number, dueAt } = await services.privacy.acknowledge(args.case ?? '');
      return reply('acknowledged', { number, due: { day: dueAt } });
    },
    accept: async (turn) => {
      const request = await turn.services.privacy.accept(turn.args.case ?? '');
      const { number, right } = request;
      return reply(isAnswerable(turn, request) ? 'accepted' : 'acceptedUnanswerable', { number, kind: right });
    },
    partial: decided(async (turn) => form(await partialForm(turn))),
    partialSend,
    extend: decided(async (turn) => form(extendForm(turn))),
    extendSend,
    reject: decided(async (turn) => form(await rejectForm(turn))),
    rejectSend,
    ask: decided(async (turn) => form(askForm(turn))),
    askSend,
    preview: decided(async (turn) => form(await previewForm(turn))),
    previewSend: decided(previewSend),
    hand: decided(async (turn) => form(await handForm(turn))),
    handSend,
    claim: decided(async (turn) => form(claimForm(turn))),
    claimSend,
    claimAnswered: async ({ services, args }) => {
      await services.privacy.claimAnswered(args.claim ?? '');
      return reply('claimAnswered', { number: (await services.privacy.get(args.case ?? '')).number });
    },
    claimEnd: decided(async (turn) => form(claimEndForm(turn))),
    claimEndSend,
    dossier: async ({ services, args }) => {
      const { number, link, until } = await services.privacy.dossier(args.case ?? '');
      return reply('dossier', { number, link, until }, { private: true });
    },
    othersTold: async ({ services, args }) => {
      const { number, right } = await services.privacy.othersTold(args.case ?? '');
      return reply('othersNoted', { number, kind: right });
    },
    told: async ({ services, args }) => {
      const { number } = await services.privacy.toldOtherwise(args.case ?? '');
      return reply('told', { number });
    },
  },
  cards: { case: caseCard, notice: noticeCard, others: othersCard },
};
