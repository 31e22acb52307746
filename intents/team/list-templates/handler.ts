import {
  type Act,
  card,
  form,
  type IntentHandler,
  kept,
  pageOf,
  type ReplyForm,
  reply,
  type Turn,
} from '../../../src/intent';
import { drawn, mailFacts, topic, wholeOf } from './template-card';

const most = 9;
const idOf = ({ args }: Turn): string => args.template ?? '';
const cardOf = (id: string) => card({ card: 'template', args: { template: id }, topic: topic(id) });

/** One, or all; whoever looks has the provider asked for what is new. */
const heard: Act = async ({ services, slots }) => {
  if (typeof slots.template === 'string') return cardOf(slots.template);
  await services.templates.sync();
  return card({ card: 'list', args: {}, topic: 'templates' });
};

/** A page at a time; of many, one is also found by its name. */
const list: Act = async ({ services, args }) => {
  const templates = await services.templates.list();
  const create = { act: 'create-template/start' };
  if (templates.length === 0) return reply('none', {}, { buttons: [create] });
  const { shown, more } = pageOf(templates, most, args.from);
  const facts = shown.map(({ name, language, status, channel, preview }) => ({
    key: 'line',
    vars: {
      ...{ name: name.replace(/_/g, ' '), language, preview },
      status: { text: `template_states.${status}` },
      channel: { text: `channels.${channel}` },
    },
  }));
  const further = [...(more ? [{ act: 'more', args: { from: more } }] : []), { act: 'search', form: true }];
  return reply('list', { count: templates.length }, { facts, buttons: [...further, create] });
};

const all = async ({ services }: Turn) =>
  (await services.templates.list()).map(({ id, name, channel }) => ({
    value: id,
    label: name.replace(/_/g, ' '),
    beside: { text: `channels.${channel}` },
  }));

/** The form that fits its channel, with what stands there. */
async function editing(turn: Turn): Promise<ReplyForm> {
  const { id, channel, words, header, footer, buttons, subjectWords, preheader, sender } =
    await turn.services.templates.get(idOf(turn));
  const link = buttons.find(({ kind }) => kind === 'url');
  const answer = buttons.find(({ kind }) => kind === 'reply');
  const initial = Object.entries({
    ...{ words, header, footer, preheader, sender },
    ...{ link: link?.url, linkLabel: link?.label, answer: answer?.label, subject: subjectWords },
  }).flatMap(([key, value]) => (value ? [[key, value]] : []));
  const shown = { args: { template: id }, initial: Object.fromEntries(initial), stays: true as const };
  if (channel === 'whatsapp') return { key: 'whatsapp', act: 'editSend', ...shown };
  return channel === 'sms' ? { key: 'sms', act: 'editSend', ...shown } : { key: 'email', act: 'editSend', ...shown };
}

/** What can't be sent for review stays as it was typed. */
const editSend: Act = async (turn) => {
  const { words = '', ...others } = turn.values;
  return kept(await editing(turn), turn.values, { TEMPLATE_UNFIT: ['words', 'unfit'] }, async () => {
    await turn.services.templates.write(idOf(turn), { words, ...others });
    return reply('changed', {}, { private: true });
  });
};

/** A campaign as one real person would get it, by each of its channels. */
const preview: Act = async ({ services, args }) => {
  const { masked = '', shown } = await services.templates.preview(args.campaign ?? '');
  const facts = shown.flatMap((one) => [
    ...mailFacts(one),
    {
      key: 'shown',
      vars: {
        ...{ channel: { text: `channels.${one.channel}` }, language: one.language },
        words: wholeOf(one),
      },
    },
    ...one.buttons.map(({ kind, label, url = '' }) => ({ key: 'button', vars: { kind, label, url } })),
    ...(one.sms ? [{ key: 'price', vars: { encoding: one.sms.encoding, segments: one.sms.segments } }] : []),
  ]);
  return reply('preview', { masked, known: masked ? 'yes' : 'no' }, { facts, private: true });
};

/** What was dropped goes above the words of one of those that may still be changed. */
const brought: Act = async ({ services, args }) => {
  const { file = '', name = '' } = args;
  const open = (await services.templates.list()).filter(
    ({ channel, status }) => channel === 'whatsapp' && ['DRAFT', 'REJECTED', 'APPROVED', 'PAUSED'].includes(status),
  );
  if (open.length === 0) return reply('noneForMedium', { name }, { buttons: [{ act: 'create-template/start' }] });
  const newest = [...open].sort((one, other) => Number(other.status === 'DRAFT') - Number(one.status === 'DRAFT'));
  const buttons = newest.slice(0, 5).map((one) => ({
    act: 'putMedium',
    args: { template: one.id, file, name },
    vars: { template: one.name.replace(/_/g, ' ') },
  }));
  return reply('medium', { name }, { buttons });
};

export const intent: IntentHandler = {
  heard,
  acts: {
    more: async ({ args }) => card({ card: 'list', args: { from: args.from ?? '0' }, topic: 'templates' }),
    search: async (turn) => form({ key: 'search', act: 'found', choices: { template: await all(turn) } }),
    found: async ({ values }) => cardOf(values.template ?? ''),
    edit: async (turn) => form(await editing(turn)),
    editSend,
    submit: async (turn) => {
      const { channel } = await turn.services.templates.submit(idOf(turn));
      return reply('submitted', { channel }, { private: true });
    },
    remove: async (turn) => {
      const { id, name, channel } = await turn.services.templates.get(idOf(turn));
      const buttons = [
        { act: 'removeYes', args: { template: id }, style: 'danger' as const },
        { act: 'removeNo', args: { template: id } },
      ];
      return reply('removing', { name: name.replace(/_/g, ' '), channel }, { buttons });
    },
    removeYes: async (turn) => {
      const { name } = await turn.services.templates.get(idOf(turn));
      await turn.services.templates.remove(idOf(turn));
      return reply('removed', { name: name.replace(/_/g, ' ') });
    },
    removeNo: async () => reply('kept'),
    plain: async (turn) => {
      const { sms } = await turn.services.templates.plain(idOf(turn));
      return reply('plain', { segments: sms?.segments ?? 1 }, { private: true });
    },
    wayOut: async (turn) => {
      await turn.services.templates.addWayOut(idOf(turn));
      return reply('changed', {}, { private: true });
    },
    brought,
    preview,
    putMedium: async (turn) => {
      await turn.services.templates.bringMedium(idOf(turn), { id: turn.args.file ?? '', name: turn.args.name ?? '' });
      return cardOf(idOf(turn));
    },
    dropMedium: async (turn) => {
      await turn.services.templates.dropMedium(idOf(turn));
      return reply('changed', {}, { private: true });
    },
  },
  cards: {
    list,
    template: async (turn) => drawn(await turn.services.templates.get(idOf(turn))),
  },
  choices: { template: all },
};
