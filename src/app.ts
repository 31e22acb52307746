import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Adapter, Channel, ChannelEvent, Sender } from './channel';
import type { Clock } from './clock';
import type { Config } from './config';
import { type Catalogue, loadCatalogue } from './conversation/catalogue';
import { cardDrawer } from './conversation/draw-card';
import { Posts } from './conversation/posts';
import { Conversation } from './conversation/turn';
import { TurnWorker } from './conversation/turn-worker';
import { createUnderstanding } from './conversation/understand';
import { Database } from './data/database';
import { unknownTenant } from './data/ids';
import { Keys } from './data/keys';
import { SystemKeys } from './data/system-keys';
import { localVault } from './data/vault';
import { caseAnswer, createDomain, type Rooms } from './domain';
import { HeadFiles } from './domain/audit/head-file';
import { templatesTable } from './domain/campaigns/templates.table';
import { CampaignSlices } from './domain/delivery/campaign-slices';
import { CampaignWork } from './domain/delivery/campaign-work';
import { Receipts } from './domain/delivery/receipts';
import { Replies } from './domain/delivery/replies';
import { Transport } from './domain/delivery/transport';
import { CaseWorker } from './domain/privacy/case-worker';
import { Erasure } from './domain/privacy/erasure';
import { createWeb, type Web } from './http';
import { AccountWorker } from './inbox/account-worker';
import { dropOlderThan } from './inbox/inbox.table';
import { Intake } from './inbox/intake';
import { root } from './load';
import type { Log } from './log';
import { policyRoute } from './policy/policy-route';
import { Queues } from './queue/bull';
import { Dispatcher } from './queue/dispatcher';
import { rateOf } from './queue/rate';
import { Ticker } from './queue/ticker';
import { Tickets } from './queue/tickets';
import { Wakes } from './queue/wakes';
import type { Work } from './queue/work';

export interface AppParts {
  config: Config;
  log: Log;
  clock: Clock;
  adapters: readonly Adapter[];
}

export interface App {
  rooms: Rooms;
  database: Database;
  /** What waits for an hour looks at the clock again: campaigns, and requests whose question is open. */
  hurry(): Promise<void>;
  start(): Promise<{ url: string; port: number }>;
  /** Takes nothing new, finishes what it holds, lets go of everything. */
  stop(): Promise<void>;
}

const unknownDays = 7;

/** Wires the rooms together; nothing runs before `start`. @throws MASTER_KEY_WRONG when the keys do not open this data */
export async function createApp({ config, log, clock, adapters }: AppParts): Promise<App> {
  const database = new Database(config.DATABASE_APP_URL ?? '', { pool: config.DATABASE_POOL });
  const masters = [config.MASTER_KEY, config.MASTER_KEY_PREVIOUS].filter((key): key is string => key !== undefined);
  const vault = localVault(masters);
  const keys = new Keys(database, vault);
  const systemKeys = new SystemKeys(masters, vault);
  const queues = new Queues(config.REDIS_URL ?? '', log);
  const wakes = new Wakes(queues);
  const wake = (kind: string) => wakes.wake(kind);
  const publicUrl = config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`;

  const channels = new Map<string, Channel>();
  let rooms!: Rooms;
  const workspace = (team: string): Promise<Sender | undefined> => rooms.senders.senderBefore('slack', 'default', team);
  for (const adapter of adapters) {
    const sender = (app: string, id: string) => rooms.senders.senderBefore(adapter.name, app, id);
    channels.set(adapter.name, adapter.create(config.adapters[adapter.name] ?? {}, { clock, log, sender }));
  }
  const surface = [...channels.values()].find((channel) => channel.surface)?.surface;
  if (!surface) throw new Error('no adapter has a surface for the customers’ teams');

  const catalogue: Catalogue = loadCatalogue(join(root, 'intents'));
  const draw = cardDrawer({ catalogue, keys, clock, domain: () => rooms, publicUrl });
  const posts = new Posts({
    database,
    keys,
    log,
    surface,
    draw,
    wake,
    workspace: (tx, team) => rooms.senders.workspace(tx, team),
  });
  rooms = createDomain({ database, keys, systemKeys, clock, posts, wake });
  await rooms.tenants.create({ name: 'unknown', legalName: 'unknown' }, clock.now(), unknownTenant);
  await keys.tenant(unknownTenant); // a wrong master key is found here, before anything is taken in

  const intake = new Intake({ database, keys, clock, log, wake, tenantOf: (event) => tenantOf(rooms, event) });
  const runsWork = config.ROLE !== 'web';
  const workers = runsWork
    ? await createWorkers({
        config,
        log,
        clock,
        database,
        keys,
        catalogue,
        queues,
        channels,
        rooms,
        posts,
        surface,
        workspace,
        wake,
        publicUrl,
      })
    : undefined;
  const profileOf = (tenant: string) => database.withTenant(tenant, (tx) => rooms.tenants.profile(tx));
  const routes = [
    ...[...channels.values()].map((channel) => channel.routes((events) => intake.receive(events))),
    policyRoute(profileOf),
  ];
  const web: Web = createWeb(config.ROLE === 'worker' ? [] : routes, () => database.ping(), log);
  return {
    rooms,
    database,
    hurry: async () => {
      for (const kind of ['campaign', 'case']) await workers?.dispatcher.hurry(kind);
    },
    start: async () => {
      const address = await web.listen(config.PORT, config.HOST);
      if (workers) {
        wakes.listen(() => workers.dispatcher.poke());
        workers.start();
      }
      return address;
    },
    stop: async () => {
      await web.close();
      await workers?.stop();
      for (const channel of channels.values()) await channel.close?.();
      await queues.close();
      await database.close();
    },
  };
}

/** From our own number or workspace alone. In Slack: the channel's customer, else the user's only one, else the workspace's. */
async function tenantOf(rooms: Rooms, event: ChannelEvent): Promise<string | undefined> {
  if (event.channel === 'slack' && (event.kind === 'message' || event.kind === 'action')) {
    const { slack } = event.from;
    const found = slack && (await rooms.members.resolve(slack.team, slack.user, event.surface?.channel));
    if (found) return found;
  }
  return (await rooms.senders.senderOf(event.channel, event.app, event.sender))?.tenant;
}

interface WorkerParts {
  config: Config;
  log: Log;
  clock: Clock;
  database: Database;
  keys: Keys;
  catalogue: Catalogue;
  queues: Queues;
  channels: ReadonlyMap<string, Channel>;
  rooms: Rooms;
  posts: Posts;
  surface: NonNullable<Channel['surface']>;
  workspace(team: string): Promise<Sender | undefined>;
  wake(kind: string): void;
  publicUrl: string;
}

async function createWorkers(parts: WorkerParts) {
  const { log, clock, database, keys, queues, channels, rooms, posts, wake } = parts;
  const engine = await createUnderstanding(join(root, 'intents'));
  const conversation = new Conversation(parts.catalogue, engine);
  const transport = new Transport((name) => channels.get(name), log);
  const tickets = new Tickets(queues, log);
  const onProviderStop = async (
    tx: Parameters<typeof rooms.consent.withdraw>[0],
    contact: string,
    evidence: string,
    now: Date,
  ) => void (await rooms.consent.withdraw(tx, contact, { source: 'whatsapp_preference', evidence, now }));
  const { onProgress, senders, audience, campaigns } = rooms;
  const slices = new CampaignSlices({
    database,
    keys,
    clock,
    campaigns,
    senders,
    audience,
    transport,
    rate: rateOf(queues),
    onProviderStop,
    wake,
  });
  const erasure = new Erasure(keys, audience, rooms.consent, {
    removePosts: async (tx, contact) => void (await posts.removeAbout(tx, contact)),
    standingPosts: (tx, contact) => posts.standing(tx, contact),
  });
  const works: Work[] = [
    new TurnWorker({
      database,
      keys,
      clock,
      log,
      domain: rooms,
      conversation,
      surface: parts.surface,
      workspace: parts.workspace,
      publicUrl: parts.publicUrl,
      seen: (sender, id) => transport.seen(sender, id),
    }),
    new Receipts(database, keys, clock, { onProviderStop, onProgress }),
    new Replies({ database, keys, clock, senders, audience, transport }),
    new CampaignWork({ database, clock, campaigns, issue: (ticket) => tickets.issue(ticket), onProgress }),
    new CaseWorker({
      database,
      keys,
      clock,
      audit: rooms.audit,
      consent: rooms.consent,
      erasure,
      ports: {
        answer: caseAnswer(() => rooms, clock),
        onChanged: (tx, view) => posts.refresh(tx, `case:${view.id}`),
        wakeReply: () => wake('reply'),
      },
    }),
    new AccountWorker(database, keys, clock, {
      onTemplateStatus: async (tx, { name, language, status }, now) => {
        await templatesTable.setStatus(tx, name, language, status);
        if (status !== 'APPROVED') await campaigns.pauseByTemplate(tx, name, language, now);
      },
    }),
    posts,
    { kind: 'unknown', run: async () => 'done' },
  ];
  const dispatcher = new Dispatcher(database, works, log);
  const ticker = new Ticker(log);
  const heads = new HeadFiles(join(parts.config.DATA_DIR, 'audit'));
  ticker.every(1_000, 'audit', () => sealAudits(rooms, database, heads));
  ticker.every(3_600_000, 'unknown senders', async () => {
    const before = new Date(clock.now().getTime() - unknownDays * 86_400_000);
    await database.withTenant(unknownTenant, (tx) => dropOlderThan(tx, before));
  });
  return {
    dispatcher,
    start: () => {
      dispatcher.start();
      ticker.start();
      tickets.serve((ticket, stopping) => slices.run(ticket, stopping));
    },
    stop: async () => {
      await ticker.stop();
      await Promise.all([dispatcher.stop(), tickets.stop()]);
    },
  };
}

const written = new Map<string, string>();

/** Links what was done since the last second, and keeps each chain's signed end outside the database. */
async function sealAudits(rooms: Rooms, database: Database, heads: HeadFiles): Promise<void> {
  for (const tenant of await rooms.tenants.all()) {
    const line = await database.withTenant(tenant, async (tx) =>
      (await rooms.audit.seal(tx)) > 0 ? rooms.audit.head(tx) : undefined,
    );
    const digest = line && createHash('sha256').update(line).digest('hex');
    if (!line || !digest || written.get(tenant) === digest) continue;
    await heads.write(tenant, line);
    written.set(tenant, digest);
  }
}
