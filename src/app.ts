import { join } from 'node:path';
import type { Adapter, Channel, ChannelEvent, Sender } from './channel';
import type { Clock } from './clock';
import type { Config } from './config';
import { type Catalogue, loadCatalogue } from './conversation/catalogue';
import { choicesFor } from './conversation/choices';
import { cardDrawer, homeDrawer } from './conversation/draw-card';
import { carryWith } from './conversation/hand-off-files';
import { Homes } from './conversation/homes';
import { Posts } from './conversation/posts';
import { backupKeyOf } from './data/backup/backup-folder';
import { KeyBackups } from './data/backup/key-backups';
import { FolderBlobs } from './data/blobs';
import { Database } from './data/database';
import { houseTenant, unknownTenant } from './data/ids';
import { Keys } from './data/keys';
import { signerOf } from './data/signing';
import { SystemKeys } from './data/system-keys';
import { localVault } from './data/vault';
import { createDomain, type Rooms } from './domain';
import { HeadFiles } from './domain/audit/head-file';
import { Heard } from './domain/delivery/heard';
import { signingKeysTable } from './domain/privacy/signing-keys.table';
import { recordPapers, usualPapers } from './domain/registers/papers';
import { waysOut } from './domain/registers/ways-out';
import { gatewayOf } from './gateway/flow';
import { createWeb, type Web } from './http';
import { Intake } from './inbox/intake';
import { root } from './load';
import type { Log } from './log';
import { Metrics } from './metrics';
import { operationsRoute } from './operations/route';
import { identityRoute } from './pages/identity-route';
import { installRoute } from './pages/install-route';
import { letterRoute } from './pages/letter-route';
import { packageRoute } from './pages/package-route';
import { paymentRoute } from './pages/payment-route';
import { pictureRoute } from './pages/picture';
import { pagesRoute } from './pages/route';
import { signUpRoute } from './pages/sign-up-route';
import { trackedLinkRoute } from './pages/tracked-link';
import { trustRoute } from './pages/trust/route';
import { verifyRoute } from './pages/verify-route';
import { companyFacts } from './policy/company';
import { policyRoute } from './policy/policy-route';
import { Queues } from './queue/bull';
import { Wakes } from './queue/wakes';
import { createWorkers } from './workers';

export interface AppParts {
  config: Config;
  log: Log;
  clock: Clock;
  adapters: readonly Adapter[];
  /** Where what this process does is counted; what it logs is counted by whoever made the log. */
  metrics?: Metrics;
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

/** Wires the rooms together; nothing runs before `start`. @throws MASTER_KEY_WRONG when the keys do not open this data; as `waysOf` */
export async function createApp({ config, log, clock, adapters, metrics = new Metrics() }: AppParts): Promise<App> {
  waysOf(config, adapters); // a channel that nobody on record carries does not start
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
  const catalogue: Catalogue = loadCatalogue(join(root, 'intents'));
  const choices = choicesFor({
    ...{ database, keys, clock, catalogue, publicUrl, domain: () => rooms },
    tenantOf: (event) => tenantOf(rooms, event, clock.now()),
  });
  const workspace = (team: string): Promise<Sender | undefined> => rooms.senders.senderBefore('slack', 'default', team);
  for (const adapter of adapters) {
    const sender = (app: string, id: string) => rooms.senders.senderBefore(adapter.name, app, id);
    channels.set(adapter.name, adapter.create(config.adapters[adapter.name] ?? {}, { clock, log, sender, choices }));
  }
  const surface = [...channels.values()].find((channel) => channel.surface)?.surface;
  if (!surface) throw new Error('no adapter has a surface for the customers’ teams');

  const drawing = { catalogue, keys, clock, domain: () => rooms, publicUrl };
  const draw = cardDrawer(drawing);
  const homes = new Homes({
    ...{ database, clock, log, surface, wake },
    draw: homeDrawer(drawing),
    member: (tx, id, now) => rooms.members.get(tx, id, now),
    workspace: (tx, team) => rooms.senders.workspace(tx, team, clock.now()),
  });
  const posts = new Posts({
    database,
    keys,
    log,
    surface,
    draw,
    wake,
    workspace: (tx, team) => rooms.senders.workspace(tx, team, clock.now()),
    onChanged: (tx, isCalm) => homes.touch(tx, isCalm),
    onRemoved: (tx) => homes.redraw(tx),
    carry: carryWith({
      surface,
      channel: (name) => channels.get(name),
      sender: (channel, app, id) => rooms.senders.senderBefore(channel, app, id),
    }),
  });
  const blobs = new FolderBlobs(join(config.DATA_DIR, 'blobs'));
  const heads = new HeadFiles(join(config.DATA_DIR, 'audit'));
  const signer = config.SIGNING_KEY === undefined ? undefined : signerOf(config.SIGNING_KEY);
  const ledger = join(config.DATA_DIR, 'ledger');
  const backups = {
    folder: config.BACKUP_DIR ?? join(config.DATA_DIR, 'backups'),
    key: backupKeyOf(config.MASTER_KEY ?? '', config.BACKUP_KEY),
  };
  const keyBackups = new KeyBackups(database, backups, ledger);
  const erasing = signer && { signer, ledger, keyBackups };
  const gateway = gatewayOf(config, publicUrl);
  rooms = createDomain({
    ...{
      database,
      keys,
      systemKeys,
      clock,
      posts,
      wake,
      publicUrl,
      blobs,
      heads,
      takesPayments: gateway !== undefined,
    },
    ...(erasing && { erasing }),
    forget: (name) => channels.get(name)?.forget,
    connecting: () => channels.get('whatsapp')?.connecting,
  });
  await rooms.tenants.create({ name: 'unknown', legalName: 'unknown' }, clock.now(), unknownTenant);
  if (config.PRIVACY_MAILBOX) await openHouse(rooms, database, config.PRIVACY_MAILBOX, clock.now());
  if (signer) await database.withSystem('resolver', (tx) => signingKeysTable.publish(tx, signer, clock.now()));
  await keys.tenant(unknownTenant); // a wrong master key is found here, before anything is taken in

  const heard = new Heard(database, clock);
  const intake = new Intake({
    ...{ database, keys, clock, log, wake, took: heard.note },
    tenantOf: (event) => tenantOf(rooms, event, clock.now()),
  });
  const common = { config, log, clock, database, keys, catalogue, queues, publicUrl };
  const workers =
    config.ROLE === 'web'
      ? undefined
      : await createWorkers({
          ...common,
          channels,
          rooms,
          posts,
          homes,
          surface,
          workspace,
          wake,
          intake,
          keyBackups,
          backups,
          metrics,
          gateway,
        });
  const routes = [
    ...[...channels.values()].map((channel) => channel.routes((events) => intake.receive(events))),
    policyRoute((tenant) => database.withTenant(tenant, companyFacts)),
    trackedLinkRoute({ clock, ...rooms }),
    pictureRoute({ database, ...rooms }),
    pagesRoute({ database, keys, clock, publicUrl, ...rooms }),
    signUpRoute({ database, keys, clock, publicUrl, ...rooms }),
    identityRoute({ database, keys, clock, publicUrl, ...rooms }),
    letterRoute({ database, keys, clock, ...rooms }),
    packageRoute({ database, clock, ...rooms }),
    paymentRoute({ clock, payments: rooms.payments }),
    trustRoute(rooms),
    installRoute({ clock, log, publicUrl, ...rooms, installer: installerOf(channels) }),
    verifyRoute({ database, clock, publicUrl, ...rooms }),
  ];
  const before = [...channels.values()].flatMap(
    (channel) => channel.webhooks?.((events) => intake.receive(events)) ?? [],
  );
  const { ROLE: role, DATA_DIR: folder } = config;
  const inside = operationsRoute(
    { role, database, queues, folder, backups, metrics, now: () => clock.now() },
    config.OPERATIONS_PASSWORD,
  );
  const outside = role === 'worker' ? { routes: [], before: [] } : { routes, before };
  const web: Web = createWeb([...outside.routes, inside], () => database.ping(), log, {
    before: outside.before,
    isHttps: publicUrl.startsWith('https://'),
    onAnswered: (kind, status, ms) => {
      metrics.count('connectus_requests_total', { kind, status: `${Math.floor(status / 100)}xx` });
      metrics.count('connectus_request_seconds_total', { kind }, ms / 1_000);
    },
  });
  return {
    rooms,
    database,
    hurry: async () => {
      for (const kind of ['campaign', 'case']) await workers?.dispatcher.hurry(kind);
      homes.turned(await rooms.tenants.all());
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
      homes.stop();
      for (const channel of channels.values()) await channel.close?.();
      await queues.close();
      await database.close();
    },
  };
}

/** How workspaces let us in by themselves, where an adapter of this installation offers it. */
const installerOf = (channels: ReadonlyMap<string, Channel>) =>
  [...channels.values()].find(({ installer }) => installer)?.installer;

/** Whom this process may speak to. @throws ADAPTER_UNREGISTERED, ADAPTER_ELSEWHERE */
export const waysOf = (config: Config, adapters: readonly Adapter[]): readonly string[] =>
  waysOut({
    adapters: {
      ...Object.fromEntries(adapters.map(({ name }) => [name, config.adapters[name] ?? {}])),
      ...(config.PAYMENT_URL && { payments: { PAYMENT_URL: config.PAYMENT_URL } }),
    },
    servers: [config.DATABASE_APP_URL, config.DATABASE_URL, config.REDIS_URL, config.SIMULATOR_URL],
    mayStandIn: config.NODE_ENV !== 'production',
  });

/** We are one of our own customers as far as people write to us: what comes to our mailbox is heard as theirs is, then handed on. */
async function openHouse({ tenants }: Rooms, database: Database, mailbox: string, now: Date): Promise<void> {
  const legalName = 'Connectus SpA';
  const address = mailbox.toLowerCase();
  await tenants.create({ name: 'Connectus', legalName, rut: '76.517.351-5', contact: address }, now, houseTenant);
  const sender = { channel: 'email', app: 'default', providerId: address, token: 'none', label: address } as const;
  await tenants.addSender(houseTenant, { ...sender, purpose: 'privacy' }, now);
  await database.withTenant(houseTenant, (tx) => recordPapers(tx, usualPapers(legalName, now), 'system:start', now));
}

/** From our own number or workspace alone. In Slack: the channel's customer, else the user's only one, else the workspace's. */
async function tenantOf(rooms: Rooms, event: ChannelEvent, now: Date): Promise<string | undefined> {
  if (event.channel === 'slack' && 'from' in event) {
    const { slack } = event.from;
    const channel = 'surface' in event ? event.surface?.channel : undefined;
    const found = slack && (await rooms.members.resolve(slack.team, slack.user, now, channel));
    if (found) return found;
  }
  return (await rooms.senders.senderOf(event.channel, event.app, event.sender))?.tenant;
}
