import { AppError } from '../../../src/errors';
import { type Act, form, kept as keptForm, type Reply, type ReplyForm, reply, type Turn } from '../../../src/intent';
import { isAnswerable } from './card';

export const mayDecide = ({ person }: Turn): boolean =>
  person.kind === 'member' && person.roles.some((role) => ['privacy', 'owner'].includes(role));

/** Forms are the controller's alone, before anything is shown in them. */
export const decided =
  (act: Act): Act =>
  async (turn) => {
    if (!mayDecide(turn)) throw new AppError('ROLE_REQUIRED');
    return act(turn);
  };

/** Which field an error speaks of, and what is said there. */
const wrong: Readonly<Record<string, readonly [field: string, key: string]>> = {
  REJECTION_INCOMPLETE: ['facts', 'short'],
  AGENCY_NOTICE_MISSING: ['agencyNotice', 'missing'],
  EXTENSION_INCOMPLETE: ['reason', 'short'],
  QUESTION_INCOMPLETE: ['question', 'short'],
  CLAIM_INCOMPLETE: ['reference', 'missing'],
};

const kept = (again: ReplyForm, { values }: Turn, work: () => Promise<Reply>): Promise<Reply> =>
  keptForm(again, values, wrong, work);

/** `2031-12-31`, or as it is said: `31/12/2031`. Undefined: no day. */
function dayOf(text = ''): string | undefined {
  const said = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text.trim());
  const day = said ? `${said[3]}-${said[2]?.padStart(2, '0')}-${said[1]?.padStart(2, '0')}` : text.trim();
  const at = new Date(`${day}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
    ? day
    : undefined;
}

const caseOf = ({ args }: Turn): string => args.case ?? '';

export const rejectForm = async ({ services, args }: Turn): Promise<ReplyForm> => {
  const { right } = await services.privacy.get(args.case ?? '');
  const options = { ground: services.privacy.rulesOf(right).grounds };
  return right === 'block'
    ? { key: 'rejectBlock', act: 'rejectSend', args, options, stays: true }
    : { key: 'reject', act: 'rejectSend', args, options, stays: true };
};

/** Refused with a ground, the facts and, of a block, the authority's receipt: without them it can't be sent. */
export const rejectSend: Act = async (turn) => {
  const { ground = '', facts = '', agencyNotice } = turn.values;
  const again = await rejectForm(turn);
  return kept(again, turn, async () => {
    const why = { ground, facts, ...(agencyNotice && { agencyNotice }) };
    const request = await turn.services.privacy.reject(caseOf(turn), why);
    const { number } = request;
    return reply(isAnswerable(turn, request) ? 'rejected' : 'rejectedUnanswerable', { number });
  });
};

export const partialForm = async ({ services, args }: Turn): Promise<ReplyForm> => {
  const { right } = await services.privacy.get(args.case ?? '');
  const { keeps } = services.privacy.rulesOf(right);
  const options = { ground: keeps, ground2: keeps };
  return { key: 'partial', act: 'partialSend', args, options, stays: true };
};

/** What stays, on which ground, until when, and the facts; the rest is granted. */
export const partialSend: Act = async (turn) => {
  const { values } = turn;
  const again = await partialForm(turn);
  const all = [['category', 'ground', 'until'] as const, ['category2', 'ground2', 'until2'] as const];
  const said = all.filter(([category]) => values[category]);
  // What is not erased now is erased on a day: without one it would stay for ever.
  const { right } = await turn.services.privacy.get(caseOf(turn));
  const isDay = (text = ''): boolean => (text || right === 'erase' ? !!dayOf(text) : true);
  const badDay = said.find(([, , until]) => !isDay(values[until]));
  if (badDay) return form({ ...again, initial: values, errors: { [badDay[2]]: 'day' } });
  const noGround = said.find(([, ground]) => !values[ground]);
  if (noGround) return form({ ...again, initial: values, errors: { [noGround[1]]: 'missing' } });
  const stays = said.map(([category, ground, until]) => {
    const day = dayOf(values[until]);
    return { category: values[category] ?? '', ground: values[ground] ?? '', ...(day && { until: day }) };
  });
  return kept(again, turn, async () => {
    const facts = values.facts ?? '';
    const request = await turn.services.privacy.accept(caseOf(turn), { kept: stays, facts });
    const { number } = request;
    return reply(isAnswerable(turn, request) ? 'partly' : 'partlyUnanswerable', { number, count: stays.length });
  });
};

const mostDays = 30;
export const extendForm = ({ args }: Turn): ReplyForm => ({
  key: 'extend',
  act: 'extendSend',
  args,
  initial: { days: String(mostDays) },
  stays: true,
});

/** Once, in time, with a reason; the person is told. */
export const extendSend: Act = async (turn) => {
  const { days = '', reason = '' } = turn.values;
  const many = Number(days.trim());
  const again = extendForm(turn);
  if (!Number.isInteger(many) || many < 1 || many > mostDays)
    return form({ ...again, initial: turn.values, errors: { days: 'number' } });
  return kept(again, turn, async () => {
    const { number, dueAt } = await turn.services.privacy.extend(caseOf(turn), { days: many, reason });
    return reply('extended', { number, due: { day: dueAt } });
  });
};

export const askForm = ({ args }: Turn): ReplyForm => ({ key: 'ask', act: 'askSend', args, stays: true });
/** A question to the person; the clock goes on. */
export const askSend: Act = async (turn) =>
  kept(askForm(turn), turn, async () => {
    const request = await turn.services.privacy.ask(caseOf(turn), turn.values.question ?? '');
    const { number } = request;
    return reply(isAnswerable(turn, request) ? 'asked' : 'askedUnanswerable', { number });
  });

export const previewForm = async ({ services, args }: Turn): Promise<ReplyForm> => {
  const { right } = await services.privacy.get(args.case ?? '');
  return {
    key: 'preview',
    act: 'previewSend',
    args,
    options: { ground: services.privacy.rulesOf(right).grounds },
    initial: { decision: 'accept' },
    stays: true,
  };
};
/** The letter as it would leave, word for word. */
export const previewSend: Act = async (turn) => {
  const { decision = 'accept', ground = '', facts = '', agencyNotice } = turn.values;
  return kept(await previewForm(turn), turn, async () => {
    const why = { ground, facts, ...(agencyNotice && { agencyNotice }) };
    const { text, isFinal } = await turn.services.privacy.previewLetter(
      caseOf(turn),
      decision === 'reject' ? why : undefined,
    );
    const { number } = await turn.services.privacy.get(caseOf(turn));
    return reply('letter', { number, words: text, final: isFinal ? 'yes' : 'no' }, { private: true });
  });
};

export const handForm = async ({ services, args }: Turn): Promise<ReplyForm> => {
  const choices = { member: (await services.privacy.keepers()).map(({ id, name }) => ({ value: id, label: name })) };
  return { key: 'hand', act: 'handSend', args, choices, stays: true };
};
/** Handing on says who looks after it and is told, never who may decide. */
export const handSend: Act = async (turn) => {
  const { member = '', note = '' } = turn.values;
  const { number, keeper } = await turn.services.privacy.handOver(caseOf(turn), member, note);
  return reply('handed', { number, keeper });
};

export const claimForm = ({ args }: Turn): ReplyForm => ({ key: 'claim', act: 'claimSend', args, stays: true });
/** The person complained to the authority, which asks the company: from then on the file is kept as it is. */
export const claimSend: Act = async (turn) => {
  const { reference = '', notified = '' } = turn.values;
  const again = claimForm(turn);
  const day = dayOf(notified);
  if (!day) return form({ ...again, initial: turn.values, errors: { notified: 'day' } });
  return kept(again, turn, async () => {
    const { number, due } = await turn.services.privacy.claim(caseOf(turn), { reference, notified: day });
    return reply('claimed', { number, due: { day: due } });
  });
};

export const claimEndForm = ({ args }: Turn): ReplyForm => ({
  key: 'claimEnd',
  act: 'claimEndSend',
  args,
  stays: true,
});
/** How it ended; from then on the file may go when its time comes. */
export const claimEndSend: Act = async (turn) => {
  const { ruling = '' } = turn.values;
  if (!ruling.trim()) return form({ ...claimEndForm(turn), initial: turn.values, errors: { ruling: 'missing' } });
  await turn.services.privacy.claimClosed(turn.args.claim ?? '', ruling);
  return reply('claimOver', { number: (await turn.services.privacy.get(caseOf(turn))).number });
};
