import { type Json, object, text } from '../json';
import { GraphError } from './graph-error';

/** Everything Meta knows at the top of a message; anything else is refused. */
const known = new Set([
  'messaging_product',
  'recipient_type',
  'to',
  'recipient',
  'type',
  'context',
  'biz_opaque_callback_data',
  'messaging_account_id',
  ...['text', 'image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts', 'reaction', 'interactive'],
  'template',
  ...['status', 'message_id', 'typing_indicator'],
  'access_token',
]);
const ofMarketing = new Set(['product_policy', 'message_activity_sharing']);

/** Checks what every message has in common. @throws GraphError 100, 131008, 131009 */
export function checkEnvelope(body: Json, isMarketing: boolean): { to?: string; recipient?: string; type: string } {
  for (const key of Object.keys(body))
    if (!known.has(key) && !(isMarketing && ofMarketing.has(key)))
      throw new GraphError(100, `Unexpected key "${key}" on param ""`);
  if (body.messaging_product === undefined) throw new GraphError(100, 'The parameter messaging_product is required.');
  if (body.messaging_product !== 'whatsapp')
    throw new GraphError(100, 'Param messaging_product must be one of {WHATSAPP}');
  const recipientType = body.recipient_type ?? 'individual';
  if (recipientType !== 'individual') throw new GraphError(131009, 'recipient_type must be individual');
  const reference = body.biz_opaque_callback_data;
  if (reference !== undefined && (typeof reference !== 'string' || reference.length > 512))
    throw new GraphError(100, 'Param biz_opaque_callback_data must be a string of at most 512 characters');
  const to = addressIn(body, 'to');
  const recipient = addressIn(body, 'recipient');
  if (to === undefined && recipient === undefined) throw new GraphError(131008, 'Parameter to is missing');
  return { ...(to ? { to } : { recipient: recipient ?? '' }), type: typeIn(body) };
}

function addressIn(body: Json, name: 'to' | 'recipient'): string | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new GraphError(100, `Param ${name} must be a string`);
  const isGood = name === 'to' ? /^\+?(\D?\d){6,15}$/ : /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
  if (!isGood.test(value)) throw new GraphError(131009, `Param ${name} is not valid`);
  return value;
}

const bodies = ['text', 'image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts', 'reaction'];
const types = new Set([...bodies, 'interactive', 'template']);

function typeIn(body: Json): string {
  const type = text(body.type) ?? 'text';
  if (!types.has(type)) throw new GraphError(100, `Param type must be one of {${[...types].join(', ').toUpperCase()}}`);
  const inside = body[type];
  if (inside === undefined) throw new GraphError(131008, `Parameter ${type} is missing for a message of type ${type}`);
  if (type !== 'contacts' && Object.keys(object(inside)).length === 0)
    throw new GraphError(100, `Param ${type} must be a JSON object`);
  return type;
}
