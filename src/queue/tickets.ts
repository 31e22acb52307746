import type { Queue } from 'bull';
import { describeError, type Log } from '../log';
import { type Queues, within } from './bull';
import { isReady } from './redis';

export interface Ticket {
  tenant: string;
  batch: string;
}

const mostOutstanding = 24;
const mostPerTenant = 12;
const mostPerCampaign = 2;

/** Outbound delivery: a ticket lets a worker send a slice of one campaign. Few are out at a time, so a huge campaign can't stand before a small one. */
export class Tickets {
  private readonly queue: Queue<Ticket>;
  private readonly stopping = new AbortController();
  private readonly held = new Set<Promise<void>>();

  constructor(
    private readonly queues: Queues,
    private readonly log: Log,
  ) {
    this.queue = queues.open<Ticket>('delivery');
  }

  /** With Redis away none is issued: campaigns wait, and nothing bursts afterwards. Every campaign asks again and again, so a lost ticket is replaced. */
  async issue(ticket: Ticket): Promise<boolean> {
    if (!isReady(this.queues.client)) return false;
    try {
      const out = await this.queue.getJobs(['waiting', 'active'], 0, mostOutstanding);
      const ofTenant = out.filter((job) => job?.data.tenant === ticket.tenant);
      const ofCampaign = ofTenant.filter((job) => job.data.batch === ticket.batch);
      const isFull =
        out.length >= mostOutstanding || ofTenant.length >= mostPerTenant || ofCampaign.length >= mostPerCampaign;
      if (!isFull) await this.queue.add(ticket);
      return !isFull;
    } catch {
      return false; // Redis went away meanwhile
    }
  }

  serve(slice: (ticket: Ticket, stopping: AbortSignal) => Promise<void>, concurrency = 6): void {
    void this.queue.process(concurrency, (job) => this.hold(slice, job.data)).catch(() => {});
  }

  /** Takes nothing new; slices end after what has begun. */
  async stop(ms = 25_000): Promise<void> {
    this.stopping.abort();
    await within(1_000, this.queue.pause(true, true));
    await within(ms, Promise.all(this.held));
  }

  private async hold(slice: (ticket: Ticket, stopping: AbortSignal) => Promise<void>, ticket: Ticket): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const { tenant, batch } = ticket;
    // Bull would store the message and the stack of what is thrown.
    const held = slice({ tenant, batch }, this.stopping.signal).catch((error) =>
      this.log.error(
        { event: 'slice.failed', tenant, batch, ...describeError(error) },
        'a slice of a campaign failed; its ticket is issued again',
      ),
    );
    this.held.add(held);
    await held;
    this.held.delete(held);
  }
}
