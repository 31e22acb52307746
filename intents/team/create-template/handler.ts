import { type Act, card, form, type IntentHandler, kept, type ReplyForm, reply, type Turn } from '../../../src/intent';

const channels = ['whatsapp', 'sms', 'email'];

/** What kind, then its words: the form that fits the channel. */
const heard: Act = async () =>
  reply(
    'which',
    {},
    { buttons: channels.map((channel) => ({ act: 'begin', label: channel, args: { channel }, form: true })) },
  );

/** The form of its channel, as it is begun. */
function blank({ args, person }: Turn): ReplyForm {
  const language = { es: 'es_CL', en: 'en', pt: 'pt_BR' }[person.language];
  const { channel = '' } = args;
  const shown = { args: { channel }, initial: { language, category: 'MARKETING' }, stays: true as const };
  if (channel === 'whatsapp') return { key: 'whatsapp', act: 'written', ...shown };
  return channel === 'sms' ? { key: 'sms', act: 'written', ...shown } : { key: 'email', act: 'written', ...shown };
}

/** A name that is taken is asked again, with all that was typed. */
const written: Act = async (turn) => {
  const { services, values } = turn;
  const again = blank(turn);
  const { name = '', language = '', category = '', words = '', ...others } = values;
  return kept(again, values, { TEMPLATE_NAME_TAKEN: ['name', 'taken'] }, async () => {
    const about = { channel: turn.args.channel ?? '', name, language, category };
    const { id } = await services.templates.draft(about, { words, ...others });
    return card({ card: 'list-templates/template', args: { template: id }, topic: `template:${id}` });
  });
};

export const intent: IntentHandler = { heard, acts: { begin: async (turn) => form(blank(turn)), written } };
