import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/local/ports';
import { eventually } from './eventually';
import { lendModels } from './models';

const root = join(__dirname, '..', '..');

export interface System {
  /** Of the simulator and its page. */
  worldUrl: string;
  productUrl: string;
  child: ChildProcess;
  /** What it wrote to standard output and error so far. */
  output(): string;
  /** Ends it, as Ctrl-C would with SIGINT. Returns its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends it and drops what it kept. */
  close(): Promise<void>;
}

export interface SystemOptions {
  /** Kept between two starts; made and dropped when left out. */
  dataDir?: string;
  environment?: Readonly<Record<string, string>>;
  within?: number;
}

// Neither the environment nor somebody's .env says anything: a newcomer has none, and their servers are not for tests.
const noSettings = Object.fromEntries(
  [...readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^# ([A-Z_]+)=/gm)].map(([, key]) => [key, '']),
);

/** Empty but for what was learnt of the languages. */
function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'connectus-system-'));
  lendModels(folder);
  return folder;
}

/** The whole product as a newcomer starts it, in a place and on ports of its own. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  // Between finding a port that is free and listening there, another system may have taken it.
  for (let tries = 1; ; tries++) {
    try {
      return await tryToStart(options);
    } catch (error) {
      if (tries === 3 || !/EADDRINUSE|taken by another program/.test(String(error))) throw error;
    }
  }
}

async function tryToStart({ dataDir, environment = {}, within = 240_000 }: SystemOptions): Promise<System> {
  const folder = dataDir ?? aFolder();
  const [port, simulatorPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['src/boot.cjs', 'start'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...noSettings,
      NODE_ENV: 'development',
      DATA_DIR: folder,
      PORT: String(port),
      SIMULATOR_PORT: String(simulatorPort),
      ...environment,
    },
  });
  let written = '';
  const keep = (chunk: Buffer) => {
    written = (written + chunk.toString('utf8')).slice(-100_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const productUrl = `http://127.0.0.1:${port}`;
  const system: System = {
    worldUrl: `http://127.0.0.1:${simulatorPort}`,
    productUrl,
    child,
    output: () => written,
    stop: (signal) => end(child, signal),
    close: async () => {
      await end(child);
      if (!dataDir) rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await eventually(() => answers(`${productUrl}/readyz`, child), { within, every: 100 });
    return system;
  } catch (cause) {
    await system.close();
    throw new Error(`the system did not start:\n${written}`, { cause });
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 40_000);
  await gone;
  clearTimeout(timer);
  return child.exitCode;
}
