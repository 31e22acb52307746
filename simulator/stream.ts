import type { ServerResponse } from 'node:http';
import type { Clock } from './clock';

const beatMs = 15_000;
const mostUnsent = 8 * 1024 * 1024;

/** Server-sent events for whoever watches the world. */
export class Stream {
  /** With the one kind of event they want, or all. */
  private readonly watchers = new Map<ServerResponse, string | undefined>();

  constructor(private readonly clock: Clock) {
    clock.onMove(() => this.tell('clock', () => this.time()));
    setInterval(() => this.beat(), beatMs).unref();
  }

  join(response: ServerResponse, only?: string): void {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    response.write(frame('clock', this.time()));
    this.watchers.set(response, only);
    response.once('close', () => this.watchers.delete(response));
  }

  /** What happened is only put into words when somebody wants to know. */
  tell(event: 'clock' | 'whatsapp' | 'slack' | 'sms' | 'email', content: () => unknown): void {
    const wants = (only: string | undefined) => only === undefined || only === event;
    if ([...this.watchers.values()].some(wants)) this.write(frame(event, content()), wants);
  }

  private beat(): void {
    this.write(': still here\n\n', () => true);
    this.tell('clock', () => this.time());
  }

  private time() {
    return { now: this.clock.now().toISOString() };
  }

  /** Who does not read is let go; they can come back. */
  private write(line: string, wants: (only: string | undefined) => boolean): void {
    for (const [watcher, only] of this.watchers) {
      if (!wants(only)) continue;
      if (watcher.writableLength > mostUnsent) watcher.destroy();
      else watcher.write(line);
    }
  }
}

const frame = (event: string, content: unknown): string => `event: ${event}\ndata: ${JSON.stringify(content)}\n\n`;
