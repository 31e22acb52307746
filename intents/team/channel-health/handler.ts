import { type Act, type IntentHandler, type Reply, reply, type Turn } from '../../../src/intent';

type Sender = Awaited<ReturnType<Turn['services']['channels']['senders']>>[number];
type Fact = NonNullable<Reply['facts']>[number];

const isIll = (status: string): boolean => ['PAUSED', 'DISABLED', 'REJECTED'].includes(status);
const when = <T>(holds: boolean, ...all: readonly T[]): readonly T[] => (holds ? all : []);

/** One number: whether campaigns leave from it, how its provider sees it, what stands in its way. */
function linesOf({ channel, label, stopped, standing, limit, heard, unasked }: Sender): Fact[] {
  const vars = { label, channel: { text: `channels_first.${channel}` } };
  const off = stopped && { since: stopped.since, why: { text: `advice.${stopped.code}` } };
  return [
    off ? { key: 'numberOff', vars: { ...vars, ...off } } : { key: 'number', vars },
    ...when(standing !== undefined, {
      key: 'standing',
      vars: {
        quality: { text: `qualities.${standing?.quality}` },
        status: { text: `number_states.${standing?.status}` },
        canSend: { text: `can_send.${standing?.canSend}` },
        at: standing?.at,
      },
    }),
    ...when(standing !== undefined, {
      key: 'room',
      vars: { limited: limit === null ? 'no' : 'yes', limit: limit ?? 0, throughput: standing?.throughput ?? 0 },
    }),
    ...(standing?.problems ?? []).map((code) => ({ key: 'problem', vars: { what: { text: `advice.${code}` } } })),
    ...when(unasked !== undefined, { key: 'unasked', vars: { why: { text: `unasked.${unasked}` } } }),
    ...when(heard !== undefined, { key: 'heard', vars: { heard } }),
  ];
}

/** What waits, and since when. */
async function queueOf({ services }: Turn): Promise<Fact[]> {
  const { unread, unreadSince, answersWaiting, answersSince, thisHour } = await services.channels.queue();
  return [
    ...when(unread > 0, { key: 'unread', vars: { unread, since: unreadSince } }),
    ...when(answersWaiting > 0, { key: 'answersWaiting', vars: { answersWaiting, since: answersSince } }),
    ...when(thisHour > 0, { key: 'thisHour', vars: { thisHour } }),
  ];
}

/** Whether messages leave and arrive, and what stands in their way. */
const heard: Act = async (turn) => {
  const { services } = turn;
  const { stopped, answers, failed, lastSent, lastReceipt, waiting, lateAnswers } = await services.account.health();
  const senders = await services.channels.senders();
  const all = await services.templates.list();
  const templates = all.filter(({ status, quality }) => isIll(status) || quality === 'RED');
  const approved = all.filter(({ status }) => status === 'APPROVED').length;
  const waits = all.filter(({ status }) => status === 'PENDING').length;
  const facts: Fact[] = [
    ...senders.flatMap(linesOf),
    ...(lastSent ? [{ key: 'sent', vars: { at: lastSent } }] : []),
    ...(lastReceipt ? [{ key: 'receipt', vars: { at: lastReceipt } }] : []),
    ...when(answers > 0, { key: 'answers', vars: { answers, failed } }),
    { key: 'waiting', vars: { waiting } },
    ...(await queueOf(turn)),
    { key: 'templates', vars: { approved, waits } },
    ...lateAnswers.map((one) => ({ key: 'lateAnswers', vars: { language: { text: `languages.${one}` } } })),
    ...templates.map(({ name, status }) => ({
      key: isIll(status) ? 'template' : 'templateRed',
      vars: { name, status: { text: `template_states.${status}` } },
    })),
  ];
  const hasIll = senders.some(({ standing, stopped: off }) => off || standing?.isWell === false);
  const key = stopped ? 'stopped' : hasIll ? 'ill' : 'open';
  return reply(key, {}, { facts, buttons: [{ act: 'why-failed/start' }], private: true });
};

/** Nothing goes through from a number: once, in the campaigns' channel, and again that it is over. */
const breaker: Act = async ({ services, args }) => {
  const since = new Date(args.since ?? '');
  const sender = await services.channels.sender(args.sender ?? '');
  const vars = { since, label: sender?.label ?? '', channel: { text: `channels_first.${sender?.channel ?? ''}` } };
  const off = sender?.stopped?.since.getTime() === since.getTime() ? sender.stopped : undefined;
  return off ? reply('away', { ...vars, why: { text: `advice.${off.code}` } }) : reply('back', vars);
};

/** Its provider stopped a number or is about to: as it stands now. */
const standing: Act = async ({ services, args }) => {
  const sender = await services.channels.sender(args.sender ?? '');
  const vars = { label: sender?.label ?? '', channel: { text: `channels_first.${sender?.channel ?? ''}` } };
  if (!sender?.standing) return reply('well', vars);
  return reply(sender.standing.isWell ? 'well' : 'unwell', vars, { facts: linesOf(sender) });
};

export const intent: IntentHandler = { heard, cards: { breaker, standing } };
