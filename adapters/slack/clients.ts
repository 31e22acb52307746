import { webApi } from '@slack/bolt';
import { Agent, type RequestInit, Response, fetch as undiciFetch } from 'undici';

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
      fetch: ((url: string, init: RequestInit) => this.fetch(url, init)) as unknown as typeof globalThis.fetch,
    });
  }

  /** Slack's client knows a rate limit only by how long to wait. */
  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const response = await undiciFetch(url, { ...init, dispatcher: this.agent });
    const isLimit = response.status === 429 && !/^\d/.test(response.headers.get('retry-after') ?? '');
    return isLimit ? new Response(null, { status: 429, headers: { 'retry-after': '30' } }) : response;
  }
}
