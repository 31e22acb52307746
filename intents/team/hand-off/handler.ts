import {
  card,
  form,
  type IntentHandler,
  type Reply,
  type ReplyForm,
  type Role,
  reply,
  type Turn,
} from '../../../src/intent';
import { lapsedLine, talkCard, talkLine } from './cards';
import { hours, hoursFact, hoursSend, saved, savedForm, savedSend } from './desk';
import { template, templateSend, templateWords } from './templates';

const most = 8;

/** The card of a talk, where whoever asks for it looks. */
const shown = (contact: string, handOff: string, isHidden: boolean): Reply => {
  const args = { contact, handOff, ...(isHidden && { hidden: 'yes' }) };
  return card({ card: 'talk', args, topic: `talk:${contact}`, about: contact });
};

const is = ({ person }: Turn, ...roles: readonly Role[]): boolean =>
  person.kind === 'member' && person.roles.some((role) => roles.includes(role));

const answerForm = async ({ services, args }: Turn, more: Partial<ReplyForm> = {}): Promise<ReplyForm> => {
  const { masked, channel, until } = await services.handOffs.view(args.contact ?? '', args.handOff);
  const canned = await services.handOffs.canned();
  const choices = { canned: canned.map(({ id, name }) => ({ value: id, label: name })) };
  const without = [...(canned.length === 0 ? ['canned'] : []), ...(channel === 'whatsapp' ? [] : ['file'])];
  const vars = { masked, channel: { text: `channels.${channel}` }, limited: until ? 'yes' : 'no', until: until ?? '' };
  return { key: 'answer', act: 'send', args, vars, choices, without, stays: true, ...more };
};

/** What is sent: words, a file, or words that were kept, which are looked at once more before they leave. */
const send = async (turn: Turn): Promise<Reply> => {
  const { services, args, values } = turn;
  const { text = '', file = '', canned = '' } = values;
  const words = text.trim();
  if (words && canned)
    return form(await answerForm(turn, { initial: { text: words, canned }, errors: { canned: 'both' } }));
  if (!words && !canned && !file) return form(await answerForm(turn, { errors: { text: 'empty' } }));
  const kept = canned ? (await services.handOffs.canned()).find(({ id }) => id === canned) : undefined;
  if (canned && !kept) return form(await answerForm(turn, { errors: { canned: 'empty' } }));
  // No form can hold a file that it did not get itself: with one they leave as they were kept.
  if (kept && !file) {
    const again = await answerForm(turn, { initial: { text: kept.words } });
    return form({ ...again, without: [...(again.without ?? []), 'canned'] });
  }
  if (file && !(await services.handOffs.takes(file)))
    return form(await answerForm(turn, { initial: { text: words, canned }, errors: { file: 'unfit' } }));
  await services.handOffs.answer(args.contact ?? '', kept?.words ?? words, file || undefined);
  return reply('answered');
};

const passForm = async ({ services, args, person }: Turn): Promise<Reply> => {
  const others = (await services.handOffs.colleagues()).filter(
    ({ id }) => person.kind !== 'member' || id !== person.member,
  );
  if (others.length === 0) return reply('nobody_else', {}, { private: true });
  const choices = { member: others.map(({ id, name }) => ({ value: id, label: name })) };
  return form({ key: 'pass', act: 'passSend', args, choices, stays: true });
};

/** Talks with people who asked for a person: who waits, and in each card what the team can do. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { services } = turn;
    await services.handOffs.looked();
    const talks = await services.handOffs.list(most);
    const { open, mine } = await services.handOffs.waiting();
    const facts = talks.map(({ masked, waitsSince, assignee }) => ({
      key: waitsSince ? 'waits' : 'answered',
      vars: { masked, since: waitsSince, who: assignee ?? '', taken: assignee ? 'yes' : 'no' },
    }));
    const buttons = talks.map(({ contact, id, masked }) => ({
      ...{ act: 'show', label: 'one', args: { contact, handOff: id }, vars: { masked } },
    }));
    const quiet = await services.handOffs.quiet();
    const desk = [
      ...(is(turn, 'agent', 'owner') && quiet.count > 0 ? [{ act: 'resolveQuiet', vars: quiet }] : []),
      ...(is(turn, 'agent', 'owner') ? [{ act: 'saved' }] : []),
      ...(is(turn, 'owner') ? [{ act: 'hours', form: true }] : []),
    ];
    return reply(
      talks.length === 0 ? 'none' : 'list',
      { open, mine },
      { facts: [...facts, await hoursFact(turn)], buttons: [...buttons, ...desk], private: true },
    );
  },
  acts: {
    show: async (turn) => {
      const { services, args } = turn;
      const { contact, id } = await services.handOffs.view(args.contact ?? '', args.handOff);
      await services.handOffs.looked(contact);
      return shown(contact, id, !is(turn, 'agent', 'owner'));
    },
    template,
    templateWords,
    templateSend,
    reply: async (turn) => form(await answerForm(turn)),
    send,
    take: async ({ services, args }) => {
      await services.handOffs.take(args.handOff ?? '');
      return reply('taken', {}, { private: true });
    },
    pass: passForm,
    passSend: async ({ services, args, values }) => {
      const name = await services.handOffs.pass(args.handOff ?? '', values.member ?? '', values.note ?? '');
      return reply('passed', { name });
    },
    resolve: async ({ services, args }) => {
      await services.handOffs.resolve(args.handOff ?? '');
      return reply('resolved', {}, { private: true });
    },
    resolveQuiet: async ({ services }) =>
      reply('quiet_resolved', { count: await services.handOffs.resolveQuiet() }, { private: true }),
    reopen: async ({ services, args }) => {
      await services.handOffs.reopen(args.handOff ?? '');
      return reply('reopened', {}, { private: true });
    },
    saved,
    savedForm,
    savedSend,
    savedDrop: async (turn) => {
      await turn.services.handOffs.drop(turn.args.id ?? '');
      return saved(turn);
    },
    hours,
    hoursSend,
  },
  cards: { talk: talkCard, line: talkLine, lapsed: lapsedLine },
};
