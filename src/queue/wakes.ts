import type { Queue } from 'bull';
import type { Queues } from './bull';
import { isReady } from './redis';

interface Wake {
  kind: string;
}

/** Wishes that come so close together are one. */
const gapMs = 20;

/** Says after a commit that work waits. Many wishes are one job; with Redis away they are dropped, for the poll finds the work anyway. */
export class Wakes {
  private readonly queue: Queue<Wake>;
  /** Kinds that were woken a moment ago, and whether again since. */
  private readonly recent = new Map<string, boolean>();

  constructor(private readonly queues: Queues) {
    this.queue = queues.open<Wake>('wake');
  }

  /** Call after the commit. Never fails, never waits. */
  wake(kind: string): void {
    if (this.recent.has(kind)) {
      this.recent.set(kind, true);
      return;
    }
    this.recent.set(kind, false);
    if (isReady(this.queues.client)) this.queue.add({ kind }).catch(() => {});
    setTimeout(() => {
      const again = this.recent.get(kind);
      this.recent.delete(kind);
      if (again) this.wake(kind);
    }, gapMs).unref();
  }

  listen(heard: (kind: string) => void): void {
    void this.queue.process(1, async (job) => heard(job.data.kind)).catch(() => {});
  }
}
