import type { Clock } from '../clock';
import { badRequest } from '../errors';
import { type Json, object, text } from '../json';
import type { Update } from './batches';
import type { Chats } from './chats';
import { contentOf, type Deed, typeOf } from './inbound';
import type { Media } from './media';
import type { Chat, Message, Person } from './model';
import type { CompanyNumber } from './numbers';
import { bsuidOf, type People, specialOf } from './people';
import { whatsAppIdIn } from './receipts';
import { wamid } from './wamid';
import type { Webhooks } from './webhooks';

const mostAtOnce = 10_000;

/** What people do with their phones, told to the product as webhooks. */
export class PeopleWrite {
  constructor(
    private readonly clock: Clock,
    private readonly people: People,
    private readonly chats: Chats,
    private readonly webhooks: Webhooks,
    private readonly media: Media,
  ) {}

  /** A person writes, presses, sends or takes back something; several times where `count` says so. */
  write(given: Json): Message[] {
    const { person, number, chat } = this.chats.of(text(given.from) ?? '', text(given.to) ?? '');
    const count = wholeNumber(given.count ?? 1, 'count');
    const copies = wholeNumber(given.copies ?? 1, 'copies');
    const deed = deedOf(given, chat);
    return Array.from({ length: count }, () =>
      this.once(person, number, chat, deed, timeOf(given, this.clock), copies),
    );
  }

  /** Somebody of the company writes to the person by WhatsApp's own app: the product is told, as of everything that leaves there. */
  echo(given: Json): Message {
    const { person, number, chat } = this.chats.of(text(given.to) ?? '', text(given.from) ?? '');
    const id = wamid(person.id);
    const seconds = timeOf(given, this.clock);
    const deed = deedOf({ ...given, type: text(given.type) ?? 'text' }, chat);
    const { wire, words } = contentOf(deed, chat, (type, content) => this.media.receive(type, content));
    const message: Message = {
      ...{ id, direction: 'out', person, number, type: deed.type, text: words, life: [], statuses: [] },
      at: new Date(seconds * 1000).toISOString(),
    };
    this.chats.keep(message);
    const { wa_id, user_id } = idsOf(person, number);
    const to = { ...(wa_id && { to: wa_id }), to_user_id: user_id };
    const echo = { from: number.display, ...to, id, timestamp: String(seconds), ...wire };
    this.tell('smb_message_echoes', number, person, { message_echoes: [echo] });
    return message;
  }

  /** Stops or resumes this company's promotions in WhatsApp's own settings. */
  prefer(given: Json): void {
    const { person, number, chat } = this.chats.of(text(given.from) ?? '', text(given.to) ?? '');
    const { value } = given;
    if (value !== 'stop' && value !== 'resume') throw badRequest('value is stop or resume');
    chat.isStopped = value === 'stop';
    const who = idsOf(person, number);
    const timestamp = Math.floor(this.clock.ms() / 1000);
    const detail = `User requested to ${value} marketing messages`;
    const preference = { ...who, detail, category: 'marketing_messages', value, timestamp };
    this.tell('user_preferences', number, person, { contacts: [who], user_preferences: [preference] });
  }

  /** The person has another number: known under it from now on, with a new business-scoped id. */
  renumber(given: Json): Person {
    const { person, number } = this.chats.of(text(given.from) ?? '', text(given.to) ?? '');
    const before = idsOf(person, number);
    this.people.renumber(person, text(given.newPhone) ?? '');
    const after = idsOf(person, number);
    const body = `User ${person.name} changed from ${before.wa_id ?? ''} to ${after.wa_id ?? ''}`;
    const system = { body, ...after, type: 'user_changed_number', previous_user_id: before.user_id };
    const message = {
      ...(before.wa_id && { from: before.wa_id }),
      id: wamid(person.id),
      timestamp: String(Math.floor(this.clock.ms() / 1000)),
      type: 'system',
      system,
    };
    this.tell('messages', number, person, { messages: [message] });
    return person;
  }

  private once(
    person: Person,
    number: CompanyNumber,
    chat: Chat,
    deed: Deed,
    seconds: number,
    copies: number,
  ): Message {
    const id = wamid(person.id);
    const { wire, words } = contentOf(deed, chat, (type, content) => this.media.receive(type, content));
    const who = idsOf(person, number);
    const contact = { profile: { name: person.name }, ...who };
    const from = { ...(who.wa_id && { from: who.wa_id }), from_user_id: who.user_id };
    const message: Message = {
      ...{ id, direction: 'in', person, number, type: deed.type, text: words, life: [], statuses: [] },
      at: new Date(seconds * 1000).toISOString(),
    };
    this.chats.keep(message);
    if (deed.type !== 'reaction' && deed.type !== 'revoke')
      chat.lastInboundMs = Math.max(chat.lastInboundMs ?? 0, seconds * 1000);
    const wired = { ...from, id, timestamp: String(seconds), ...wire };
    if (chat.isBlocked) return message;
    this.tell(
      'messages',
      number,
      person,
      { contacts: [contact], messages: [wired] },
      {
        copies,
        // The person's second tick, unless it was read in the same breath.
        taken: () => message.statuses.length === 0 && this.chats.become(message, 'delivered', this.clock.now()),
      },
    );
    if (specialOf(person) === '0013') chat.isPhoneHidden = true;
    return message;
  }

  private tell(
    field: string,
    number: CompanyNumber,
    person: Person,
    value: Json,
    how: Pick<Update, 'copies' | 'taken'> = {},
  ): void {
    const { copies = 1, ...rest } = how;
    const times = specialOf(person) === '0011' ? Math.max(2, copies) : copies;
    const update: Update = { key: person.id, waba: number.waba, field, number, value, ...rest };
    this.webhooks.push(times > 1 ? { ...update, copies: times } : update);
  }
}

/** What this company may know a person by. */
function idsOf(person: Person, number: CompanyNumber): { wa_id?: string; user_id: string } {
  const waId = specialOf(person) === '0012' ? person.phone?.slice(1) : whatsAppIdIn({ person, number });
  return { ...(waId && { wa_id: waId }), user_id: bsuidOf(person, number.waba) };
}

function deedOf(given: Json, chat: Chat): Deed {
  const button = given.button === undefined ? undefined : object(given.button);
  const deed = {
    text: typeof given.text === 'string' ? given.text : undefined,
    button: button && { id: text(button.id), title: text(button.title) },
    emoji: text(given.emoji),
    messageId: text(given.messageId),
    context: given.context,
    extra: given.extra,
    file: fileOf(given),
  };
  return { ...deed, type: text(given.type) ?? typeOf(deed, chat) };
}

/** What a person takes from their phone: its bytes as base64. */
function fileOf(given: Json): Deed['file'] {
  const content = Buffer.from(text(given.base64) ?? '', 'base64');
  return content.length > 0 ? { content, mime: text(given.mime), name: text(given.name) } : undefined;
}

function timeOf(given: Json, clock: Clock): number {
  if (given.timestamp === undefined) return Math.floor(clock.ms() / 1000);
  const seconds =
    typeof given.timestamp === 'string' && given.timestamp.includes('T')
      ? Math.floor(Date.parse(given.timestamp) / 1000)
      : Number(given.timestamp);
  if (!Number.isFinite(seconds)) throw badRequest('timestamp is in seconds, or ISO');
  return seconds;
}

function wholeNumber(value: unknown, name: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > mostAtOnce)
    throw badRequest(`${name} is a whole number from 1 to ${mostAtOnce}`);
  return number;
}
