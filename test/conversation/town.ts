import type { Content } from '../../src/channel';
import { type ActRef, readAction, signAction } from '../../src/conversation/actions';
import { bindServices, type Domain } from '../../src/conversation/bind-services';
import type { Catalogue } from '../../src/conversation/catalogue';
import { type DialogState, mayAcknowledge, reviveState } from '../../src/conversation/dialog-state';
import { renderReply } from '../../src/conversation/render';
import type { Conversation } from '../../src/conversation/turn';
import type { TurnInput, TurnPorts } from '../../src/conversation/turn-ports';
import type { TenantTx } from '../../src/data/database';
import type { TenantKeys } from '../../src/data/keys';
import { AppError } from '../../src/errors';
import type { Person, Role } from '../../src/intent';

const keys = { derived: () => Buffer.from('town') } as unknown as TenantKeys;
const zone = 'America/Santiago';
const names = {
  campaigns: [{ id: 'running', name: 'promo cyber', number: 7 }],
  templates: [
    { id: 'cyber', name: 'promo cyber' },
    { id: 'verano', name: 'novedades verano' },
  ],
  segments: [
    { id: 'rm', name: 'clientes RM' },
    { id: 'biobio', name: 'clientes Biobío' },
  ],
};

/** What can't be undone, with whose or what it was done to. */
export interface Deed {
  what: 'askApproval' | 'approve' | 'cancel' | 'resume' | 'confirm';
  id: string;
}
export interface Turned {
  outcome: string;
  said: Content[];
  deeds: Deed[];
  /** What is kept of the talk, as it lies in storage. */
  stored: string;
}

const campaign = (id: string, state = 'draft', version = 1) => ({
  ...{ id, number: `C-${id}`, name: 'promo cyber', state, version, template: 'cyber', segment: 'rm', preview: 'Hola' },
  ...{ author: 'Camila', authorId: 'U1', selected: 5, sendable: 4, leftOut: [], sent: 1, delivered: 1, read: 0 },
  ...{ failed: 0, unknown: 0, optedOut: 0, queued: 3, cancelled: 0, failures: [], obstacles: [] },
  ...{ channel: 'whatsapp', comesBack: ['delivered', 'read'], pace: 'now', wave: 1, authorRoles: ['operator'] },
});
type Campaign = ReturnType<typeof campaign>;
const request = (id: string, right: string, now: Date) => ({
  ...{ id, number: `SOL-${id}`, right, state: 'received', receivedAt: now, dueAt: now, masked: '•••', records: 3 },
  told: false,
});

/** Two recipients and an operator of one customer, with the real dialog and understanding, and without a database. */
export function aTown(conversation: Conversation, catalogue: Catalogue, begin: Date) {
  let now = begin;
  let count = 0;
  let deeds: Deed[] = [];
  const states = new Map<string, string>();
  const stops = new Map<string, 'stop' | 'hold'>();
  const handedOff = new Set<string>();
  const campaigns = new Map<string, Campaign>([['running', campaign('running', 'sending')]]);
  const cases = new Map<string, ReturnType<typeof request> & { contact: string }>();
  const did = (what: Deed['what'], id: string) => void deeds.push({ what, id });
  const known = <T>(map: Map<string, T>, id: string, code: string): T => {
    const found = map.get(id);
    if (!found) throw new AppError(code);
    return found;
  };
  const move = (id: string, state: string, what?: Deed['what']) => {
    const one = known(campaigns, id, 'CAMPAIGN_NOT_FOUND');
    if (what) did(what, id);
    return Object.assign(one, { state, version: one.version + 1 });
  };
  const settle = (id: string, state: string) => Object.assign(known(cases, id, 'CASE_NOT_FOUND'), { state });
  const ofContact = (contact: string) => [...cases.values()].filter((one) => one.contact === contact).reverse();
  const isOpen = ({ state }: { state: string }) => state === 'received' || state === 'confirmed';
  const leave = (contact: string, how: 'stop' | 'hold') => {
    const alreadyOut = stops.get(contact) === 'stop' || stops.get(contact) === how;
    if (!alreadyOut) stops.set(contact, how);
    return { alreadyOut, cancelled: 0 };
  };
  const rooms: Record<string, Record<string, (...args: never[]) => unknown>> = {
    tenants: {
      profile: () => ({ name: 'Tienda', legalName: 'Tienda S.A.', country: 'CL', zone, contact: 'a@b.example' }),
      get: () => ({ zone, language: 'es', country: 'CL' }),
      place: () => ({ team: 'T1', channel: 'C1' }),
    },
    members: { list: () => [], setLanguage: () => undefined },
    segments: {
      list: () => names.segments.map((one) => ({ ...one, version: 1, saved: true, expression: { tag: one.id } })),
      count: () => ({ selected: 5, sendable: 4, leftOut: [] }),
      vocabulary: () => ({ attributes: [], campaigns: [] }),
      propose: () => ({ id: 'rm', name: 'clientes RM', version: 1, saved: false, expression: { tag: 'rm' } }),
      common: () => [],
    },
    posts: { add: () => undefined, refresh: () => undefined, hasCard: () => true },
    consent: {
      withdraw: (_tx: never, contact: string) => leave(contact, 'stop'),
      hold: (_tx: never, contact: string) => leave(contact, 'hold'),
      release: (_tx: never, contact: string) => void (stops.get(contact) === 'hold' && stops.delete(contact)),
      suppression: (_tx: never, contact: string) => stops.get(contact),
      optIn: (_tx: never, contact: string) => ({ alreadyIn: !stops.delete(contact) }),
      receipt: () => ({ states: [], lines: [] }),
      isGivenAnywhere: () => true,
    },
    audience: { wrongNumber: () => undefined },
    reportFiles: { show: () => 'report:1' },
    signUps: {
      ask: () => ({ code: 'tienda-2abc', text: '¿Lo confirmas?' }),
      confirm: (_tx: never, contact: string) => ({ alreadyIn: !stops.delete(contact) }),
      decline: () => undefined,
      offersNews: () => false,
      mayOffer: () => false,
    },
    campaigns: {
      draft: () => {
        const id = `d${++count}`;
        campaigns.set(id, campaign(id));
        return campaigns.get(id);
      },
      change: (_tx: never, id: string) => move(id, 'draft'),
      askApproval: (_tx: never, id: string) => move(id, 'awaiting_approval', 'askApproval'),
      approve: (_tx: never, id: string) => move(id, 'scheduled', 'approve'),
      askChanges: (_tx: never, id: string) => move(id, 'draft'),
      pause: (_tx: never, id: string) => move(id, 'paused'),
      resume: (_tx: never, id: string) => move(id, 'scheduled', 'resume'),
      cancel: (_tx: never, id: string) => move(id, 'cancelled', 'cancel'),
      get: (_tx: never, id: string) => known(campaigns, id, 'CAMPAIGN_NOT_FOUND'),
      report: (_tx: never, id: string) => known(campaigns, id, 'CAMPAIGN_NOT_FOUND'),
      list: () => [...campaigns.values()].reverse().slice(0, 10),
      newest: () => 'running',
      templates: () => names.templates.map((one) => ({ ...one, status: 'APPROVED', body: 'Hola' })),
    },
    privacy: {
      open: (_tx: never, { contact, right }: { contact: string; right: string }) => {
        const found = ofContact(contact).find((one) => one.right === right && isOpen(one));
        const one = found ?? { ...request(`c${++count}`, right, now), contact };
        cases.set(one.id, one);
        return { ...one, isNew: !found };
      },
      confirm: (_tx: never, id: string) => {
        did('confirm', id);
        return settle(id, 'confirmed');
      },
      withdraw: (_tx: never, id: string) => settle(id, 'withdrawn'),
      get: (_tx: never, id: string) => known(cases, id, 'CASE_NOT_FOUND'),
      isOf: (_tx: never, id: string, contact: string) => known(cases, id, 'CASE_NOT_FOUND').contact === contact,
      latest: (_tx: never, contact: string) => ofContact(contact)[0],
      openOf: (_tx: never, contact: string) => ofContact(contact).filter(isOpen),
      list: () => [...cases.values()],
      summary: () => ({ categories: [{ category: 'identifiers', count: 1 }], records: 1, firstSeen: begin }),
      claims: Object.assign(() => [], { ofCase: () => [] }),
    },
    keepers: { of: () => new Map() },
    correctionNotices: { of: () => [], told: () => undefined },
    rectification: {
      say: () => ({ proposed: [], isPhone: false }),
      of: () => [],
      hidden: () => [],
      confirm: () => [],
      drop: () => undefined,
    },
    unsorted: { note: () => undefined, waiting: () => [] },
    identity: { mustBeSure: () => undefined, seen: () => undefined, hear: () => undefined },
    handOffs: {
      isQuiet: (_tx: never, contact: string) => handedOff.has(contact),
      ask: (_tx: never, contact: string) => {
        const alreadyOpen = handedOff.has(contact);
        handedOff.add(contact);
        return { alreadyOpen, told: true };
      },
      show: () => true,
      waiting: () => ({ open: 0, mine: 0, oldest: null }),
      list: () => [],
    },
    supportDesk: { awayFor: () => undefined },
    support: {
      history: () => [],
      messages: () => [],
    },
  };
  /** What the town has no verb for is refused, as the product refuses what can't be done. */
  const domain = new Proxy({} as Domain, {
    get: (_all, room: string) =>
      new Proxy(rooms[room] ?? {}, {
        get: (verbs, verb: string) => {
          const act = verbs[verb];
          const done = async (...args: never[]) => {
            if (!act) throw new AppError('ACTION_INVALID');
            return act(...args);
          };
          return Object.assign(done, act); // a room within a room keeps its verbs
        },
      }),
  });

  const tx = {
    tenant: 't',
    query: async () => {
      throw new AppError('ACTION_INVALID');
    },
  } as unknown as TenantTx;
  const isMember = (who: string) => who.startsWith('U');
  const person = (who: string): Person =>
    isMember(who)
      ? {
          kind: 'member',
          member: who,
          name: 'Camila',
          roles: ['operator', 'approver', 'owner'] as Role[],
          language: 'es',
          zone,
        }
      : { kind: 'recipient', contact: who, language: 'es', zone };
  const sign = (action: ActRef) => signAction(keys, action, now);

  const take = async (who: string, input: TurnInput): Promise<Turned> => {
    let state = reviveState(JSON.parse(states.get(who) ?? '{}') as DialogState);
    const said: Content[] = [];
    deeds = [];
    const speaker = person(who);
    const at = { now, at: now, inbox: 'i', channel: 'whatsapp', level: 'L1', publicUrl: '' } as const;
    const context = {
      ...at,
      person: speaker,
      sign,
      awaitYes: async () => {},
      acknowledge: () => mayAcknowledge(state, now, zone),
    };
    const services = bindServices(tx, domain, context);
    const ports: TurnPorts = {
      ...{
        person: speaker,
        now,
        services,
        where: 'direct',
        within: 'direct',
        beneath: {},
        aside: false,
        brief: false,
        advertised: ['BAJA'],
        sign,
      },
      get state() {
        return state;
      },
      save: async (next) => {
        state = next;
      },
      names: async () => names,
      read: (signed) => readAction(keys, signed, now),
      outlived: () => undefined,
      misunderstood: async () => {},
      firstTime: async () => false,
      hadCard: false,
      handedOff: handedOff.has(who),
      speaks: async () => {},
      say: async (content) => void said.push(content),
      form: async () => {},
      card: async ({ card, args }, intent, language) => {
        const [own = '', other] = card.split('/');
        const drawn = catalogue.get(other ? own : intent);
        const reply = await drawn?.handler?.cards?.[other ?? own]?.({
          ...{ person: { ...speaker, roles: [] } as Person, now, services, slots: {}, args, values: {}, text: '' },
        });
        if (drawn && reply) said.push(renderReply(drawn, reply, { language, zone }, sign));
      },
    };
    const outcome = await conversation.take(input, ports);
    const stored = JSON.stringify(state);
    states.set(who, stored);
    return { outcome, said, deeds, stored };
  };
  return {
    says: (who: string, text: string) => take(who, { kind: 'text', text }),
    presses: (who: string, action: string) => take(who, { kind: 'action', action, label: '', values: {} }),
    sends: (who: string) => take(who, { kind: 'media', media: 'audio' }),
    /** @param minutes ahead */
    waits: (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000);
    },
    resolves: (who: string) => void handedOff.delete(who),
    now: () => now,
    read: (action: string) => readAction(keys, action, now),
    isOut: (who: string) => stops.get(who) === 'stop',
    ownerOf: (id: string) => cases.get(id)?.contact,
  };
}
export type Town = ReturnType<typeof aTown>;
