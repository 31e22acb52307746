import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { BenchPlace } from '../frame';
import type { StandIn } from '../stand-in/stand-in';
import type { Surroundings } from '../system/servers';
import { cpuBetween, usageNow } from '../system/usage';
import { perMessage, type Run, watchMemory } from './ours';

/** What another system is told: it sends so many messages and ends when it knows of each that it was read. */
export interface OtherOrder {
  messages: number;
  graphUrl: string;
  secret: string;
  redisUrl: string;
  databaseUrl: string;
}

/** Another system in a process of its own, against the same stand-in. */
export async function runOther(
  name: 'bare' | 'textbook',
  place: BenchPlace,
  around: Surroundings,
  standIn: StandIn,
  messages: number,
): Promise<Run> {
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
  await standIn.wish({ do: 'forget' });
  await standIn.wish({ do: 'aim', url: url as string });
  await standIn.ack();
  const before = usageNow();
  const most = watchMemory();
  const began = performance.now();
  child.send('go');
  await says(child, 'done');
  const seconds = (performance.now() - began) / 1_000;
  const cpuMicros = perMessage(cpuBetween(before, usageNow()), messages);
  const run = {
    messages,
    seconds,
    perSecond: messages / seconds,
    cpuMicros,
    residentMB: most(),
    ack: await standIn.ack(),
  };
  place.tell(`${name}: ${messages} messages in ${seconds.toFixed(1)} s`);
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await gone;
  return run;
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
