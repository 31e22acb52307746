import { Bounded } from './bounded';

export interface Call {
  /** Wall clock of this machine. */
  at: string;
  /** The machine's monotonic clock, comparable between processes. */
  monotonicMs: number;
  api: 'graph' | 'slack';
  verb: string;
  method: string;
  path: string;
  /** 0: never answered. */
  status: number;
  body: unknown;
}

/** What the product asked of Meta and Slack, newest last, without secrets. */
export class Calls {
  private readonly calls = new Bounded<Call>(5_000);

  add(call: Call): void {
    call.body = withoutSecrets(call.body);
    this.calls.push(call);
  }

  list(filter: { api?: string | undefined; method?: string | undefined; limit: number }): Call[] {
    const fits = (call: Call) =>
      (!filter.api || call.api === filter.api) && (!filter.method || call.method === filter.method);
    return this.calls.items.filter(fits).slice(-filter.limit);
  }
}

const secretKeys = new Set(['token', 'access_token', 'client_secret', 'input_token', 'pin', 'verify_token']);

function withoutSecrets(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const kept = Object.entries(body).map(([key, value]) => [key, secretKeys.has(key) ? '…' : value]);
  return Object.fromEntries(kept);
}
