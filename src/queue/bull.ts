import Queue from 'bull';
import type { Log } from '../log';
import { type Connection, connect, isReady } from './redis';

/** What stands in Redis of one queue. */
export interface JobCounts {
  queue: string;
  waiting: number;
  active: number;
}

/** Bull queues over shared connections. Jobs hold ids only, and none is kept once it is over. */
export class Queues {
  private readonly connections: Connection[] = [];
  private readonly queues: Queue.Queue[] = [];
  readonly client: Connection;
  private readonly subscriber: Connection;

  /** @param prefix of every key; its hash tag keeps a queue in one slot of a cluster */
  constructor(
    private readonly url: string,
    private readonly log: Log,
    readonly prefix = '{connectus}',
  ) {
    this.client = this.connection(false);
    this.subscriber = this.connection(true);
  }

  open<Data>(name: string): Queue.Queue<Data> {
    const queue = new Queue<Data>(name, {
      prefix: this.prefix,
      createClient: (type) =>
        type === 'client' ? this.client : type === 'subscriber' ? this.subscriber : this.connection(true),
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
      // A job is only a wake-up or a ticket: running it twice does no harm, and one that a dead worker held must not stand in the way for long.
      settings: { maxStalledCount: 1_000, stalledInterval: 1_000, lockDuration: 2_000, retryProcessDelay: 1_000 },
    });
    queue.on('error', () => {}); // the connection has said it already
    this.queues.push(queue);
    return queue;
  }

  get isReady(): boolean {
    return isReady(this.client);
  }

  /** @throws when Redis goes away meanwhile */
  counts(): Promise<JobCounts[]> {
    return Promise.all(
      this.queues.map(async (queue) => {
        const { waiting, active } = await queue.getJobCounts();
        return { queue: queue.name, waiting, active };
      }),
    );
  }

  /** Call when nothing is held any more. Bull never ends connections that it was given. */
  async close(): Promise<void> {
    await Promise.all(this.queues.map((queue) => within(2_000, queue.close(true))));
    for (const connection of this.connections) connection.disconnect();
  }

  private connection(waits: boolean): Connection {
    const connection = connect(this.url, this.log, waits);
    this.connections.push(connection);
    return connection;
  }
}

/** Waits, but never for a Redis that is gone. */
export async function within(ms: number, ending: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, ms);
  });
  await Promise.race([ending.then(undefined, () => undefined), late]);
  clearTimeout(timer);
}
