import { Bounded } from './bounded';
import type { Reply } from './post';

interface Sent {
  /** Wall clock of this machine. */
  at: string;
  path: string;
  status?: number;
  error?: string;
  ms: number;
  attempt: number;
  body: string;
}

/** What the outside world told the product, newest last. */
export class WebhookLog {
  private readonly sent = new Bounded<Sent>(2_000);

  add(url: string, body: string, attempt: number, reply: Reply): void {
    this.sent.push({
      at: new Date().toISOString(),
      path: new URL(url).pathname,
      ...(reply.error ? { error: reply.error } : { status: reply.status }),
      ms: reply.ms,
      attempt,
      body: body.slice(0, 20_000),
    });
  }

  list(limit: number): Sent[] {
    return this.sent.last(limit);
  }
}
