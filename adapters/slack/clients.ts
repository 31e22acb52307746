import { webApi } from '@slack/bolt';
import { Agent, type RequestInit, Response, fetch as undiciFetch } from 'undici';
import { Brakes, callOf } from './brakes';

type Client = webApi.WebClient;

/** Slack's client for one workspace, as patient as what is asked of it allows. */
export interface Clients {
  /** A post has no idempotency key: it is tried once. */
  once: Client;
  /** What may be repeated without harm is tried three times. */
  often: Client;
  /** A trigger lives three seconds, and its request waits for the answer meanwhile. */
  atOnce: Client;
}

/** How many milliseconds one try may take. */
export type Patience = Record<keyof Clients, number>;

/** All calls of one post together end before half a minute, when another worker would take it for lost. */
const usual: Patience = { once: 8_000, often: 4_000, atOnce: 1_500 };
const most = 1_000;

/** One set of clients a token, over kept-alive connections. */
export class ClientsByToken {
  // A connection that does not come fails before its call's time is over, so that it is known that nothing left.
  readonly agent = new Agent({ connect: { timeout: 3_000 } });
  private readonly known = new Map<string, Clients>();
  private readonly brakes = new Brakes();

  constructor(
    private readonly slackApiUrl: string,
    private readonly patience: Patience = usual,
  ) {}

  of(token: string): Clients {
    const before = this.known.get(token);
    if (before) return before;
    if (this.known.size >= most) this.known.clear();
    const { once, often, atOnce } = this.patience;
    const clients = {
      once: this.make(token, once, 0),
      often: this.make(token, often, 2),
      atOnce: this.make(token, atOnce, 0),
    };
    this.known.set(token, clients);
    return clients;
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  private make(token: string, timeout: number, retries: number): Client {
    return new webApi.WebClient(token, {
      slackApiUrl: this.slackApiUrl,
      timeout,
      retryConfig: { retries, minTimeout: 200, maxTimeout: 2_000 },
      rejectRateLimitedCalls: true,
      logLevel: 'error' as webApi.LogLevel,
      fetch: ((url: string, init: RequestInit) => this.fetch(token, url, init)) as unknown as typeof globalThis.fetch,
    });
  }

  /** What Slack has put off is not asked of it again before. Its client knows a rate limit only by how long to wait. */
  private async fetch(token: string, url: string, init: RequestInit): Promise<Response> {
    const call = callOf(token, url, init.body);
    const waits = this.brakes.waits(call);
    if (waits > 0) return tooFast(waits);
    const response = await undiciFetch(url, { ...init, dispatcher: this.agent });
    if (response.status !== 429) return response;
    const told = /^\d+/.exec(response.headers.get('retry-after') ?? '')?.[0];
    const seconds = told ? Number(told) : untoldSeconds;
    this.brakes.pull(call, seconds);
    return tooFast(seconds);
  }
}

const untoldSeconds = 30;

const tooFast = (seconds: number): Response =>
  new Response(null, { status: 429, headers: { 'retry-after': String(seconds) } });
