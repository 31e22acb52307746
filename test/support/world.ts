import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Channel, ChannelEvent, Identity, Sender, SendOutcome, Surface } from '../../src/channel';
import { Posts } from '../../src/conversation/posts';
import { FolderBlobs } from '../../src/data/blobs';
import type { TenantTx } from '../../src/data/database';
import { newId } from '../../src/data/ids';
import { createDomain } from '../../src/domain';
import type { Campaign } from '../../src/domain/campaigns/campaign';
import { templatesTable } from '../../src/domain/campaigns/templates.table';
import { Breaker, type OnBreaker } from '../../src/domain/delivery/breaker';
import type { BreakerRules } from '../../src/domain/delivery/breaker.table';
import { CampaignSlices, type Moment } from '../../src/domain/delivery/campaign-slices';
import { CampaignWork } from '../../src/domain/delivery/campaign-work';
import { FallbackWork } from '../../src/domain/delivery/fallback-work';
import { type ReceiptPorts, Receipts } from '../../src/domain/delivery/receipts';
import { Replies } from '../../src/domain/delivery/replies';
import { Transport } from '../../src/domain/delivery/transport';
import { recordPapers, usualPapers } from '../../src/domain/registers/papers';
import { Intake } from '../../src/inbox/intake';
import { type Log, silentLog } from '../../src/log';
import { Queues } from '../../src/queue/bull';
import { Dispatcher } from '../../src/queue/dispatcher';
import { Heartbeat } from '../../src/queue/heartbeat';
import { rateOf } from '../../src/queue/rate';
import { type Ticket, Tickets } from '../../src/queue/tickets';
import { Wakes } from '../../src/queue/wakes';
import { eventually } from './eventually';
import { aPhone, ground, later, start, TestClock } from './ground';

export { later, start };
export const owner = { id: '00000000-0000-7000-8000-00000000000a', roles: ['owner', 'approver'] };
export const operator = { id: '00000000-0000-7000-8000-00000000000b', roles: ['operator'] };

/** Other files are tested at the same time: what stands here is this one's. */
export const blobsFolder = join(
  process.env.TEST_FOLDER as string,
  `blobs-${process.env.JEST_WORKER_ID ?? process.pid}`,
);

export interface Place {
  appUrl: string;
  redis: { url: string; prefix: string };
  /** base64; during a rotation the current one, then the one before it */
  master: string | readonly string[];
}
export interface Options {
  channel: Channel;
  log?: Log;
  pool?: number;
  takesPayments?: boolean;
  onMoment?(moment: Moment): void;
  onBreaker?: OnBreaker;
  breakerRules?: BreakerRules;
}

/** The whole way out, wired as the product does, over a channel of the test's choosing. Nothing is posted to Slack. */
export function wire(
  place: Place,
  {
    channel,
    log = silentLog,
    pool = 10,
    takesPayments = false,
    onMoment,
    onBreaker = async () => {},
    breakerRules,
  }: Options,
) {
  const clock = new TestClock();
  const { database, keys, systemKeys } = ground(place.appUrl, place.master, pool);
  const queues = new Queues(place.redis.url, log, place.redis.prefix);
  const wakes = new Wakes(queues);
  const tickets = new Tickets(queues, log);
  const wake = (kind: string): void => wakes.wake(kind);
  const noSurface = {} as Surface;
  const draw = async () => ({ text: '' });
  const posts = new Posts({ database, keys, log, surface: noSurface, workspace: async () => undefined, draw, wake });
  const rooms = createDomain({
    database,
    keys,
    systemKeys,
    clock,
    posts,
    wake,
    publicUrl: 'https://connectus.example',
    takesPayments,
    blobs: new FolderBlobs(blobsFolder),
  });
  const { senders, audience, consent, campaigns, onProgress } = rooms;
  const transport = new Transport(() => channel, log);
  const onProviderStop: ReceiptPorts['onProviderStop'] = async (
    tx,
    contact,
    evidence,
    now,
    at = now,
    source = 'whatsapp_preference',
  ) => void (await consent.withdraw(tx, contact, { source, evidence, now, at }));
  const onBounced = (tx: TenantTx, contact: string, lastSign: Date, now: Date) =>
    audience.bounced(tx, contact, lastSign, now);
  const unsubscribe = async () => 'https://connectus.example/unsubscribe/x';
  const breaker = new Breaker(onBreaker, breakerRules);
  const heartbeat: Heartbeat = new Heartbeat(database, log, { onFreed: () => dispatcher.poke() });
  const worker = () => heartbeat.worker;
  const slices = new CampaignSlices({
    database,
    keys,
    clock,
    campaigns,
    senders,
    audience,
    transport,
    rate: rateOf(queues),
    worker,
    unsubscribe,
    links: rooms.trackedLinks,
    breaker,
    onProviderStop,
    prices: rooms.costs.prices,
    wake,
    ...(onMoment && { onMoment }),
  });
  const issue = (ticket: Ticket) => tickets.issue(ticket);
  const work = new CampaignWork({ database, clock, campaigns, issue, onProgress });
  const fallbacks = new FallbackWork({ database, issue, onProgress });
  const replies = new Replies({ database, keys, clock, senders, audience, transport, unsubscribe, worker });
  const receipts = new Receipts(database, keys, clock, { onProviderStop, onBounced, onProgress });
  const tenantOf = async (event: ChannelEvent) =>
    (await senders.senderOf(event.channel, event.app, event.sender))?.tenant;
  const intake = new Intake({ database, keys, clock, log, wake, tenantOf });
  const dispatcher: Dispatcher = new Dispatcher(database, [work, fallbacks, replies, receipts], log, undefined, worker);
  let isOver = false;
  return {
    ...place,
    ...rooms,
    clock,
    database,
    keys,
    slices,
    work,
    replies,
    receipts,
    queues,
    wakes,
    tickets,
    dispatcher,
    intake,
    in: <T>(tenant: string, task: (tx: TenantTx) => Promise<T>): Promise<T> => database.withTenant(tenant, task),
    start() {
      wakes.listen(() => dispatcher.poke());
      heartbeat.start(() => {
        if (isOver) return;
        tickets.serve((ticket, stopping) => slices.run(ticket, stopping));
        dispatcher.start();
      });
    },
    async stop() {
      isOver = true;
      await Promise.all([tickets.stop(), dispatcher.stop()]);
      await heartbeat.stop();
      await queues.close();
      await database.close();
    },
  };
}
export type World = ReturnType<typeof wire>;

export interface Sent {
  to: Identity;
  variables: readonly string[];
  text: string;
  reference: string;
  sender: Sender;
  /** When the first byte would have left, on the process's own clock. */
  at: number;
}

/** A channel that remembers what it was given and answers as it is told. */
export class RecordingChannel implements Channel {
  readonly sent: Sent[] = [];
  answer: (sent: Sent) => SendOutcome | Promise<SendOutcome> = (sent) => ({
    outcome: 'accepted',
    providerId: `wamid.${sent.reference}`,
  });

  routes(): never {
    throw new Error('nothing comes in here');
  }

  async send(
    sender: Sender,
    to: Identity,
    content: Parameters<Channel['send']>[2],
    reference: string,
  ): Promise<SendOutcome> {
    const variables = content.kind === 'template' ? content.variables : [];
    const text = content.kind === 'template' ? '' : content.text;
    const sent = { to, variables, text, reference, sender, at: performance.now() };
    this.sent.push(sent);
    return this.answer(sent);
  }
}

/** A customer with a number to send from, and the wording people agreed to. */
export async function aTenant(
  here: World,
  { ratePerSecond = 500, providerId = randomBytes(6).toString('hex'), label = 'one' } = {},
): Promise<{ id: string; sender: string; providerId: string }> {
  const id = await here.tenants.create({ name: 'Tienda Andina', legalName: 'Tienda Andina SpA' }, start);
  const number = { channel: 'whatsapp', app: 'default', providerId, token: 'token', label, ratePerSecond };
  const sender = await here.tenants.addSender(id, number, start);
  await here.in(id, async (tx) => {
    await here.consent.addText(tx, '1', 'es', 'Acepto recibir promociones.');
    await recordPapers(tx, usualPapers('Ana Owner', start), 'system:test', start);
  });
  return { id, sender, providerId };
}

export interface NewPerson {
  identity?: Identity;
  consented?: boolean;
  name?: string;
  segment?: string;
}

/** Somebody in the segment whom the customer may write to, unless told otherwise. */
export const aPerson = (here: World, tenant: string, person: NewPerson = {}): Promise<string> =>
  here.in(tenant, (tx) => addPerson(here, tx, person));

/** So many alike, in one go. */
export const people = (here: World, tenant: string, count: number, person: NewPerson = {}): Promise<string[]> =>
  crowd(here, tenant, Array(count).fill(person));

export const crowd = (here: World, tenant: string, persons: readonly NewPerson[]): Promise<string[]> =>
  here.in(tenant, async (tx) => {
    const all: string[] = [];
    for (const person of persons) all.push(await addPerson(here, tx, person));
    return all;
  });

async function addPerson(here: World, tx: TenantTx, person: NewPerson): Promise<string> {
  const { identity = { phone: aPhone() }, consented = true, name = 'Rosa Paz', segment = 'RM' } = person;
  const { contact } = await here.audience.findOrCreate(tx, identity, { source: 'import:clientes', now: start });
  await here.audience.setName(tx, contact, name);
  await here.audience.setAttribute(tx, contact, 'region', segment);
  if (consented) await here.consent.give(tx, contact, permission, start);
  return contact;
}
const permission = {
  channel: 'whatsapp',
  purpose: 'marketing',
  source: 'form',
  actor: 'import:clientes',
  evidence: 'row 1',
  at: later(-9_000),
  textVersion: '1',
  language: 'es',
};

export async function aTemplate(
  here: World,
  tenant: string,
  { name = 'promo_cyber', status = 'APPROVED' } = {},
): Promise<string> {
  const id = newId(start);
  await here.in(tenant, (tx) =>
    templatesTable.insert(tx, {
      id,
      channel: 'whatsapp',
      name,
      language: 'es_CL',
      category: 'MARKETING',
      status,
      body: 'Hola {{1}}, hoy {{2}}. Responde BAJA para no recibir más.',
      variables: [{ from: 'name', otherwise: 'cliente' }, { text: '30 %' }],
      stop_word: 'BAJA',
      version: 1,
    }),
  );
  return id;
}

/** A campaign to everybody in the segment. @param until how far it has come */
export async function aCampaign(
  here: World,
  tenant: string,
  {
    template,
    segment = 'RM',
    until = 'approved',
    at,
  }: { template?: string; segment?: string; until?: 'drafted' | 'asked' | 'approved'; at?: Date } = {},
): Promise<Campaign> {
  const ofTemplate = template ?? (await aTemplate(here, tenant, { name: `promo_${randomBytes(4).toString('hex')}` }));
  return here.in(tenant, async (tx) => {
    const name = `clientes ${segment} ${randomBytes(3).toString('hex')}`;
    const group = await here.audience.addSegment(tx, { name, key: 'region', value: segment }, start);
    const now = here.clock.now();
    const wish = { template: ofTemplate, segment: group, ...(at && { at }) };
    let campaign = await here.campaigns.draft(tx, wish, operator, now);
    if (until !== 'drafted')
      campaign = await here.campaigns.askApproval(tx, campaign.id, campaign.version, operator, now);
    if (until === 'approved') campaign = await here.campaigns.approve(tx, campaign.id, campaign.version, owner, now);
    return campaign;
  });
}

export const batchOf = (here: World, tenant: string, campaign: string): Promise<string> =>
  here.in(tenant, async (tx) => {
    const [row] = await tx.query<{ batch: string }>('SELECT batch_id AS batch FROM campaign WHERE id = $1', [campaign]);
    return row?.batch ?? '';
  });

/** How many messages of the campaign are in each state. */
export const states = (here: World, tenant: string, campaign: string): Promise<Record<string, number>> =>
  here.in(tenant, async (tx) => {
    const rows = await tx.query<{ state: string; count: number }>(
      `SELECT m.state, count(*)::int AS count FROM message m JOIN campaign c ON c.batch_id = m.batch_id WHERE c.id = $1 GROUP BY 1`,
      [campaign],
    );
    return Object.fromEntries(rows.map((row) => [row.state, row.count]));
  });

/** Something in the inbox of the tenant: a message of a person, or a receipt in a lane. Returns its id. */
export async function arrived(
  here: World,
  tenant: string,
  event: ChannelEvent,
  lane: Buffer | { phone: string },
): Promise<{ id: string; lane: Buffer }> {
  return here.in(tenant, async (tx) => {
    const keys = await here.keys.of(tx);
    const bytes = Buffer.isBuffer(lane) ? lane : keys.find('phone', lane.phone);
    const id = newId();
    const kind = event.kind === 'receipt' ? 'receipts' : 'turn';
    const sealed = keys.seal(JSON.stringify(event), `inbox|${id}`);
    await tx.query(
      `INSERT INTO inbox (tenant_id, lane, id, kind, channel, app, sender, dedup, at, received_at, sealed)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        tenant,
        bytes,
        id,
        kind,
        event.channel,
        event.app,
        event.sender,
        randomBytes(16),
        event.at,
        here.clock.now(),
        sealed,
      ],
    );
    return { id, lane: bytes };
  });
}

/** Waits until the campaign is in this state, and returns it. */
export const reaches = (here: World, tenant: string, campaign: string, state: Campaign['state']): Promise<Campaign> =>
  eventually(
    async () => {
      const view = await here.in(tenant, (tx) => here.campaigns.get(tx, campaign, here.clock.now()));
      expect(view.state).toBe(state);
      return view;
    },
    { within: 25_000, every: 50 },
  );
