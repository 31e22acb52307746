import { badRequest } from '../errors';
import { text } from '../json';
import { jsonOf, type Router, type Visit } from '../server';
import { entered, shown } from './chats';
import { faultFrom } from './faults';
import type { WhatsApp } from './whatsapp';

const statuses: readonly string[] = ['sent', 'delivered', 'read', 'failed', 'played', 'deleted', 'warning'];

const mostListed = 1_000;

/** The routes by which WhatsApp's side of the world is moved and looked at. */
export function whatsappControl(router: Router, whatsapp: WhatsApp): void {
  const { people, numbers, chats, receipts, writing, webhooks, faults, messages } = whatsapp;
  const on = (verb: 'GET' | 'POST' | 'DELETE', path: string, work: (visit: Visit) => unknown) =>
    router.on(verb, `/__sim/whatsapp/${path}`, async (visit) => ({ body: (await work(visit)) ?? { ok: true } }));

  on('POST', 'inbound', (visit) => {
    const written = writing.write(jsonOf(visit));
    return { id: written.at(-1)?.id, message: shown(written.at(-1) as never), ids: written.map(({ id }) => id) };
  });
  on('GET', 'phones', () => ({
    phones: people
      .all()
      .filter(({ chats }) => chats.size > 0)
      .slice(-mostListed)
      .map(summary),
  }));
  on('GET', 'phones/:id', ({ params }) => {
    const person = people.find(params.id ?? '') ?? people.meet(params.id ?? '');
    const open = [...person.chats.values()].map(({ number, messages: { items } }) => ({
      number: number.id,
      company: number.company,
      messages: items.map(shown),
    }));
    return { person: summary(person), chats: open };
  });
  on('POST', 'phones/:id/read', (visit) => {
    const { chat } = chats.of(visit.params.id ?? '', text(jsonOf(visit).number) ?? '');
    return { read: receipts.open(chat.messages.items) };
  });
  on('POST', 'preference', (visit) => writing.prefer(jsonOf(visit)));
  on('POST', 'identity', (visit) => ({ person: summary(writing.renumber(jsonOf(visit))) }));
  on('POST', 'templates/:name', (visit) => whatsapp.review(visit.params.name ?? '', jsonOf(visit)));
  on('GET', 'templates', () => ({ templates: numbers.templates }));
  on('POST', 'status', (visit) => {
    const given = jsonOf(visit);
    const status = text(given.status) ?? '';
    if (!statuses.includes(status)) throw badRequest(`status is one of ${statuses.join(', ')}`);
    receipts.claim(numbers.get(text(given.number) ?? ''), given);
  });
  on('POST', 'webhook', (visit) => whatsapp.forge(jsonOf(visit)));
  on('POST', 'handshake', (visit) => whatsapp.handshake(text(jsonOf(visit).token)));
  on('POST', 'webhooks/hold', () => webhooks.hold());
  on('POST', 'webhooks/release', () => webhooks.release());
  on('GET', 'delivery', () => ({ ...webhooks.state(), window: messages.refusesClosedWindow }));
  on('POST', 'delivery', (visit) => whatsapp.tune(jsonOf(visit)));
  on('POST', 'faults', (visit) => faults.add(faultFrom(jsonOf(visit))));
  on('GET', 'faults', () => ({ faults: faults.list() }));
  on('DELETE', 'faults', () => faults.clear());
  router.on('GET', '/__sim/ledger', ({ query }) => ({ body: { deliveries: ledger(whatsapp, query) } }));
}

const summary = ({
  id,
  phone,
  bsuid,
  name,
  language,
}: {
  id: string;
  phone?: string;
  bsuid?: string;
  name: string;
  language: string;
}) => ({
  id,
  ...(phone && { phone }),
  ...(bsuid && { bsuid }),
  name,
  language,
});

/** `campaign` is the beginning of a reference, up to its dot, or a template's name. */
function ledger({ chats }: WhatsApp, query: URLSearchParams) {
  const [campaign, phone, number] = ['campaign', 'phone', 'number'].map((name) => query.get(name));
  return chats.accepted.items
    .filter(
      (message) =>
        (!campaign || message.template === campaign || message.reference?.startsWith(`${campaign}.`)) &&
        (!phone || message.person.id === phone || message.person.phone === `+${phone.trim()}`) &&
        (!number || message.number.id === number),
    )
    .map(entered);
}
