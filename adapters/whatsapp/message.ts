import type { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import type { ButtonValue, Content, OutboundContent, TemplateHeader } from '../../src/channel';

/** Where a message goes, from which number, and what comes back with its receipts. */
export interface Envelope {
  phoneNumberId: string;
  bizOpaqueCallbackData: string;
  to?: string;
  recipient?: string;
}
type Messages = WhatsAppClient['messages'];
type Addressed = Envelope & { to: string };

const limits = { body: 4096, bodyWithButtons: 1024, buttons: 3, title: 20 };

/** A neutral message as a text or buttons; what is too long is cut, what WhatsApp cannot show is left out. */
export function post(messages: Messages, envelope: Envelope, content: OutboundContent) {
  const common = envelope as Addressed; // one of the two is there: addressOf saw to it
  if (content.kind === 'template') throw new Error('a template is sent by hand');
  if (content.kind === 'text') return messages.sendText({ ...common, body: cut(content.text, limits.body) });
  if (content.kind === 'media') return media(messages, common, content);
  if (content.kind === 'email') throw new Error('a mail is no message of WhatsApp');
  const answering = { ...common, ...(content.replyTo && { contextMessageId: content.replyTo }) };
  const buttons = (content.buttons ?? []).slice(0, limits.buttons);
  const body = bodyOf(content);
  if (buttons.length === 0) return messages.sendText({ ...answering, body: cut(body, limits.body) });
  return messages.sendInteractiveButtons({
    ...answering,
    bodyText: cut(body, limits.bodyWithButtons),
    buttons: buttons.map(({ id, label }) => ({ id, title: cut(label, limits.title) })),
  });
}

/** Under a voice there are no words: they would have to be a message of their own. */
function media(
  messages: Messages,
  common: Addressed,
  { medium, media: id, text, name }: OutboundContent & { kind: 'media' },
) {
  const caption = text ? { caption: cut(text, limits.bodyWithButtons) } : {};
  switch (medium) {
    case 'image':
      return messages.sendImage({ ...common, image: { id, ...caption } });
    case 'video':
      return messages.sendVideo({ ...common, video: { id, ...caption } });
    case 'audio':
      return messages.sendAudio({ ...common, audio: { id } });
    default:
      return messages.sendDocument({ ...common, document: { id, ...caption, ...(name && { filename: name }) } });
  }
}

type Template = OutboundContent & { kind: 'template' };

export const templateOf = ({ name, language, header, variables, buttons = [] }: Template) => ({
  name,
  language: { code: language },
  components: [
    ...(header ? [{ type: 'header', parameters: [headerOf(header)] }] : []),
    ...(variables.length > 0
      ? [{ type: 'body', parameters: variables.map((value) => ({ type: 'text', text: oneLine(value) })) }]
      : []),
    ...buttons.flatMap((value, index) => (value ? [buttonOf(value, String(index))] : [])),
  ],
});

const headerOf = (header: TemplateHeader) =>
  header.kind === 'text'
    ? { type: 'text', text: oneLine(header.text) }
    : {
        type: header.kind,
        [header.kind]: {
          id: header.media,
          ...(header.kind === 'document' && header.name && { filename: header.name }),
        },
      };

const buttonOf = (value: NonNullable<ButtonValue>, index: string) =>
  'payload' in value
    ? { type: 'button', sub_type: 'quick_reply', index, parameters: [{ type: 'payload', payload: value.payload }] }
    : { type: 'button', sub_type: 'url', index, parameters: [{ type: 'text', text: value.suffix }] };

/** A parameter may hold no line break, tab or run of spaces, and may not be empty. */
const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim() || '-';

function bodyOf(content: Content): string {
  const facts = (content.facts ?? []).map((fact) => `• ${fact}`).join('\n');
  const note = content.note?.replace(/^.+$/gm, '_$&_'); // italics end with their line
  return [content.title && `*${content.title}*`, content.text, facts, note].filter(Boolean).join('\n\n');
}

/** Counted in UTF-16 units, as the client does: no letter counts for less at Meta. */
const cut = (value: string, most: number): string =>
  value.length <= most ? value : `${value.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
