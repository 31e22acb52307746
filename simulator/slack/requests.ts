import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import type { Json } from '../json';
import { post, type Reply } from '../post';
import type { WebhookLog } from '../webhook-log';
import type { Sockets } from './sockets';

const patienceMs = 3_000;
/** Slack's own are at once, a minute and five; the middle one is shorter, so that a restart is not waited for. */
const pauses = [500, 10_000, 300_000];
const mostWaiting = 10_000;

export type Signature = 'valid' | 'wrong' | 'none' | 'stale' | 'future';

/** Requests to the product, signed as Slack signs them. Events are tried again, what a person waits for is not. */
export class Requests {
  /** Every event comes twice. */
  isDoubled = false;
  /** Events that the product has not taken yet. */
  private readonly open = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly url: string,
    private readonly secret: string,
    private readonly log: WebhookLog,
    /** The connection of the product, where it has opened one. */
    private readonly sockets: Sockets,
  ) {}

  /** A command, a button, a form: once, in three seconds. */
  form(fields: Record<string, string>): Promise<Reply> {
    return this.send(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded');
  }

  interaction(payload: Json): Promise<Reply> {
    return this.form({ payload: JSON.stringify(payload) });
  }

  unsent(): string[] {
    return [...this.open];
  }

  resume(bodies: readonly string[]): void {
    for (const body of bodies) void this.attempt(body, 0);
  }

  /** @returns what the product answered the first time */
  async event(outer: Json): Promise<Reply> {
    const body = JSON.stringify(outer);
    const tries = this.isDoubled ? 2 : 1;
    const [first] = await Promise.all(Array.from({ length: tries }, () => this.attempt(body, 0)));
    return first as Reply;
  }

  async send(
    body: string,
    type: string,
    { signature = 'valid' as Signature, headers = {}, attempt = 1 } = {},
  ): Promise<Reply> {
    if (this.sockets.isUsed && signature === 'valid') {
      const reply = await this.sockets.send(body, type, attempt);
      this.log.add(this.url, body, attempt, reply);
      return reply;
    }
    const signed = this.signed(body, signature);
    const reply = await post(this.url, { 'content-type': type, ...signed, ...headers }, body, patienceMs);
    this.log.add(this.url, body, attempt, reply);
    return reply;
  }

  private async attempt(body: string, retries: number, reason = ''): Promise<Reply> {
    this.open.add(body);
    const headers = retries > 0 ? { 'x-slack-retry-num': String(retries), 'x-slack-retry-reason': reason } : {};
    const reply = await this.send(body, 'application/json', { headers, attempt: retries + 1 });
    const pause = pauses[retries];
    const isTaken = reply.status >= 200 && reply.status < 300;
    if (isTaken || pause === undefined || this.open.size >= mostWaiting) this.open.delete(body);
    else this.clock.after(pause, () => void this.attempt(body, retries + 1, reasonOf(reply)));
    return reply;
  }

  private signed(body: string, kind: Signature): Record<string, string> {
    if (kind === 'none') return {};
    const shift = kind === 'stale' ? -600 : kind === 'future' ? 3_600 : 0;
    const timestamp = String(Math.floor(this.clock.ms() / 1000) + shift);
    const secret = kind === 'wrong' ? 'not the secret' : this.secret;
    const hex = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${hex}` };
  }
}

const reasonOf = ({ error }: Reply): string =>
  error === undefined ? 'http_error' : error === 'timeout' ? 'http_timeout' : 'connection_failed';

export const eventId = (): string => `Ev0${randomBytes(5).toString('hex').toUpperCase()}`;
