import { form, type IntentHandler, type ReplyButton, reply } from '../../../src/intent';

/** Why a number may have a new holder. */
const holders = {
  other_id: 'holder_other_id',
  number_changed: 'holder_number_changed',
  wrong_number: 'holder_wrong_number',
  bounced: 'holder_bounced',
} as const;

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
    offer: async ({ services, args }) =>
      reply((await services.signUp.offer(args.contact ?? '')) ? 'offered' : 'not_offered'),
    resolve: async ({ services, args }) => {
      await services.support.resolve(args.contact ?? '');
      return reply('resolved');
    },
  },
  cards: {
    /** The number may be somebody else's by now. */
    holder: async ({ services, args }) => {
      const { masked } = await services.support.talk(args.contact ?? '');
      return reply(holders[args.why as keyof typeof holders], { masked });
    },
    talk: async ({ services, args }) => {
      const contact = args.contact ?? '';
      const { masked, language, open, lines } = await services.support.talk(contact);
      const facts = lines.map(({ at, from, text, media }) => ({
        key: from,
        vars: { at, text: media ? { text: `media.${media}`, vars: { caption: text } } : text },
      }));
      const write: ReplyButton = { act: 'write', args: { contact }, style: 'primary', form: true };
      const offer = (await services.signUp.mayOffer(contact)) ? [{ act: 'offer', args: { contact } }] : [];
      // A voice note or a picture may be a request: whoever listens says so.
      const unheard = (await services.requests.waiting(contact)).length > 0;
      const sort = unheard ? [{ act: 'received-request/sort', args: { contact }, form: true }] : [];
      const buttons = [write, ...sort, ...offer, ...(open ? [{ act: 'resolve', args: { contact } }] : [])];
      const vars = { masked, language: { text: `languages.${language}` } };
      return reply(open ? 'asked' : 'wrote', vars, { facts, buttons });
    },
  },
};
