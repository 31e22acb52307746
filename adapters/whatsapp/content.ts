import type { InboundContent, InboundFile } from '../../src/channel';
import { firstText, type Json, object, text } from './json';

const media: ReadonlySet<string> = new Set([
  'image',
  'audio',
  'voice',
  'video',
  'document',
  'sticker',
  'location',
  'contacts',
]);

/** What a message says. Of a type that nobody knows yet: that there was one. */
export function contentOf(message: Json): InboundContent {
  const type = text(message.type) ?? 'unknown';
  const body = object(message[type]);
  if (media.has(type)) {
    const caption = text(body.caption);
    return { type: 'media', media: type, ...(caption && { caption }), ...fileOf(body) };
  }
  switch (type) {
    case 'text':
      return { type: 'text', text: text(body.body) ?? '' };
    case 'button':
      return button(body.text, body.payload);
    case 'interactive':
      return interactive(body);
    case 'reaction': {
      const emoji = text(body.emoji); // none: it was taken back
      return { type: 'reaction', on: text(body.message_id) ?? '', ...(emoji && { emoji }) };
    }
    case 'edit':
      return edited(body);
    case 'revoke':
      return { type: 'revoked', of: text(body.original_message_id) ?? '' };
    case 'unsupported':
      return { type: 'unsupported', what: text(object(message.unsupported).type) ?? 'unsupported' };
    default:
      return { type: 'unsupported', what: type };
  }
}

/** Its bytes are asked for by its id, when they are wanted. */
function fileOf(body: Json): { file?: InboundFile } {
  const [id, mime, name] = [text(body.id), text(body.mime_type), text(body.filename)];
  return id && /^\d{1,40}$/.test(id) ? { file: { id, ...(mime && { mime }), ...(name && { name }) } } : {};
}

const button = (label: unknown, action: unknown): InboundContent => ({
  type: 'button',
  label: firstText(label, action) ?? '',
  action: firstText(action, label) ?? '',
});

function interactive(body: Json): InboundContent {
  const kind = text(body.type) ?? '';
  const chosen = object(body[kind]);
  if (kind === 'button_reply' || kind === 'list_reply') return button(chosen.title, chosen.id);
  if (kind === 'nfm_reply') return { type: 'text', text: text(chosen.body) ?? '' };
  return { type: 'unsupported', what: `interactive/${kind}` };
}

/** What stands there now: a text, or the caption of whatever was sent. */
function edited(body: Json): InboundContent {
  const parts = Object.values(object(body.message)).map(object);
  const now = firstText(...parts.flatMap((part) => [part.body, part.caption]));
  return { type: 'edited', of: text(body.original_message_id) ?? '', ...(now && { text: now }) };
}
