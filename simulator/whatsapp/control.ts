import { badRequest, notFound } from '../errors';
import { oneOf } from '../faults';
import { text } from '../json';
import { type Control, controlOf, jsonOf, type Router } from '../server';
import { entered, shown } from './chats';
import { faultFrom } from './faults';
import type { WhatsApp } from './whatsapp';

const statuses = ['sent', 'delivered', 'read', 'failed', 'played', 'deleted', 'warning'] as const;

const mostListed = 1_000;

/** The routes by which WhatsApp's side of the world is moved and looked at. */
export function whatsappControl(router: Router, whatsapp: WhatsApp): void {
  const on = controlOf(router, '/__sim/whatsapp/');
  peopleControl(on, whatsapp);
  metaControl(on, whatsapp);
  router.on('GET', '/__sim/whatsapp/media/:id', ({ params }) => {
    const medium = whatsapp.media.look(params.id ?? '');
    if (!medium) throw notFound(`medium ${params.id}`);
    return { headers: { 'content-type': medium.type }, body: medium.content };
  });
  router.on('GET', '/__sim/ledger', ({ query }) => ({ body: { deliveries: ledger(whatsapp, query) } }));
}

function peopleControl(on: Control, { people, chats, receipts, writing }: WhatsApp): void {
  on('POST', 'inbound', (visit) => {
    const written = writing.write(jsonOf(visit));
    const ids = written.map(({ id }) => id);
    return { id: ids.at(-1), message: written.map(shown).at(-1), ids };
  });
  on('GET', 'phones', () => {
    const met = people.all().filter((person) => person.chats.size > 0);
    return { phones: met.slice(-mostListed).map(summary) };
  });
  on('GET', 'phones/:id', ({ params }) => {
    const person = people.meet(params.id ?? '');
    const open = [...person.chats.values()].map(({ number: { id, company }, messages }) => ({
      ...{ number: id, company },
      messages: messages.items.map(shown),
    }));
    return { person: summary(person), chats: open };
  });
  on('POST', 'phones/:id/read', (visit) => {
    const { chat } = chats.of(visit.params.id ?? '', text(jsonOf(visit).number) ?? '');
    return { read: receipts.open(chat.messages.items) };
  });
  on('POST', 'echo', (visit) => ({ message: shown(writing.echo(jsonOf(visit))) }));
  on('POST', 'preference', (visit) => writing.prefer(jsonOf(visit)));
  on('POST', 'identity', (visit) => ({ person: summary(writing.renumber(jsonOf(visit))) }));
}

function metaControl(on: Control, whatsapp: WhatsApp): void {
  const { numbers, receipts, webhooks, faults, messages } = whatsapp;
  on('POST', 'templates/:name', (visit) => whatsapp.review(visit.params.name ?? '', jsonOf(visit)));
  on('GET', 'templates', () => ({ templates: numbers.templates }));
  on('POST', 'status', (visit) => {
    const given = jsonOf(visit);
    if (!oneOf(given, 'status', statuses)) throw badRequest('status is missing');
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
