import { form, type IntentHandler, type ReplyButton, reply } from '../../../src/intent';

/** What happened with one person, masked; and the talk with somebody who asked for a person. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const found = await services.support.history(String(slots.address));
    if (!found || found.length === 0) return reply('nobody', {}, { private: true });
    const facts = found.slice(-9).map(({ at, what, vars }) => ({
      key: what,
      vars: {
        at,
        channel: { text: `channels.${vars.channel ?? ''}` },
        state: { text: `${what === 'case' ? 'case_states' : 'states'}.${vars.state ?? ''}` },
        campaign: vars.campaign ?? '',
        number: vars.number ?? '',
        right: { text: `rights.${vars.right ?? ''}` },
      },
    }));
    return reply('history', {}, { facts, private: true });
  },
  acts: {
    write: async ({ args }) => form({ key: 'answer', act: 'send', args }),
    send: async ({ services, args, values }) => {
      await services.support.answer(args.contact ?? '', values.text ?? '');
      return reply('answered');
    },
    resolve: async ({ services, args }) => {
      await services.support.resolve(args.contact ?? '');
      return reply('resolved');
    },
  },
  cards: {
    talk: async ({ services, args }) => {
      const contact = args.contact ?? '';
      const { masked, language, open, lines } = await services.support.talk(contact);
      const facts = lines.map(({ at, from, text, media }) => ({
        key: from,
        vars: { at, text: media ? { text: `media.${media}`, vars: { caption: text } } : text },
      }));
      const write: ReplyButton = { act: 'write', args: { contact }, style: 'primary', form: true };
      const buttons = open ? [write, { act: 'resolve', args: { contact } }] : [write];
      const vars = { masked, language: { text: `languages.${language}` } };
      return reply(open ? 'asked' : 'wrote', vars, { facts, buttons });
    },
  },
};
