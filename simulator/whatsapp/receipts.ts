import type { Clock } from '../clock';
import { type Json, object, text } from '../json';
import type { Update } from './batches';
import { type Chats, statusOf } from './chats';
import { titleOf } from './graph-error';
import type { Message, Status, Step } from './model';
import type { CompanyNumber } from './numbers';
import { bsuidOf, specialOf, waIdOf } from './people';
import { confirmsReading } from './status-lifecycle';
import type { Webhooks } from './webhooks';

/** Follows every accepted message to its end and tells the product of each step. */
export class Receipts {
  constructor(
    private readonly clock: Clock,
    private readonly chats: Chats,
    private readonly webhooks: Webhooks,
  ) {}

  follow(message: Message): void {
    const age = this.clock.ms() - Date.parse(message.at);
    for (const step of message.life)
      if (!hasBeen(message, step.status)) this.clock.after(step.afterMs - age, () => this.take(message, step));
  }

  take(message: Message, { status, code }: Pick<Step, 'status' | 'code'>): void {
    if (statusOf(message) === 'failed' || hasBeen(message, status)) return;
    const error = code === undefined ? undefined : { code, title: titleOf(code) };
    this.chats.become(message, status, this.clock.now(), error);
    this.webhooks.push(this.update(message, status, error));
  }

  /** The person has the chat in front of them. @returns how many messages that made read */
  open(messages: readonly Message[]): number {
    const unread = messages.filter((message) => message.direction === 'out' && isUnread(message));
    for (const message of unread) {
      for (const status of ['sent', 'delivered', 'read'] as const) this.take(message, { status });
    }
    return unread.length;
  }

  /** Tells the product a receipt, whatever is true. */
  claim(number: CompanyNumber, given: Json): void {
    const [id, status, recipient, reference] = ['id', 'status', 'recipient', 'reference'].map((key) =>
      text(given[key]),
    );
    const isPhone = recipient !== undefined && /^\+?\d+$/.test(recipient);
    const error = given.error === undefined ? undefined : object(given.error);
    const wire = {
      ...{ id, status, timestamp: String(Math.floor(this.clock.ms() / 1000)) },
      ...(recipient && (isPhone ? { recipient_id: recipient.replace('+', '') } : { recipient_user_id: recipient })),
      ...(reference && { biz_opaque_callback_data: reference }),
      ...(error && { errors: [failureOf({ title: titleOf(Number(error.code)), ...error, code: Number(error.code) })] }),
    };
    const about = { key: recipient ?? id ?? '', waba: number.waba, field: 'messages', number };
    this.webhooks.push({ ...about, value: { statuses: [wire] }, isReceipt: true, copies: 1 });
  }

  private update(message: Message, status: Status, error?: { code: number; title: string }): Update {
    const { person, number } = message;
    const value: Json = { statuses: [this.wire(message, status, error)] };
    if (!error) value.contacts = [contactOf(message)];
    const isTwice = specialOf(person) === '0011';
    const base = { key: person.id, waba: number.waba, field: 'messages', number, value, isReceipt: true };
    return isTwice ? { ...base, copies: 2 } : base;
  }

  private wire(message: Message, status: Status, error?: { code: number; title: string }): Json {
    const { person, number, category, reference } = message;
    const waId = whatsAppIdIn(message);
    return {
      id: message.id,
      status,
      timestamp: String(Math.floor(this.clock.ms() / 1000)),
      ...(waId && { recipient_id: waId }),
      ...((!error || !waId) && { recipient_user_id: bsuidOf(person, number.waba) }),
      ...(reference && { biz_opaque_callback_data: reference }),
      ...((status === 'sent' || status === 'delivered') && { pricing: pricingOf(category) }),
      ...(error && { errors: [failureOf(error)] }),
    };
  }
}

const hasBeen = (message: Message, status: Status): boolean => message.statuses.some((one) => one.status === status);

const isUnread = (message: Message): boolean =>
  !hasBeen(message, 'read') && !hasBeen(message, 'failed') && confirmsReading(message);

const pricingOf = (category: string | undefined): Json => ({
  billable: category !== undefined,
  pricing_model: 'PMP',
  type: category ? 'regular' : 'free_customer_service',
  category: category?.toLowerCase() ?? 'service',
});

const failureOf = ({ code, title }: { code: number; title: string }): Json => ({
  code,
  title,
  message: title,
  error_data: { details: title },
  href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
});

/** Undefined when the phone is not shared with this company. */
export function whatsAppIdIn({ person, number }: Pick<Message, 'person' | 'number'>): string | undefined {
  if (!person.phone || person.chats.get(number.id)?.isPhoneHidden) return undefined;
  // One special number: the id is not what was dialled.
  return specialOf(person) === '0012' ? person.phone.slice(1).replace('569', '56') : waIdOf(person.phone);
}

function contactOf(message: Message): Json {
  const waId = whatsAppIdIn(message);
  const { person, number } = message;
  return { profile: { name: person.name }, ...(waId && { wa_id: waId }), user_id: bsuidOf(person, number.waba) };
}
