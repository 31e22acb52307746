import type { ServerResponse } from 'node:http';
import type { Clock } from './clock';

const beatMs = 15_000;
const mostUnsent = 8 * 1024 * 1024;

/** Server-sent events for whoever watches the world. */
export class Stream {
  private readonly watchers = new Set<ServerResponse>();

  constructor(private readonly clock: Clock) {
    clock.onMove(() => this.tell('clock', this.time()));
    setInterval(() => this.beat(), beatMs).unref();
  }

  join(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    response.write(frame('clock', this.time()));
    this.watchers.add(response);
    response.once('close', () => this.watchers.delete(response));
  }

  tell(event: 'clock' | 'whatsapp' | 'slack', content: unknown): void {
    if (this.watchers.size === 0) return;
    this.write(frame(event, content));
  }

  private beat(): void {
    this.write(': still here\n\n');
    this.tell('clock', this.time());
  }

  private time() {
    return { now: this.clock.now().toISOString() };
  }

  /** Who does not read is let go; they can come back. */
  private write(line: string): void {
    for (const watcher of this.watchers) {
      if (watcher.writableLength > mostUnsent) watcher.destroy();
      else watcher.write(line);
    }
  }
}

const frame = (event: string, content: unknown): string => `event: ${event}\ndata: ${JSON.stringify(content)}\n\n`;
