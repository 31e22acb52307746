import { AppError } from '../../../src/errors';
import { type Act, form, type IntentHandler, type Reply, reply, silence, type Turn } from '../../../src/intent';

const paymentSays = {
  asked: 'payment_asked',
  open: 'payment_open',
  over: 'payment_over',
  paid: 'payment_paid',
  refused: 'payment_refused',
  cancelled: 'payment_cancelled',
  failed: 'payment_failed',
  mismatch: 'payment_mismatch',
};
const warningSays = { ok: 'warning_ok', low: 'warning_low', last: 'warning_last', over: 'warning_over' };
const levelSays = { low: 'low', last: 'last', over: 'over' };

const isOwner = ({ person }: Turn): boolean => person.kind === 'member' && person.roles.includes('owner');

/** What left this month, what it cost by channel, how much of the company's own ceiling that is, and what is left of its credit. */
const month: Act = async (turn) => {
  const { services } = turn;
  const { campaigns, sent, delivered, failed } = await services.account.usage();
  const { cost, ceiling } = await services.costs.month();
  const credit = await services.billing.credit();
  const channels = [...new Set(cost?.lines.map(({ channel }) => channel))];
  const lines = channels.map((channel) => {
    const all = (cost?.lines ?? []).filter((one) => one.channel === channel);
    const messages = all.reduce((sum, one) => sum + one.messages, 0);
    const amount = all.reduce((sum, one) => sum + one.cost.amount, 0);
    const spent = { amount, currency: cost?.total.currency ?? '' };
    return { key: 'line', vars: { channel: { text: `channels.${channel}` }, messages, spent } };
  });
  const facts = [
    ...(sent + failed > 0 ? [{ key: 'delivered' }, { key: 'failed' }] : []),
    ...(cost ? [{ key: 'cost', vars: { cost: cost.total } }] : []),
    ...(channels.length > 1 ? lines : []),
    ...(ceiling ? [{ key: 'ceiling', vars: { ceiling } }] : []),
    ...(credit ? [{ key: 'credit', vars: { left: credit.left } }] : []),
    ...(credit && credit.level !== 'ok' ? [{ key: levelSays[credit.level] }] : []),
  ];
  const mayPay = isOwner(turn) && credit !== undefined && (await services.billing.topUps()).length > 0;
  const buttons = [
    ...(mayPay ? [{ act: 'topUp', style: 'primary' as const }] : []),
    { act: 'prices' },
    { act: 'invoice/start' },
  ];
  return reply('month', { campaigns, sent, delivered, failed }, { facts, buttons, private: true });
};

/** What one message costs today. */
const prices: Act = async ({ services }) => {
  const facts = (await services.billing.prices()).map(({ channel, category, home, elsewhere, currency }) => ({
    key: 'price',
    vars: {
      ...{ home, elsewhere, currency, same: home === elsewhere ? 'yes' : 'no' },
      ...{ any: category === '*' ? 'yes' : 'no', parts: channel === 'sms' ? 'yes' : 'no' },
      what: { text: `statement.categories.${category === '*' ? 'any' : category}` },
      channel: { text: `channels.${channel}` },
    },
  }));
  return reply('prices', {}, { facts, private: true });
};

const topUp: Act = async (turn) => {
  if (!isOwner(turn)) return reply('ownerOnly', {}, { private: true });
  if (!(await turn.services.billing.credit())) return reply('byContract', {}, { private: true });
  const amounts = await turn.services.billing.topUps();
  if (amounts.length === 0) return reply('unavailable', {}, { private: true });
  const buttons = [
    ...amounts.map(({ units, amount }) => ({
      ...{ act: 'pay', args: { units: String(units) }, label: 'amount', vars: { amount } },
    })),
    { act: 'other', form: true },
  ];
  return reply('topUp', {}, { buttons, private: true });
};

/** The link comes as a card of the payer's own: it says what became of it. */
async function link({ services }: Turn, wish: { statement: string } | { units: number }): Promise<Reply> {
  const isTopUp = 'units' in wish;
  if (isTopUp && !(await services.billing.credit())) return reply('byContract', {}, { private: true });
  const id = await services.billing.pay(wish);
  await services.team.show({ card: 'usage-billing/payment', args: { payment: id }, topic: `payment:${id}` });
  return reply('link', {}, { private: true });
}

const amountForm = (more: Partial<Parameters<typeof form>[0]> = {}): Reply =>
  form({ key: 'amount', act: 'otherSend', stays: true, ...more });

const otherSend: Act = async (turn) => {
  const wrong = (why: string) => amountForm({ initial: turn.values, errors: { amount: why } });
  // Points and commas part thousands, and nothing else.
  const said = (turn.values.amount ?? '').replace(/[$\s]/g, '').replace(/(?<=\d)[.,](?=\d{3}(?!\d))/g, '');
  if (!/^\d{1,9}$/.test(said)) return wrong('number');
  try {
    return await link(turn, { units: Number(said) });
  } catch (error) {
    if (error instanceof AppError && error.code === 'PAYMENT_AMOUNT') return wrong('range');
    throw error;
  }
};

const again = { act: 'topUp' };
const payment: Act = async ({ services, args }) => {
  const { amount, state, url = '', statement } = await services.billing.payment(args.payment ?? '');
  const leads = url ? [{ act: 'left', link: url, style: 'primary' as const }] : [];
  const anew = statement ? { act: 'payStatement', args: { statement } } : again;
  const buttons = ['over', 'refused', 'cancelled', 'failed'].includes(state) ? [anew] : leads;
  return reply(paymentSays[state], { amount }, { buttons });
};

const warning: Act = async ({ services }) => {
  const credit = await services.billing.credit();
  if (!credit) return reply('byContract');
  return reply(warningSays[credit.level], { left: credit.left }, { buttons: credit.level === 'ok' ? [] : [again] });
};

export const intent: IntentHandler = {
  heard: month,
  acts: {
    prices,
    topUp,
    pay: (turn) => link(turn, { units: Number(turn.args.units) }),
    payStatement: (turn) => link(turn, { statement: turn.args.statement ?? '' }),
    other: async () => amountForm(),
    otherSend,
    /** They went to pay: the card says what becomes of it. */
    left: async () => silence,
  },
  cards: { payment, warning },
};
