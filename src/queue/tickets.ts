import type { Queue } from 'bull';
import { describeError, type Log } from '../log';
import type { Queues } from './bull';
import { isReady } from './redis';

export interface Ticket {
  tenant: string;
  batch: string;
}

const mostOutstanding = 24;
const mostPerCampaign = 2;

/** Outbound delivery: a ticket lets a worker send a slice of one campaign. Few are out at a time, so a huge campaign can't stand before a small one. */
export class Tickets {
  private readonly queue: Queue<Ticket>;

  constructor(
    private readonly queues: Queues,
    private readonly log: Log,
  ) {
    this.queue = queues.open<Ticket>('delivery');
  }

  /** With Redis away none is issued: campaigns wait, and nothing bursts afterwards. */
  async issue(ticket: Ticket): Promise<boolean> {
    if (!isReady(this.queues.client)) return false;
    const out = await this.queue.getJobs(['waiting', 'active'], 0, mostOutstanding);
    const same = out.filter((job) => job?.data.batch === ticket.batch && job.data.tenant === ticket.tenant);
    if (out.length >= mostOutstanding || same.length >= mostPerCampaign) return false;
    await this.queue.add(ticket);
    return true;
  }

  serve(slice: (ticket: Ticket) => Promise<void>, concurrency = 4): void {
    const work = async (ticket: Ticket) => {
      try {
        await slice(ticket);
      } catch (error) {
        // Bull would store the message and the stack of what is thrown.
        this.log.error(
          { event: 'slice.failed', tenant: ticket.tenant, batch: ticket.batch, ...describeError(error) },
          'a slice of a campaign failed; its ticket is issued again',
        );
      }
    };
    void this.queue.process(concurrency, (job) => work(job.data)).catch(() => {});
  }
}
