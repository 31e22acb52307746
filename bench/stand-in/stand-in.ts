import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Ack, Count, Pace, StandInOrder, Wish } from './order';

/** Meta in a process of its own. */
export class StandIn {
  private asked = 0;
  private readonly waiting = new Map<number, (answer: object) => void>();

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    child.on('message', ({ id, answer }: { id: number; answer: object }) => {
      this.waiting.get(id)?.(answer);
      this.waiting.delete(id);
    });
  }

  static async start(order: StandInOrder): Promise<StandIn> {
    const child = fork(join(__dirname, 'main.ts'), {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, STAND_IN_ORDER: JSON.stringify(order) },
    });
    const { url } = await new Promise<{ url: string }>((done, failed) => {
      child.once('message', (message) => done(message as { url: string }));
      child.once('exit', (code) => failed(new Error(`the stand-in ended with code ${code}`)));
    });
    return new StandIn(child, url);
  }

  wish(wish: Wish): Promise<object> {
    const id = ++this.asked;
    return new Promise((done) => {
      this.waiting.set(id, done);
      this.child.send({ id, wish });
    });
  }

  count = (): Promise<Count> => this.wish({ do: 'count' }) as Promise<Count>;
  ack = (): Promise<Ack> => this.wish({ do: 'ack' }) as Promise<Ack>;

  pace = (): Promise<Pace> => this.wish({ do: 'pace' }) as Promise<Pace>;

  async stop(): Promise<void> {
    const gone = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGTERM');
    await gone;
  }
}
