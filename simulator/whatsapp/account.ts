import { type Json, list, object, text } from '../json';
import type { Answer } from '../server';
import type { Chats } from './chats';
import { type Graph, unknownObject } from './graph';
import type { CompanyNumber, Numbers, Template } from './numbers';
import { application } from './onboarding';
import type { People } from './people';
import { templateFields } from './template-desk';

interface Parts {
  numbers: Numbers;
  people: People;
  chats: Chats;
}

/** The rest of the Graph API that an account is set up and looked after with; no more than is asked of it. */
export function accountRoutes(graph: Graph, parts: Parts): void {
  numberRoutes(graph, parts);
  businessRoutes(graph, parts);
}

function numberRoutes(graph: Graph, { numbers, people, chats }: Parts): void {
  const number = (id: string, verb: string): CompanyNumber => {
    const found = numbers.find(id);
    if (!found) throw unknownObject(id, verb);
    return found;
  };
  graph
    .on('GET', /^\/(\d+)\/message_history$/, (id, _, { query }) => {
      number(id, 'GET');
      const message = chats.find(query.get('message_id') ?? '');
      const events = message?.statuses.filter(({ status }) => status !== 'accepted').map(eventOf) ?? [];
      return { body: { data: message ? [{ message_id: message.id, events: { data: events } }] : [] } };
    })
    .on('DELETE', /^\/(\d+)\/contact_book$/, (id, _, { query }) => {
      number(id, 'DELETE');
      const isKnown = people.find(query.get('bsuid') ?? '') !== undefined;
      return { body: { messaging_product: 'whatsapp', success: true, deleted: isKnown } };
    })
    .on('POST', /^\/(\d+)\/block_users$/, (id, read) => block(number(id, 'POST'), read(), true))
    .on('DELETE', /^\/(\d+)\/block_users$/, (id, read) => block(number(id, 'DELETE'), read(), false));

  function block(at: CompanyNumber, body: Json, isBlocked: boolean): Answer {
    const users = list(body.block_users).map((one) => text(object(one).user) ?? '');
    for (const user of users) chats.between(people.meet(user), at).isBlocked = isBlocked;
    const done = users.map((input) => ({ input, wa_id: input.replace(/\D/g, '') }));
    const name = isBlocked ? 'added_users' : 'removed_users';
    return { body: { messaging_product: 'whatsapp', block_users: { [name]: done } } };
  }

  graph.on('GET', /^\/(\d+)$/, (id, _, { query }) => {
    const known = numbers.find(id);
    const template = numbers.templates.find((one) => one.id === id);
    if (!known && !template) throw unknownObject(id, 'GET');
    const fields = known ? numberFields(known) : templateFields(template as Template);
    return { body: chosen(fields, query.get('fields')) };
  });
}

function businessRoutes(graph: Graph, { numbers }: Parts): void {
  graph.on('GET', /^\/(\d+)\/phone_numbers$/, (waba) => {
    const own = numbers.all().filter((number) => number.waba === waba);
    if (own.length === 0) throw unknownObject(waba, 'GET');
    return { body: { data: own.map((number) => numberFields(number)), ...lastPage } };
  });
}

const lastPage = { paging: { cursors: { before: 'MAZDZD', after: 'MAZDZD' } } };

const eventOf = ({ status, at }: { status: string; at: string }) => ({
  delivery_status: status.toUpperCase(),
  timestamp: Math.floor(Date.parse(at) / 1000),
});

const numberFields = ({ id, display, company, waba, throughput, status, code }: CompanyNumber): Json => ({
  id,
  display_phone_number: `+${display}`,
  verified_name: company,
  quality_rating: 'GREEN',
  code_verification_status: code ?? 'VERIFIED',
  name_status: 'APPROVED',
  status: status ?? 'CONNECTED',
  platform_type: 'CLOUD_API',
  throughput: { level: throughput > 80 ? 'HIGH' : 'STANDARD' },
  whatsapp_business_manager_messaging_limit: 'TIER_100K',
  health_status: {
    can_send_message: 'AVAILABLE',
    entities: [
      { entity_type: 'PHONE_NUMBER', id, can_send_message: 'AVAILABLE' },
      { entity_type: 'WABA', id: waba, can_send_message: 'AVAILABLE' },
      { entity_type: 'APP', id: application.id, can_send_message: 'AVAILABLE' },
    ],
  },
});

const usual = new Set(['id', 'verified_name', 'display_phone_number', 'quality_rating', 'code_verification_status']);

function chosen(all: Json, fields: string | null): Json {
  const wanted = fields ? new Set(['id', ...fields.split(',').map((name) => name.trim())]) : usual;
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => wanted.has(name) || (!fields && 'components' in all)),
  );
}
