import type { Queue } from 'bull';
import type { Queues } from './bull';
import { isReady } from './redis';

interface Wake {
  kind: string;
}

/** Says after a commit that work waits. Many wishes are one job; with Redis away they are dropped, for the poll finds the work anyway. */
export class Wakes {
  private readonly queue: Queue<Wake>;
  private readonly pending = new Set<string>();

  constructor(private readonly queues: Queues) {
    this.queue = queues.open<Wake>('wake');
  }

  wake(kind: string): void {
    if (this.pending.has(kind)) return;
    this.pending.add(kind);
    setImmediate(() => {
      this.pending.delete(kind);
      if (isReady(this.queues.client)) this.queue.add({ kind }).catch(() => {});
    });
  }

  listen(heard: (kind: string) => void): void {
    void this.queue.process(1, async (job) => heard(job.data.kind)).catch(() => {});
  }
}
