import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Clock, FollowingClock, systemClock } from '../clock';
import { type Config, loadConfig } from '../config';
import { missingMigrations } from '../data/migrate';
import { appUrl, checkAppRole } from '../data/roles';
import { setUpDatabase } from '../data/set-up';
import { type AdapterSettings, root } from '../load';
import { masterKeyOf, signingKeyOf } from './key-file';
import { lendServers } from './lend';
import { freePort, mustBeFree } from './ports';
import {
  followClock,
  newSecrets,
  type SimulatorSecrets,
  simulatedWorld,
  startSimulator,
  type WirePorts,
} from './simulator';

/** What the product runs in: its settings, complete, and a clock. */
export interface Surroundings {
  config: Config;
  clock: Clock;
  /** Absent in production, or where a simulator of somebody else's runs. */
  simulator?: { url: string; whatsappToken: string };
  /** The clock was moved by hand. */
  onClockMoved(listener: () => void): void;
  stop(): Promise<void>;
}

type Stop = () => Promise<void>;

/**
 * Production brings everything itself. Elsewhere this machine lends what nobody has given: servers, roles, schema, keys and an outside world.
 * @throws ConfigError, PortTaken, FolderTaken
 */
export async function surroundings(settings: AdapterSettings, environment: NodeJS.ProcessEnv): Promise<Surroundings> {
  const secrets = newSecrets();
  const first = loadConfig(settings, environment, root, simulatedWorld('http://127.0.0.1', secrets));
  if (first.NODE_ENV === 'production') return given(first);
  const stops: Stop[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one().catch(() => {});
  };
  try {
    const ports = await portsOf(first);
    const worldUrl = first.SIMULATOR_URL ?? `http://127.0.0.1:${ports.simulator}`;
    const wires = first.SIMULATOR_URL ? undefined : await wirePorts(first);
    const standIns = { ...simulatedWorld(worldUrl, secrets, wires), ...ports.settings };
    const config = { ...loadConfig(settings, environment, root, standIns), PORT: ports.product };
    const lent = await lend(config, stops);
    return { ...(await world(lent, { port: ports.simulator, wires }, secrets, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function given(config: Config): Promise<Surroundings> {
  const url = config.DATABASE_APP_URL ?? '';
  await checkAppRole(url);
  const missing = await missingMigrations(url);
  if (missing.length > 0)
    throw new Error(
      `The schema lacks ${missing.join(', ')}. Run “npm run migrate” once, with DATABASE_URL set to the owner’s login.`,
    );
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  return { config, clock: systemClock, onClockMoved: () => {}, stop: async () => {} };
}

/** Port 0 means any: the two programs must know each other's before either starts. */
async function portsOf(
  config: Config,
): Promise<{ product: number; simulator: number; settings: Record<string, string> }> {
  const product = config.PORT || (await freePort());
  const simulator = config.SIMULATOR_PORT || (config.PORT ? config.PORT + 1 : await freePort());
  await mustBeFree(product, config.HOST, 'PORT');
  if (!config.SIMULATOR_URL) await mustBeFree(simulator, '127.0.0.1', 'SIMULATOR_PORT');
  return { product, simulator, settings: { PUBLIC_URL: `http://127.0.0.1:${product}` } };
}

/** Nobody needs to know them: both programs are told. Mail that comes in has the port that was given, if one was. */
async function wirePorts({ adapters }: Config): Promise<WirePorts> {
  const own = Number(adapters.email?.EMAIL_LISTEN_PORT) || (await freePort());
  return { smpp: await freePort(), smtp: await freePort(), mail: own };
}

/** Servers, roles, schema and the master key. */
async function lend(config: Config, stops: Stop[]): Promise<Config> {
  const dataDir = resolve(root, config.DATA_DIR);
  const servers = await lendServers({ dataDir, given: config });
  stops.push(servers.stop);
  const owner = servers.databaseUrl;
  await setUpDatabase(owner, !config.DATABASE_APP_URL);
  const lent = {
    ...config,
    DATA_DIR: dataDir,
    DATABASE_APP_URL: config.DATABASE_APP_URL ?? appUrl(owner),
    REDIS_URL: servers.redisUrl,
    MASTER_KEY: config.MASTER_KEY ?? masterKeyOf(dataDir),
    SIGNING_KEY: config.SIGNING_KEY ?? signingKeyOf(dataDir),
  };
  await checkAppRole(lent.DATABASE_APP_URL);
  return lent;
}

/** The simulator and its clock, which the product follows. */
async function world(
  config: Config,
  { port, wires }: { port: number; wires: WirePorts | undefined },
  fresh: SimulatorSecrets,
  stops: Stop[],
): Promise<Omit<Surroundings, 'stop'>> {
  const { whatsapp = {}, slack = {} } = config.adapters;
  const secrets = {
    ...fresh,
    appSecret: firstOf(whatsapp.WHATSAPP_APP_SECRET),
    verifyToken: String(whatsapp.WHATSAPP_VERIFY_TOKEN),
    signingSecret: firstOf(slack.SLACK_SIGNING_SECRET),
  };
  let url = config.SIMULATOR_URL;
  if (!url) {
    const stateFile = join(config.DATA_DIR, 'simulator.json');
    const started = await startSimulator({
      root,
      port,
      productUrl: `http://127.0.0.1:${config.PORT}`,
      stateFile,
      secrets,
      ...(wires && { wires }),
    });
    stops.push(started.stop);
    url = started.url;
  }
  const clock = new FollowingClock();
  const listeners: (() => void)[] = [];
  const following = followClock(url, clock, () => {
    for (const listener of listeners) listener();
  });
  stops.push(async () => following.stop());
  await following.ready;
  return {
    config,
    clock,
    ...(!config.SIMULATOR_URL && { simulator: { url, whatsappToken: secrets.token } }),
    onClockMoved: (listener) => void listeners.push(listener),
  };
}

// While a secret is rotated there are two; the newest signs.
const firstOf = (secret: unknown): string => String(secret).split(',')[0]?.trim() ?? '';
