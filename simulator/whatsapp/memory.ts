import type { Chat, Message, Person } from './model';
import type { Template } from './numbers';
import type { WhatsApp } from './whatsapp';

/** WhatsApp's side of the world as plain data. */
export interface WhatsAppMemory {
  people: (Omit<Person, 'chats'> & {
    chats: (Pick<Chat, 'isStopped' | 'isBlocked' | 'isPhoneHidden' | 'lastInboundMs'> & { number: string })[];
  })[];
  messages: (Omit<Message, 'person' | 'number'> & { person: string; number: string })[];
  templates: Omit<Template, 'id'>[];
  unsent: string[];
  /** Accounts that the application hears of, and numbers that were registered since. */
  heard?: string[];
  registered?: string[];
}

const mostMessages = 20_000;

export function rememberWhatsApp({ people, numbers, webhooks, onboarding }: WhatsApp): WhatsAppMemory {
  const met = people.all().filter(({ chats, id, born }) => chats.size > 0 || id !== born);
  const messages = met.flatMap(({ chats }) => [...chats.values()].flatMap((chat) => chat.messages.items));
  return {
    people: met.map((person) => ({ ...person, chats: [...person.chats.values()].map(chatOf) })),
    messages: messages
      .sort((one, other) => one.at.localeCompare(other.at))
      .slice(-mostMessages)
      .map((message) => ({ ...message, person: message.person.id, number: message.number.id })),
    templates: numbers.templates.map(({ id: _, ...template }) => template),
    unsent: webhooks.unsent(),
    heard: onboarding.remember(),
    registered: numbers.all().flatMap(({ id, status }) => (status === 'CONNECTED' ? [id] : [])),
  };
}

const chatOf = ({ number, isStopped, isBlocked, isPhoneHidden, lastInboundMs }: Chat) => ({
  ...{ number: number.id, isStopped, isBlocked, isPhoneHidden },
  ...(lastInboundMs !== undefined && { lastInboundMs }),
});

/** Goes on where it was: receipts that were still to come do come. */
export function recallWhatsApp(
  { people, numbers, chats, receipts, webhooks, onboarding }: WhatsApp,
  memory: WhatsAppMemory,
): void {
  if (memory.heard) onboarding.restore(memory.heard);
  for (const id of memory.registered ?? []) numbers.get(id).status = 'CONNECTED';
  for (const { chats: open, ...about } of memory.people) {
    const person = people.restore(about);
    for (const { number: id, ...rest } of open) {
      const number = numbers.find(id);
      if (number) Object.assign(chats.between(person, number), rest);
    }
  }
  for (const { waba, ...kept } of memory.templates) {
    const template = numbers.template(waba, kept.name, kept.language);
    if (template) Object.assign(template, kept);
    else numbers.addTemplate(waba, kept);
  }
  for (const { person: id, number: numberId, ...rest } of memory.messages) {
    const [person, number] = [people.find(id), numbers.find(numberId)];
    if (!person || !number) continue;
    const message = { ...rest, person, number };
    chats.keep(message);
    receipts.follow(message);
  }
  webhooks.resume(memory.unsent);
}
