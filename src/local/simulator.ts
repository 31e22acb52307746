import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FollowingClock } from '../clock';

export interface SimulatorSecrets {
  appSecret: string;
  verifyToken: string;
  token: string;
  signingSecret: string;
  smppPassword: string;
}

/** Where the carrier and the mail server listen, and where we take mail. */
export interface WirePorts {
  smpp: number;
  smtp: number;
  mail: number;
}

/** New ones for this start. */
export function newSecrets(): SimulatorSecrets {
  const secret = () => randomBytes(16).toString('hex');
  return {
    appSecret: secret(),
    verifyToken: secret(),
    token: secret(),
    signingSecret: secret(),
    smppPassword: secret().slice(0, 8),
  };
}

/** The settings by which the product takes the simulator for the world. */
export const simulatedWorld = (url: string, secrets: SimulatorSecrets, wires?: WirePorts): Record<string, string> => ({
  PRIVACY_MAILBOX: 'privacidad@connectus.example',
  PAYMENT_URL: `${url}/pay/api`,
  PAYMENT_KEY: 'sim-pay-key',
  PAYMENT_SECRET: 'sim-pay-secret',
  WHATSAPP_GRAPH_URL: url,
  WHATSAPP_APP_SECRET: secrets.appSecret,
  WHATSAPP_APP_ID: '900000000000001',
  WHATSAPP_VERIFY_TOKEN: secrets.verifyToken,
  SLACK_API_URL: `${url}/api/`,
  SLACK_CLIENT_ID: 'sim-client-id',
  SLACK_CLIENT_SECRET: 'sim-client-secret',
  SLACK_SIGNING_SECRET: secrets.signingSecret,
  ...(wires && {
    SMS_URL: `smpp://connectus:${secrets.smppPassword}@127.0.0.1:${wires.smpp}`,
    EMAIL_SMTP_URL: `smtp://127.0.0.1:${wires.smtp}`,
    EMAIL_LISTEN_PORT: String(wires.mail),
  }),
});

export interface RunningSimulator {
  url: string;
  stop(): Promise<void>;
}

const patience = 20_000;

/** Starts the outside world as a process of its own. It ends when this process ends, however that happens. */
export async function startSimulator(options: {
  root: string;
  port: number;
  productUrl: string;
  stateFile?: string;
  secrets: SimulatorSecrets;
  wires?: WirePorts;
}): Promise<RunningSimulator> {
  const { secrets, wires } = options;
  const child = fork(join(options.root, 'simulator', 'main.ts'), {
    execArgv: ['--import', 'tsx'],
    cwd: options.root,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      SIM_PORT: String(options.port),
      ...(options.stateFile && { SIM_STATE_FILE: options.stateFile }),
      SIM_PRODUCT_URL: options.productUrl,
      SIM_WHATSAPP_APP_SECRET: secrets.appSecret,
      SIM_WHATSAPP_VERIFY_TOKEN: secrets.verifyToken,
      SIM_WHATSAPP_TOKEN: secrets.token,
      SIM_SLACK_SIGNING_SECRET: secrets.signingSecret,
      SIM_SMPP_PASSWORD: secrets.smppPassword,
      ...(wires && {
        SIM_SMPP_PORT: String(wires.smpp),
        SIM_SMTP_PORT: String(wires.smtp),
        SIM_PRODUCT_MAIL_PORT: String(wires.mail),
      }),
    },
  });
  const url = await ready(child);
  return { url, stop: () => end(child) };
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the simulator did not start in time')), patience);
    child.once('message', (message: { ready?: boolean; url?: string }) => {
      clearTimeout(timer);
      resolve(message.url ?? '');
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the simulator ended with code ${code}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}

/** More than the two clocks drift apart by themselves. */
const jumpMs = 1_000;

/** Keeps our clock on the simulator's: told at once when it is moved, asked again when the stream breaks. */
export function followClock(
  url: string,
  clock: FollowingClock,
  onJump: () => void = () => {},
): { ready: Promise<void>; stop(): void } {
  const end = new AbortController();
  const follow = (now: string) => {
    if (Math.abs(clock.follow(new Date(now))) > jumpMs) onJump();
  };
  const ask = async () => {
    const response = await fetch(`${url}/__sim/clock`, {
      signal: AbortSignal.any([end.signal, AbortSignal.timeout(5_000)]),
    });
    follow(((await response.json()) as { now: string }).now);
  };
  const listen = async () => {
    while (!end.signal.aborted) {
      await ask().catch(() => {});
      await readStream(url, end.signal, follow).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 500).unref());
    }
  };
  const first = ask();
  void first.catch(() => {}).then(listen);
  return { ready: first, stop: () => end.abort() };
}

async function readStream(url: string, signal: AbortSignal, follow: (now: string) => void): Promise<void> {
  const response = await fetch(`${url}/__sim/stream?only=clock`, { signal, headers: { accept: 'text/event-stream' } });
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = rest.split('\n\n');
    rest = (events.pop() ?? '').slice(-65_536);
    for (const event of events) {
      if (!/^event: ?clock$/m.test(event)) continue;
      const data = /^data: ?(.*)$/m.exec(event)?.[1];
      if (data) follow((JSON.parse(data) as { now: string }).now);
    }
  }
}
