import { Bounded } from '../bounded';
import { notFound } from '../errors';
import type { Chat, Message, Person, Status } from './model';
import type { CompanyNumber, Numbers } from './numbers';
import type { People } from './people';

const mostPerChat = 2_000;
const mostAccepted = 100_000;

/** All conversations, and every message that the outside world accepted from the product. */
export class Chats {
  private readonly byId = new Map<string, Message>();
  readonly accepted = new Bounded<Message>(mostAccepted, (gone) => this.byId.delete(gone.id));

  constructor(
    private readonly people: People,
    private readonly numbers: Numbers,
    private readonly changed: (message: Message) => void,
  ) {}

  between(person: Person, number: CompanyNumber): Chat {
    const known = person.chats.get(number.id);
    if (known) return known;
    const messages = new Bounded<Message>(mostPerChat, (gone) => gone.direction === 'in' && this.byId.delete(gone.id));
    const chat = { number, messages, isStopped: false, isBlocked: false, isPhoneHidden: false };
    person.chats.set(number.id, chat);
    return chat;
  }

  keep(message: Message): void {
    this.byId.set(message.id, message);
    this.between(message.person, message.number).messages.push(message);
    if (message.direction === 'out') this.accepted.push(message);
    this.changed(message);
  }

  find(id: string): Message | undefined {
    return this.byId.get(id);
  }

  /** @throws ControlError when nobody has it */
  get(id: string): Message {
    const message = this.byId.get(id);
    if (!message) throw notFound(`message ${id}`);
    return message;
  }

  become(message: Message, status: Status, at: Date, error?: { code: number; title: string }): void {
    message.statuses.push({ status, at: at.toISOString() });
    if (error) message.error = error;
    this.changed(message);
  }

  /** @throws ControlError when the number is nobody's */
  of(from: string, to: string): { person: Person; number: CompanyNumber; chat: Chat } {
    const number = this.numbers.get(to);
    const person = this.people.meet(from);
    return { person, number, chat: this.between(person, number) };
  }
}

export const statusOf = (message: Message): Status | undefined => message.statuses.at(-1)?.status;

/** A message as the page shows it. */
export function shown(message: Message) {
  const { id, direction, at, type, text, title, medium, buttons, template, reference, error } = message;
  const status = furthest(message);
  return {
    ...{ id, direction, at, type, text },
    ...(title && { title }),
    ...(medium && { medium }),
    ...(buttons && { buttons }),
    ...(template && { template }),
    ...(status && { status }),
    ...(error && { error }),
    ...(reference && { reference }),
  };
}

const order: Status[] = ['accepted', 'sent', 'delivered', 'read', 'failed'];

/** Receipts may come in any order; the ticks only grow. */
function furthest(message: Message): Status | undefined {
  return message.statuses.reduce<Status | undefined>(
    (best, { status }) => (!best || order.indexOf(status) > order.indexOf(best) ? status : best),
    undefined,
  );
}

/** A message as an entry of the ledger. */
export function entered(message: Message) {
  const { id, number, person, at, type, text, template, reference, statuses } = message;
  const mark = { ...(template && { template }), ...(reference && { reference }) };
  return { id, number: number.id, to: person.id, at, type, text, ...mark, statuses };
}
