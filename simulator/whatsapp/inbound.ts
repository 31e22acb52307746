import { createHash } from 'node:crypto';
import { type Json, list, object, text } from '../json';
import type { Button, Chat, Message } from './model';

/** What a person does with their phone, as the control side says it. */
export interface Deed {
  type: string;
  text?: string | undefined;
  button?: { id?: string | undefined; title?: string | undefined } | undefined;
  emoji?: string | undefined;
  messageId?: string | undefined;
  context?: unknown;
  extra?: unknown;
  /** The bytes of what is sent, and how it is called: without, something stands in for them. */
  file?: { content: Buffer; mime?: string | undefined; name?: string | undefined } | undefined;
}

/** Keeps what was sent. @returns its id */
type Receive = (mimeType: string, content?: Buffer) => string;

/** The body of a message of that type as Meta sends it, without sender, id and time. */
export function contentOf(deed: Deed, chat: Chat, receive: Receive): { wire: Json; words: string } {
  const answered = answeredBy(deed, chat);
  const wire: Json = { type: deed.type, ...bodyOf(deed, answered.button, receive) };
  const context = {
    ...(answered.message && { from: chat.number.display, id: answered.message }),
    ...object(deed.context),
  };
  if (Object.keys(context).length > 0) wire.context = context;
  return { wire: { ...wire, ...object(deed.extra) }, words: wordsOf(deed, answered.button) };
}

/** Pressing a button answers the message that shows it: the last one, unless it is named. */
function answeredBy(deed: Deed, chat: Chat): { message?: string; button?: Button } {
  if (deed.type !== 'button' && deed.type !== 'interactive') {
    const isReply = deed.messageId && !['reaction', 'edit', 'revoke'].includes(deed.type);
    return isReply ? { message: deed.messageId as string } : {};
  }
  const wanted = ({ id, title }: Button) => id === deed.button?.id || title === deed.button?.title;
  const shows = (one: Message) => one.direction === 'out' && one.buttons?.some(wanted);
  const message = chat.messages.items.findLast((one) => (deed.messageId ? one.id === deed.messageId : shows(one)));
  const found = message?.buttons?.find(wanted);
  const id = deed.button?.id ?? found?.id ?? deed.button?.title ?? '';
  const title = deed.button?.title ?? found?.title ?? id;
  const shown = deed.messageId ?? message?.id;
  return { ...(shown && { message: shown }), button: { id, title } };
}

/** Without a type: a button of a template, one of a chat message, or plain text. */
export function typeOf(deed: Omit<Deed, 'type'>, chat: Chat): string {
  if (!deed.button) return 'text';
  const { id, title } = deed.button;
  const source = chat.messages.items.findLast((one) =>
    deed.messageId
      ? one.id === deed.messageId
      : one.buttons?.some((button) => button.id === id || button.title === title),
  );
  return source?.template ? 'button' : 'interactive';
}

const mimeTypes: Record<string, string> = {
  image: 'image/jpeg',
  audio: 'audio/ogg; codecs=opus',
  video: 'video/mp4',
  document: 'application/pdf',
  sticker: 'image/webp',
};

function bodyOf(deed: Deed, button: Button | undefined, receive: Receive): Json {
  const { type } = deed;
  const mime = mimeTypes[type];
  if (mime) {
    const own = deed.file?.mime ?? mime;
    return { [type]: mediaOf(deed, own, receive(own, deed.file?.content)) };
  }
  switch (type) {
    case 'text':
      return { text: { body: deed.text ?? '' } };
    case 'button':
      return { button: { payload: button?.id, text: button?.title } };
    case 'interactive':
      return { interactive: { type: 'button_reply', button_reply: button } };
    case 'location':
      return { location: { latitude: -33.437, longitude: -70.65, name: 'Plaza de Armas' } };
    case 'contacts':
      return { contacts: [{ name: { formatted_name: deed.text ?? 'Rosa Díaz' }, phones: [cell] }] };
    case 'reaction':
      return { reaction: { message_id: deed.messageId ?? '', ...(deed.emoji && { emoji: deed.emoji }) } };
    case 'edit':
      return {
        edit: { original_message_id: deed.messageId ?? '', message: { type: 'text', text: { body: deed.text ?? '' } } },
      };
    case 'revoke':
      return { revoke: { original_message_id: deed.messageId ?? '' } };
    case 'unsupported':
      return { errors: [unknownType], unsupported: { type: deed.text ?? 'poll_creation' } };
    default:
      return {};
  }
}

const cell = { phone: '+56 9 5550 0101', type: 'CELL' };

const unknownType = {
  code: 131051,
  title: 'Message type unknown',
  message: 'Message type unknown',
  error_data: { details: 'Message type is currently not supported.' },
};

function mediaOf(deed: Deed, mime: string, id: string): Json {
  return {
    id,
    mime_type: mime,
    sha256: createHash('sha256').update(id).digest('base64'),
    ...(deed.text && deed.type !== 'audio' && deed.type !== 'sticker' && { caption: deed.text }),
    ...(deed.type === 'audio' && { voice: true }),
    ...(deed.type === 'sticker' && { animated: false }),
    ...(deed.type === 'document' && { filename: deed.file?.name ?? 'documento.pdf' }),
  };
}

/** What the person sees of their own message. */
function wordsOf(deed: Deed, button: Button | undefined): string {
  const [first] = list(object(deed.extra).contacts).map(object);
  return button?.title ?? deed.text ?? deed.emoji ?? text(object(first?.name).formatted_name) ?? '';
}
