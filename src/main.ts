import { createApp, waysOf } from './app';
import { helpText } from './config';
import { type Reader, sayHouse } from './conversation/texts';
import { seedDemo } from './demo/seed';
import { guardEgress } from './egress';
import type { Vars } from './intent';
import { loadAdapters, settingsOf } from './load';
import { surroundings } from './local/surroundings';
import { createLog, describeError } from './log';
import { Metrics } from './metrics';
import { watchedLog } from './operations/watched';

const language = /^(es|en|pt)/.exec(process.env.LANG ?? '')?.[1] ?? 'en';
const reader: Reader = { language: language as Reader['language'], zone: 'UTC' };
const say = (text: string, vars: Vars = {}) =>
  process.stdout.write(`${sayHouse({ text: `start.${text}`, vars }, reader)}\n`);

/** Everything that was opened, closed again in the opposite order. */
const open: (() => Promise<void>)[] = [];

async function start(): Promise<void> {
  const adapters = loadAdapters();
  const settings = settingsOf(adapters);
  if (process.argv.includes('--help')) {
    say('settings');
    process.stdout.write(`\n${helpText(settings)}\n`);
    return;
  }
  const around = await surroundings(settings, process.env);
  open.push(around.stop);
  const { config, clock, simulator } = around;
  const metrics = new Metrics();
  const log = watchedLog(createLog(config.LOG_LEVEL ?? (config.NODE_ENV === 'production' ? 'info' : 'warn')), metrics);
  process.on('unhandledRejection', (error) => {
    if (stopping) return; // Bull drops what it waits for when its connection is closed, and catches nothing
    log.error({ event: 'process.failed', ...describeError(error) }, 'an error that nobody caught; stopping');
    void stop(1);
  });
  guardEgress(waysOf(config, adapters), (host) =>
    log.error({ event: 'egress.refused', url: host }, 'somebody wanted to speak to a host that is not on record'),
  );
  const app = await createApp({ config, log, clock, adapters, metrics });
  open.push(app.stop);
  if (simulator)
    await seedDemo({
      database: app.database,
      rooms: app.rooms,
      now: clock.now(),
      whatsappToken: simulator.whatsappToken,
    });
  around.onClockMoved(() => void app.hurry());
  const { url } = await app.start();
  if (simulator) say('welcome', { page: simulator.url });
  else say('running', { url, role: config.ROLE });
}

let stopping = false;
let askedAt = 0;
/** npm passes on what the terminal has sent to us already: that is no second wish. */
const echoMs = 1_000;

async function stop(code: number): Promise<void> {
  if (stopping && performance.now() - askedAt < echoMs) return;
  if (stopping) process.exit(code || 130); // asked twice: at once
  stopping = true;
  askedAt = performance.now();
  say('stopping');
  await starting.catch(() => {}); // what it is about to open is closed too
  for (const close of open.reverse()) await close().catch(() => {});
  say('stopped');
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
// Whoever listened may be gone before us; what is open is closed all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const starting = start();
starting.catch(async (error: unknown) => {
  if (stopping) return;
  process.stderr.write(`${reasonOf(error)}\n`);
  stopping = true;
  for (const close of open.reverse()) await close().catch(() => {});
  process.exit(1);
});

// A refused connection has no message of its own.
function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || JSON.stringify(describeError(error));
}
