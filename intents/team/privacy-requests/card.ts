import { type CaseView, type Reply, type ReplyButton, reply, type Turn, type Vars } from '../../../src/intent';

const undecided: readonly CaseView['state'][] = ['received', 'unconfirmed', 'confirmed'];
const over: readonly CaseView['state'][] = ['answered', 'closed', 'withdrawn'];
/** Only an erasure leaves a part: a copy holds all that there is. */
const mayBePartial: readonly CaseView['right'][] = ['erase'];

export const isUndecided = ({ state }: CaseView): boolean => undecided.includes(state);
/** The person was asked, and has neither said yes nor let the time pass: they come first. */
const isAsked = ({ services }: Turn, { right, state }: CaseView): boolean =>
  state === 'received' && services.privacy.rulesOf(right).confirm;
/** It ended, and the company still owes the person its answer. */
export const isOwed = ({ state, told }: CaseView): boolean => state === 'closed' && !told;
/** WhatsApp takes our answer now. */
export const isAnswerable = (turn: Turn, request: CaseView): boolean =>
  request.byNotice === true || isInTime(turn, request);
const isInTime = ({ now }: Turn, { answerUntil }: CaseView): boolean => answerUntil !== undefined && now < answerUntil;
const isRefused = ({ outcome }: CaseView): boolean => outcome !== undefined && outcome !== 'granted';

const stateOf = (turn: Turn, request: CaseView): string => {
  if (isOwed(request)) return 'untold';
  return isAsked(turn, request) ? 'asked' : request.state;
};

export const varsOf = (turn: Turn, request: CaseView): Vars => ({
  number: request.number,
  masked: request.masked,
  records: request.records,
  right: { text: `rights.${request.right}` },
  state: { text: `case_states.${stateOf(turn, request)}` },
  due: { day: request.dueAt },
  received: request.receivedAt,
  kind: request.right,
  until: request.answerUntil,
  days: request.daysLeft ?? 0,
  late: request.overdue ? 'yes' : 'no',
  extended: request.extendedAt ? 'yes' : 'no',
  needed: request.identity?.needed ?? 'L1',
  has: request.identity?.has ?? 'L1',
  enough: (request.identity?.has ?? 'L1') >= (request.identity?.needed ?? 'L1') ? 'yes' : 'no',
  block: request.block ?? (request.blocked ? 'provisional' : 'none'),
  cause: request.cause ?? 'none',
  keeper: request.keeper ?? '',
  parent: request.parentNumber ?? '',
  relation: request.onBehalf?.relation ?? 'self',
  proved: request.onBehalf?.isProved ? 'yes' : 'no',
});

/** What the controller is to know of our answer: a card may stand for days, so it names the moment. */
const answering = (turn: Turn, request: CaseView): readonly string[] => {
  if (request.told || request.state === 'closed' || request.state === 'withdrawn') return [];
  if (request.byNotice) return []; // an approved template takes it there on any day
  return isInTime(turn, request) ? ['answerable'] : ['unanswerable'];
};

/** What is to be corrected: what stands and what would, both hidden; whole to whoever reads what the person asks. */
async function correctionsOf({ services }: Turn, { id, right }: CaseView): Promise<NonNullable<Reply['facts']>> {
  if (right !== 'rectify') return [];
  return (await services.privacy.corrections(id)).map(({ field, before, after, confirmed }) => ({
    key: 'correction',
    vars: { field, title: field.replaceAll('_', ' '), before, after, confirmed: confirmed ? 'yes' : 'no' },
  }));
}

/** What accepting an objection stops, a line each. */
const stopsOf = (request: CaseView): NonNullable<Reply['facts']> =>
  isUndecided(request) ? (request.objectsTo ?? []).map((use) => ({ key: 'stops', vars: { use } })) : [];

/** Somebody asks for somebody else, and nobody saw on what paper: there is nothing to grant yet. */
const waitsForMandate = ({ onBehalf }: CaseView): boolean => onBehalf?.isProved === false;

/** While it is the controller's to decide: to say yes or no, wholly or in part, later, or not yet. */
function toDecide(request: CaseView): readonly ReplyButton[] {
  const args = { case: request.id };
  const erasure = request.right === 'erase';
  const isPartial = mayBePartial.includes(request.right);
  const grant: readonly ReplyButton[] = [
    { act: 'accept', args, style: 'primary' },
    ...(isPartial ? [{ act: 'partial', args, form: true }] : []),
  ];
  return [
    ...(waitsForMandate(request) ? [] : grant),
    ...(request.mayExtend ? [{ act: 'extend', args, form: true }] : []),
    { act: 'reject', args, style: 'danger', form: true },
    ...(erasure ? [{ act: 'legal-hold/form', args, form: true }] : []),
    { act: 'read', args, form: true },
    { act: 'ask', args, form: true },
  ];
}

/** Granted, and waiting for a proof of who asks: nothing was done, and it may still be refused. */
const isWaiting = ({ state, identity }: CaseView): boolean =>
  state === 'accepted' && !!identity && identity.has < identity.needed;

const mayDecideNow = (turn: Turn, request: CaseView): boolean => isUndecided(request) && !isAsked(turn, request);

/** What is asked of whoever looks after it, and the button behind which the rest stands. */
function besides(request: CaseView): readonly ReplyButton[] {
  const args = { case: request.id };
  const isOpen = !over.includes(request.state);
  const { needed, has } = request.identity ?? { needed: 'L0', has: 'L0' };
  const isHeir = request.onBehalf?.relation === 'heir';
  const seen = [
    ...(waitsForMandate(request) ? [] : ['verify-identity/seen']),
    'verify-identity/mandate',
    ...(isHeir ? ['verify-identity/deceased'] : []),
  ].map((act) => ({ act, args, form: true }));
  return [
    ...(isOpen && (has < needed || waitsForMandate(request)) ? seen : []),
    ...(isOpen && !request.acknowledgedAt ? [{ act: 'seen', args }] : []),
    { act: 'more', args },
  ];
}

/** What does not stand on the card: since when, how much, and what is done now and then. */
export async function moreOfCase(turn: Turn): Promise<Reply> {
  const request = await turn.services.privacy.get(turn.args.case ?? '');
  const args = { case: request.id };
  const isOpen = !over.includes(request.state);
  const buttons: ReplyButton[] = [
    ...(mayDecideNow(turn, request) ? [{ act: 'preview', args, form: true }] : []),
    ...(isOpen ? [{ act: 'hand', args, form: true }] : []),
    ...(isRefused(request) || request.overdue ? [{ act: 'claim', args, form: true }] : []),
    { act: 'dossier', args, form: true },
  ];
  return reply('more', varsOf(turn, request), {
    facts: [{ key: 'received' }, { key: 'records' }],
    buttons,
    private: true,
  });
}

/** The card of a case, as it stands: who and what, until when, how sure it is who asks, what is out of use, and what may be decided. */
export async function caseCard(turn: Turn): Promise<Reply> {
  const request = await turn.services.privacy.get(turn.args.case ?? '');
  const keys = [
    'due',
    'state',
    ...(request.cause ? ['cause'] : []),
    ...(request.onBehalf ? ['relation'] : []),
    'identity',
    ...(request.blocked ? ['blocked'] : []),
    ...(request.keeper ? ['keeper'] : []),
    ...(request.parentNumber ? ['parent'] : []),
    ...answering(turn, request),
  ];
  const claims = await turn.services.privacy.claims(request.id);
  const claimed = claims.map(({ reference, due, answered }) => ({
    key: 'claimed',
    vars: { reference, until: { day: due }, answered: answered ? 'yes' : 'no' },
  }));
  const facts = [
    ...keys.map((key) => ({ key })),
    ...stopsOf(request),
    ...claimed,
    ...(await correctionsOf(turn, request)),
  ];
  const told: readonly ReplyButton[] = isOwed(request) ? [{ act: 'told', args: { case: request.id } }] : [];
  const refuse: readonly ReplyButton[] = isWaiting(request)
    ? [{ act: 'reject', args: { case: request.id }, style: 'danger', form: true }]
    : [];
  const decide = mayDecideNow(turn, request) ? toDecide(request) : [...refuse, ...told];
  const ofClaims = claims.flatMap(({ id, answered }): ReplyButton[] => [
    ...(answered ? [] : [{ act: 'claimAnswered', args: { case: request.id, claim: id } }]),
    { act: 'claimEnd', args: { case: request.id, claim: id }, form: true },
  ]);
  return reply('case', varsOf(turn, request), { facts, buttons: [...decide, ...ofClaims, ...besides(request)] });
}

/** What is due soon, or was not done in time. */
export async function noticeCard(turn: Turn): Promise<Reply> {
  const request = await turn.services.privacy.get(turn.args.case ?? '');
  const show: ReplyButton = { act: 'show', args: { case: request.id }, label: 'open' };
  const isOver = over.includes(request.state);
  return reply(
    'notice',
    { ...varsOf(turn, request), what: { text: `case_notices.${turn.args.clock ?? 'other'}` } },
    { buttons: isOver ? [] : [show] },
  );
}

/** Who had got what was corrected or erased: the company tells them, and says so here. */
export async function othersCard({ services, args }: Turn): Promise<Reply> {
  const { id, number, masked, right } = await services.privacy.get(args.case ?? '');
  const others = await services.privacy.othersToTell(id);
  const facts = others.map(({ name, fields, toldAt }) => ({
    key: 'other',
    vars: {
      name,
      what: { text: `disclosed.${fields[0] ?? ''}` },
      more: fields.length - 1,
      told: toldAt ? 'yes' : 'no',
    },
  }));
  const isOwedStill = others.some(({ toldAt }) => !toldAt);
  const buttons: readonly ReplyButton[] = isOwedStill ? [{ act: 'othersTold', args: { case: id } }] : [];
  return reply('others', { number, masked, kind: right }, { facts, buttons });
}
