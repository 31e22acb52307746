import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Moment } from '../../src/domain/delivery/campaign-slices';
import type { Place } from './world';

export interface WorkerOrder {
  place: Place;
  graphUrl: string;
  /** It kills itself when it comes there for the nth time. */
  killAt?: { moment: Moment; nth: number };
}
export interface Worker {
  /** Begins to work. */
  go(): void;
  /** Resolves to the signal that ended it, or to its exit code. */
  ended: Promise<NodeJS.Signals | number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** A worker in a process of its own, ready and waiting. It ends with this process. */
export async function aWorker(order: WorkerOrder): Promise<Worker> {
  const child: ChildProcess = fork(join(__dirname, 'worker-main.ts'), {
    execArgv: ['--import', 'tsx'],
    cwd: join(__dirname, '..', '..'),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, WORKER_ORDER: JSON.stringify(order) },
  });
  const ended: Worker['ended'] = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
  await new Promise<void>((ready, failed) => {
    child.once('message', () => ready());
    child.once('exit', (code) => failed(new Error(`a worker ended with code ${code}`)));
  });
  return { go: () => void child.send('go'), ended, kill: (signal) => void child.kill(signal) };
}
