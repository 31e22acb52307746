import { type Act, card, form, type IntentHandler, reply } from '../../../src/intent';

const channels = ['whatsapp', 'sms', 'email'];

/** What kind, then its words: the form that fits the channel. */
const heard: Act = async () =>
  reply(
    'which',
    {},
    { buttons: channels.map((channel) => ({ act: 'begin', label: channel, args: { channel }, form: true })) },
  );

const begin: Act = async ({ args, person }) => {
  const language = { es: 'es_CL', en: 'en', pt: 'pt_BR' }[person.language];
  const shown = { args: { channel: args.channel ?? '' }, initial: { language, category: 'MARKETING' } };
  if (args.channel === 'whatsapp') return form({ key: 'whatsapp', act: 'written', ...shown });
  return args.channel === 'sms'
    ? form({ key: 'sms', act: 'written', ...shown })
    : form({ key: 'email', act: 'written', ...shown });
};

const written: Act = async ({ services, args, values }) => {
  const { name = '', language = '', category = '', words = '', ...others } = values;
  const about = { channel: args.channel ?? '', name, language, category };
  const { id } = await services.templates.draft(about, { words, ...others });
  return card({ card: 'list-templates/template', args: { template: id }, topic: `template:${id}` });
};

export const intent: IntentHandler = { heard, acts: { begin, written } };
