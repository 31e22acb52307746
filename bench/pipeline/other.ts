import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { BenchPlace } from '../frame';
import type { StandIn } from '../stand-in/stand-in';
import type { Surroundings } from '../system/servers';
import { cpuBetween, usageNow } from '../system/usage';
import { type OtherRun, perMessage, watchMemory } from './ours';

/** What another system is told: it sends so many messages and ends when it knows of each that it was read. */
export interface OtherOrder {
  messages: number;
  graphUrl: string;
  secret: string;
  redisUrl: string;
  databaseUrl: string;
}

type Name = 'bare' | 'textbook';

/** Another system in a process of its own, waiting. */
export async function startOther(
  name: Name,
  place: BenchPlace,
  around: Surroundings,
  standIn: StandIn,
  messages: number,
): Promise<{ url: string; run(): Promise<void>; stop(): Promise<void> }> {
  const order: OtherOrder = {
    ...{ messages, graphUrl: standIn.url, secret: around.secret },
    ...{ redisUrl: around.redis.url, databaseUrl: place.ownerUrl },
  };
  const child = fork(join(__dirname, `${name}.ts`), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, OTHER_ORDER: JSON.stringify(order) },
  });
  const { url } = await says(child, 'url');
  return {
    url: String(url),
    run: async () => {
      child.send('go');
      await says(child, 'done');
    },
    stop: async () => {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** The whole way: every message sent, and known to be read. */
export async function runOther(
  name: Name,
  place: BenchPlace,
  around: Surroundings,
  standIn: StandIn,
  messages: number,
): Promise<OtherRun> {
  const other = await startOther(name, place, around, standIn, messages);
  await standIn.wish({ do: 'forget' });
  await standIn.wish({ do: 'aim', url: other.url });
  await standIn.ack();
  const before = usageNow();
  const most = watchMemory();
  const began = performance.now();
  await other.run();
  const seconds = (performance.now() - began) / 1_000;
  const cpuMicros = perMessage(cpuBetween(before, usageNow()), messages);
  const memory = { residentMB: most(), ack: await standIn.ack() };
  place.tell(`${name}: ${messages} messages in ${seconds.toFixed(1)} s`);
  await other.stop();
  return { messages, seconds, perSecond: messages / seconds, cpuMicros, ...memory };
}

const says = (child: ChildProcess, key: string): Promise<Record<string, unknown>> =>
  new Promise((done, failed) => {
    const hear = (message: Record<string, unknown>): void => {
      if (!(key in message)) return;
      child.off('message', hear);
      done(message);
    };
    child.on('message', hear);
    child.once('exit', (code) => failed(new Error(`it ended with code ${code}`)));
  });
