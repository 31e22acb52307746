import { form, type IntentHandler, type Reply, type ReplyButton, reply, type Turn } from '../../../src/intent';

type Unsorted = Awaited<ReturnType<Turn['services']['requests']['get']>>;

const varsOf = ({ masked, medium, receivedAt, number = '' }: Unsorted) => ({
  masked,
  medium: { text: `media_names.${medium}` },
  at: receivedAt,
  number,
});
type Known = Readonly<Record<string, string>>;
const most = 9;

/** A person who is known already need not be named. */
function write(args: Known, initial: Known, errors: Known = {}): Reply {
  const { contact } = args;
  if (!contact) return form({ key: 'write', act: 'written', initial, errors, stays: true });
  return form({ key: 'write_theirs', act: 'written', args: { contact }, initial, stays: true });
}

/** Somebody of the company says what no program can read. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const waiting = await services.requests.waiting();
    const [first] = waiting;
    if (!first) return reply('none');
    const facts = waiting.slice(0, most).map((one) => ({ key: 'one', vars: varsOf(one) }));
    const args = { inbox: first.inbox };
    return reply('waiting', { count: waiting.length }, { facts, private: true, buttons: buttonsOf(first, args) });
  },
  acts: {
    /** Of a person, the oldest that waits. */
    sort: async ({ services, args }) => {
      const [oldest] = args.inbox ? [] : await services.requests.waiting(args.contact);
      const inbox = args.inbox ?? oldest?.inbox ?? '';
      const { state, ...view } = await services.requests.get(inbox);
      if (state !== 'waiting') return reply('settled', varsOf({ state, ...view }));
      return form({ key: 'sort', act: 'sorted', args: { inbox }, vars: varsOf({ state, ...view }) });
    },
    sorted: async ({ services, args, values }) => {
      const opened = await services.requests.sort(args.inbox ?? '', values.right ?? '');
      if (!opened) return reply('no_request');
      return reply('opened', { number: opened.number, due: { day: opened.dueAt } });
    },
    /** What somebody told a colleague, by phone or at the counter; of a message about a person it is that person's. */
    write: async ({ args, values }) => write(args, { words: values.said ?? '' }),
    written: async ({ services, args, values }) => {
      const { address = '', right = '', words = '' } = values;
      const opened = await services.requests.file(args.contact ?? address, right, words);
      if (!opened) return write(args, values, { address: 'unknown' });
      return reply('opened', { number: opened.number, due: { day: opened.dueAt } }, { private: true });
    },
    read: async ({ services, args }) => {
      const words = await services.requests.words(args.inbox ?? '');
      return reply(words ? 'words' : 'no_words', { words }, { private: true });
    },
  },
  cards: {
    unheard: async ({ services, args }) => {
      const view = await services.requests.get(args.inbox ?? '');
      const waits = view.state === 'waiting';
      const key = waits ? 'unheard' : view.state === 'case' ? 'was_request' : 'was_none';
      return reply(key, varsOf(view), { buttons: waits ? buttonsOf(view, { inbox: view.inbox }) : [] });
    },
  },
};

function buttonsOf({ medium }: Unsorted, args: { inbox: string }): ReplyButton[] {
  const sort: ReplyButton = { act: 'sort', args, style: 'primary', form: true };
  return medium === 'mail' ? [{ act: 'read', args }, sort] : [sort];
}
