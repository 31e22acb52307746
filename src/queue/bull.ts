import Queue from 'bull';
import type { Log } from '../log';
import { type Connection, connect } from './redis';

/** Bull queues over shared connections. Jobs hold ids only, and none is kept once it is over. */
export class Queues {
  private readonly connections: Connection[] = [];
  private readonly queues: Queue.Queue[] = [];
  readonly client: Connection;
  private readonly subscriber: Connection;

  constructor(
    private readonly url: string,
    private readonly log: Log,
    private readonly prefix = '{connectus}',
  ) {
    this.client = this.connection();
    this.subscriber = this.connection();
  }

  open<Data>(name: string): Queue.Queue<Data> {
    const queue = new Queue<Data>(name, {
      prefix: this.prefix,
      createClient: (type) =>
        type === 'client' ? this.client : type === 'subscriber' ? this.subscriber : this.connection(),
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
      // A stalled job is only a wake-up or a ticket: both are found again, so it may stall as often as it likes.
      settings: { maxStalledCount: 1_000, stalledInterval: 15_000, lockDuration: 30_000 },
    });
    queue.on('error', () => {}); // the connection has said it already
    this.queues.push(queue);
    return queue;
  }

  /** What is held is finished first. Bull never ends connections that it was given. */
  async close(): Promise<void> {
    for (const queue of this.queues) await bounded(queue.close());
    for (const connection of this.connections) connection.disconnect();
  }

  private connection(): Connection {
    const connection = connect(this.url, this.log);
    this.connections.push(connection);
    return connection;
  }
}

/** Closing waits for jobs, but never for a Redis that is gone. */
const bounded = (closing: Promise<unknown>): Promise<unknown> =>
  Promise.race([closing.catch(() => {}), new Promise((done) => setTimeout(done, 5_000).unref())]);
