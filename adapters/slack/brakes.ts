const most = 10_000;

/** Where Slack has said "not so fast": each method of a workspace waits by itself, and posts a channel by itself; nothing else does. */
export class Brakes {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns how many seconds this call must wait; 0: none */
  waits(call: string): number {
    const ms = (this.until.get(call) ?? 0) - this.now();
    if (ms > 0) return Math.ceil(ms / 1_000);
    this.until.delete(call);
    return 0;
  }

  pull(call: string, seconds: number): void {
    if (this.until.size >= most) this.until.clear();
    this.until.set(call, this.now() + seconds * 1_000);
  }
}

/** What Slack counts together. @param url ends with the method @param body a form, where it is one */
export function callOf(token: string, url: string, body: unknown): string {
  const method = url.slice(url.lastIndexOf('/') + 1);
  const channel =
    method === 'chat.postMessage' && typeof body === 'string' ? new URLSearchParams(body).get('channel') : '';
  return [token, method, channel].join('|');
}
