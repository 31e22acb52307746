import { createHash } from 'node:crypto';
import type { ChannelEvent, Identity, InboundContent, ReceiptStatus } from '../../src/channel';
import { providerError } from './provider-errors';

type Json = Record<string, unknown>;
type Base = Pick<ChannelEvent, 'channel' | 'app' | 'sender' | 'at'>;

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
/** Text as it may be stored: Postgres knows no NUL, UTF-8 no lone surrogate; one such message must not poison a batch. */
const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('\0', '').toWellFormed()
    : undefined;
const bsuid = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const receiptStatuses: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'failed']);

/** Every update of a webhook as events: all entries, all changes, all lists. Total: what it does not know becomes an event too, nothing throws, nothing is dropped. */
export function parse(payload: unknown, app: string, now: Date): ChannelEvent[] {
  return list(object(payload).entry).flatMap((entry) =>
    list(entry.changes).flatMap((change) => {
      const value = object(change.value);
      const sender = text(object(value.metadata).phone_number_id) ?? text(entry.id) ?? 'unknown';
      const base: Base = { channel: 'whatsapp', app, sender, at: time(entry.time) ?? now };
      return parseChange(text(change.field) ?? 'unknown', value, base);
    }),
  );
}

function parseChange(field: string, value: Json, base: Base): ChannelEvent[] {
  const known = [
    ...list(value.messages).map((message) => parseMessage(message, value, base)),
    ...list(value.statuses).map((status) => parseStatus(status, base)),
    ...list(value.user_preferences).map((preference) => parsePreference(preference, base)),
    ...list(value.user_id_update).map((update) => parseIdUpdate(update, base)),
  ];
  const rest = Object.fromEntries(
    Object.entries(value).filter(
      ([key]) =>
        ![
          'messages',
          'statuses',
          'user_preferences',
          'user_id_update',
          'messaging_product',
          'metadata',
          'contacts',
        ].includes(key),
    ),
  );
  if (known.length > 0 && Object.keys(rest).length === 0) return known;
  if (known.length > 0 && field === 'messages' && !('errors' in rest)) return known;
  return [...known, { ...base, kind: 'account', id: digest(field, rest, base.at.toISOString()), field, value: rest }];
}

function parseMessage(message: Json, value: Json, base: Base): ChannelEvent {
  const id = text(message.id) ?? digest('message', message);
  const at = time(message.timestamp) ?? base.at;
  const from = identityOf(text(message.from), text(message.from_user_id), text(message.from_parent_user_id), value);
  if (message.type === 'system') return parseSystem(object(message.system), from, { ...base, at }, id);
  if (!from.phone && !from.bsuid)
    return { ...base, at, kind: 'account', id, field: 'message_without_sender', value: { type: text(message.type) } };
  const replyTo = text(object(message.context).id);
  return { ...base, at, kind: 'message', id, from, content: contentOf(message), ...(replyTo && { replyTo }) };
}

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

function contentOf(message: Json): InboundContent {
  const type = text(message.type) ?? 'unknown';
  const body = object(message[type]);
  if (type === 'text') return { type: 'text', text: text(body.body) ?? '' };
  if (type === 'button') return button(text(body.text), text(body.payload));
  if (type === 'interactive') return interactive(body);
  if (media.has(type))
    return { type: 'media', media: type, ...(text(body.caption) && { caption: text(body.caption) as string }) };
  if (type === 'reaction')
    return {
      type: 'reaction',
      on: text(body.message_id) ?? '',
      ...(text(body.emoji) && { emoji: text(body.emoji) as string }),
    };
  if (type === 'edit') return edited(body);
  if (type === 'revoke') return { type: 'revoked', of: text(body.original_message_id) ?? '' };
  return {
    type: 'unsupported',
    what: type === 'unsupported' ? (text(object(message.unsupported).type) ?? 'unsupported') : type,
  };
}

const button = (label: string | undefined, action: string | undefined): InboundContent => ({
  type: 'button',
  label: label ?? action ?? '',
  action: action ?? label ?? '',
});

function interactive(body: Json): InboundContent {
  const kind = text(body.type) ?? '';
  const chosen = object(body[kind]);
  if (kind === 'button_reply' || kind === 'list_reply') return button(text(chosen.title), text(chosen.id));
  if (kind === 'nfm_reply') return { type: 'text', text: text(chosen.body) ?? '' };
  return { type: 'unsupported', what: `interactive/${kind}` };
}

function edited(body: Json): InboundContent {
  const now = text(object(object(body.message).text).body);
  return { type: 'edited', of: text(body.original_message_id) ?? '', ...(now !== undefined && { text: now }) };
}

/** A number or an id that changed: what is known of both sides. */
function parseSystem(system: Json, from: Identity, base: Base, id: string): ChannelEvent {
  const kind = text(system.type) ?? '';
  if (!/changed_(number|user_id)$/.test(kind))
    return { ...base, kind: 'account', id, field: `system/${kind}`, value: {} };
  const previous: Identity = { ...from, ...userId(text(system.previous_user_id)) };
  const current: Identity = { ...phoneOf(text(system.wa_id)), ...userId(text(system.user_id)) };
  if (Object.keys(current).length === 0) return { ...base, kind: 'account', id, field: `system/${kind}`, value: {} };
  return { ...base, kind: 'identity', id, previous, current };
}

function parseIdUpdate(update: Json, base: Base): ChannelEvent {
  const ids = object(update.user_id);
  const phone = phoneOf(text(update.wa_id));
  const at = time(update.timestamp) ?? base.at;
  return {
    ...base,
    at,
    kind: 'identity',
    id: digest('user_id_update', update),
    previous: { ...phone, ...userId(text(ids.previous)) },
    current: { ...phone, ...userId(text(ids.current)) },
  };
}

function parsePreference(preference: Json, base: Base): ChannelEvent {
  const from: Identity = { ...phoneOf(text(preference.wa_id)), ...userId(text(preference.user_id)) };
  const at = time(preference.timestamp) ?? base.at;
  const id = digest('preference', preference);
  const value = text(preference.value);
  if (value !== 'stop' && value !== 'resume')
    return { ...base, at, kind: 'account', id, field: 'user_preferences', value: { value } };
  return { ...base, at, kind: 'preference', id, from, marketing: value };
}

function parseStatus(status: Json, base: Base): ChannelEvent {
  const providerId = text(status.id) ?? '';
  const given = text(status.status) ?? 'unknown';
  const at = time(status.timestamp) ?? base.at;
  const id = `${providerId}/${given}/${text(status.timestamp) ?? ''}`;
  const played = given === 'played' ? 'read' : given;
  if (!receiptStatuses.has(played))
    return { ...base, at, kind: 'account', id, field: 'status', value: { status: given } };
  const reference = text(status.biz_opaque_callback_data);
  const [first] = list(status.errors);
  const error = first && Number.isInteger(Number(first.code)) ? providerError(Number(first.code)) : undefined;
  return {
    ...base,
    at,
    kind: 'receipt',
    id,
    providerId,
    status: played as ReceiptStatus,
    ...(reference && { reference }),
    ...(error && { error }),
  };
}

/** Fields are left out, never empty; the phone may be missing for ever. A contact belongs to a message by its ids, not by its place in the list. */
function identityOf(
  from: string | undefined,
  user: string | undefined,
  parent: string | undefined,
  value: Json,
): Identity {
  const contacts = list(value.contacts);
  const own = contacts.find((one) => (user && text(one.user_id) === user) || (from && text(one.wa_id) === from));
  const alone = !own && contacts.length === 1 && list(value.messages).length === 1 ? contacts[0] : own;
  const name = text(object(alone?.profile).name);
  return {
    ...phoneOf(from ?? text(alone?.wa_id)),
    ...userId(from && bsuid.test(from) ? from : (user ?? text(alone?.user_id))),
    ...(parent && bsuid.test(parent) && { parentBsuid: parent }),
    ...(name && { name }),
  };
}

const phoneOf = (digits: string | undefined): Identity =>
  digits && /^\+?\d{6,15}$/.test(digits) ? { phone: `+${digits.replace('+', '')}` } : {};
const userId = (id: string | undefined): Identity => (id && bsuid.test(id) ? { bsuid: id } : {});

/** Seconds, as a string or a number. */
function time(value: unknown): Date | undefined {
  const seconds = Number(typeof value === 'string' || typeof value === 'number' ? value : Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 && seconds < 8.64e12 ? new Date(seconds * 1000) : undefined;
}

const digest = (...parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
