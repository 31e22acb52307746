import type { ChannelEvent, ReceiptStatus } from '../../src/channel';
import { contentOf } from './content';
import { digest, type Json, list, object, text, time } from './json';
import { identify, isKnown, writerOf } from './person';
import { providerError } from './provider-errors';

type Base = Pick<ChannelEvent, 'channel' | 'app' | 'sender' | 'at'>;
type Read = (update: Json, value: Json, base: Base) => ChannelEvent;

/** Lists of updates inside a change, in the order in which they are told. */
const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['messages', readMessage],
  ['message_echoes', readEcho],
  ['statuses', readStatus],
  ['user_preferences', readPreference],
  ['user_id_update', readIdUpdate],
]);
/** Says of the others whose they are, and nothing by itself. */
const envelope: ReadonlySet<string> = new Set(['messaging_product', 'metadata', 'contacts']);
const receiptStatuses: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'failed']);

/** Every update of a webhook as events: all entries, all changes, all lists. Total: what it does not know becomes an event too, nothing throws, nothing is dropped. */
export function parse(payload: unknown, app: string, now: Date): ChannelEvent[] {
  const entries = list(object(payload).entry);
  if (entries.length > 0) return entries.flatMap((entry) => readEntry(entry, app, now));
  const base: Base = { channel: 'whatsapp', app, sender: 'unknown', at: now };
  return [account(base, 'no_entry', digest(payload), payload)];
}

function readEntry(entry: Json, app: string, now: Date): ChannelEvent[] {
  const owner = text(entry.id) ?? 'unknown';
  const base: Base = { channel: 'whatsapp', app, sender: owner, at: time(entry.time) ?? now };
  const changes = list(entry.changes);
  if (changes.length === 0) return [account(base, 'no_change', digest(entry), entry)];
  return changes.flatMap((change) => {
    const number = text(object(object(change.value).metadata).phone_number_id);
    return readChange(change, text(entry.time), number ? { ...base, sender: number } : base);
  });
}

function readChange(change: Json, written: string | undefined, base: Base): ChannelEvent[] {
  const value = object(change.value);
  const isRead = (key: string): boolean => readers.has(key) && Array.isArray(value[key]);
  const known = [...readers].flatMap(([key, read]) => list(value[key]).map((update) => read(update, value, base)));
  const rest = Object.entries(value).filter(([key]) => !envelope.has(key) && !isRead(key));
  // Beside updates that were read, a new flag is no update of its own; a new list or object may be.
  if (known.length > 0 && !rest.some(([, given]) => Object.keys(object(given)).length > 0 || list(given).length > 0))
    return known;
  const left = known.length > 0 ? Object.fromEntries(rest) : change.value;
  // The id is made of what was sent, never of when it arrived.
  return [...known, account(base, text(change.field) ?? 'unknown', digest(change, written), left)];
}

const account = (base: Base, field: string, id: string, value: unknown): ChannelEvent => ({
  ...base,
  kind: 'account',
  id,
  field,
  value,
});

function readMessage(message: Json, value: Json, given: Base): ChannelEvent {
  const base: Base = { ...given, at: time(message.timestamp) ?? given.at };
  const id = text(message.id) ?? digest('message', message);
  if (message.type === 'system') return readSystem(message, base, id);
  const from = writerOf(message, value);
  // Words without a person could never be erased: only that they came is kept.
  if (!isKnown(from)) return account(base, 'message_without_sender', id, { type: text(message.type) });
  const replyTo = text(object(message.context).id);
  return { ...base, kind: 'message', id, from, content: contentOf(message), ...(replyTo && { replyTo }) };
}

/** What somebody of the company wrote in WhatsApp's own app: never a word of the person it went to. */
function readEcho(echo: Json, _value: Json, given: Base): ChannelEvent {
  const base: Base = { ...given, at: time(echo.timestamp) ?? given.at };
  const id = text(echo.id) ?? digest('echo', echo);
  const to = identify(echo.to, echo.to_user_id, echo.to_parent_user_id);
  if (!isKnown(to)) return account(base, 'echo_without_person', id, { type: text(echo.type) });
  return { ...base, kind: 'echo', id, to, content: contentOf(echo) };
}

/** A number or an id that changed: what is known of both sides. */
function readSystem(message: Json, base: Base, id: string): ChannelEvent {
  const system = object(message.system);
  const type = text(system.type) ?? '';
  const previous = identify(system.previous_user_id, message.from, message.from_user_id, message.from_parent_user_id);
  const current = identify(system.wa_id, system.user_id, system.parent_user_id);
  if (!/changed_(number|user_id)$/.test(type) || !isKnown(previous) || !isKnown(current))
    return account(base, `system/${type}`, id, {});
  return { ...base, kind: 'identity', id, previous, current };
}

function readIdUpdate(update: Json, _value: Json, given: Base): ChannelEvent {
  const base: Base = { ...given, at: time(update.timestamp) ?? given.at };
  const id = digest('user_id_update', update);
  const ids = object(update.user_id);
  const previous = identify(update.wa_id, ids.previous);
  const current = identify(update.wa_id, ids.current, update.parent_user_id);
  if (!isKnown(previous) || !isKnown(current)) return account(base, 'user_id_update', id, {});
  return { ...base, kind: 'identity', id, previous, current };
}

function readPreference(preference: Json, _value: Json, given: Base): ChannelEvent {
  const base: Base = { ...given, at: time(preference.timestamp) ?? given.at };
  const id = digest('preference', preference);
  const marketing = text(preference.value);
  const from = identify(preference.wa_id, preference.user_id, preference.parent_user_id);
  if ((marketing !== 'stop' && marketing !== 'resume') || !isKnown(from))
    return account(base, 'user_preferences', id, { value: marketing });
  return { ...base, kind: 'preference', id, from, marketing };
}

function readStatus(update: Json, _value: Json, given: Base): ChannelEvent {
  const base: Base = { ...given, at: time(update.timestamp) ?? given.at };
  const providerId = text(update.id);
  const status = text(update.status) ?? 'unknown';
  // Sent, delivered and read share the id of their message.
  const id = providerId ? `${providerId}/${status}/${text(update.timestamp) ?? ''}` : digest('status', update);
  const played = status === 'played' ? 'read' : status;
  if (!receiptStatuses.has(played)) return account(base, 'status', id, { status });
  const reference = text(update.biz_opaque_callback_data);
  const code = Number(text(list(update.errors)[0]?.code) ?? Number.NaN);
  return {
    ...base,
    kind: 'receipt',
    id,
    providerId: providerId ?? '',
    status: played as ReceiptStatus,
    ...(reference && { reference }),
    ...(Number.isInteger(code) && { error: providerError(code) }),
    ...chargedAs(object(update.pricing)),
  };
}

/** `marketing_lite` is marketing by another way, at its price. */
function chargedAs({ billable, category }: Json): { charged?: string } {
  if (billable === false) return { charged: 'free' };
  const known = /^(marketing|utility|authentication)/.exec(text(category) ?? '')?.[1];
  return known ? { charged: known.toUpperCase() } : {};
}
