import { type Act, type IntentHandler, reply } from '../../../src/intent';

const mostButtons = 3;

/** What whoever speaks was told, the newest first; what they have not read yet can be opened. */
const list: Act = async ({ services }) => {
  const all = await services.notices.mine();
  if (all.length === 0) return reply('none', {}, { private: true });
  const facts = all.map(({ title, at, readAt }) => ({
    key: readAt ? 'read' : 'unread',
    vars: { title, at: { day: at } },
  }));
  const buttons = all
    .filter(({ readAt }) => !readAt)
    .slice(0, mostButtons)
    .map(({ id, title }) => ({ act: 'show', args: { notice: id }, vars: { title: title.slice(0, 60) } }));
  return reply('list', { unread: all.filter(({ readAt }) => !readAt).length }, { facts, buttons, private: true });
};

const notice: Act = async ({ services, args }) => {
  const { title, text, at, told, read } = await services.notices.get(args.notice ?? '');
  const vars = { title, text, at: { day: at }, told, read };
  return reply('notice', vars, { buttons: [{ act: 'done', args: { notice: args.notice ?? '' } }] });
};

export const intent: IntentHandler = {
  heard: list,
  acts: {
    show: async ({ services, args }) => {
      const id = args.notice ?? '';
      if (!(await services.notices.mine()).some((one) => one.id === id)) return reply('none', {}, { private: true });
      await services.team.show({ card: 'service-notices/notice', args: { notice: id }, topic: `notice:${id}` });
      return reply('shown', {}, { private: true });
    },
    done: async ({ services, args }) => {
      await services.notices.read(args.notice ?? '');
      return reply('thanks', {}, { private: true });
    },
  },
  cards: { notice },
};
