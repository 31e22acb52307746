import { type App, type Logger, LogLevel, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../../src/log';
import { describeError } from '../../src/log';
import type { Json } from './json';

/** What was taken in is durable; what is said back at once, if anything. */
export type Take = (body: Json) => Promise<{ stored: boolean; said?: unknown }>;

const againMs = 5_000;

/**
 * Slack's requests over a connection that we open, for those who can't be reached from outside. Bolt's receiver keeps the connection; what comes is
 * handed to us instead of to Bolt, which would acknowledge an event before anybody has heard of it. What is not acknowledged comes again.
 */
export class Socket {
  private readonly receiver: SocketModeReceiver;
  private isClosed = false;
  private again: NodeJS.Timeout | undefined;

  constructor(
    { appToken, apiUrl }: { appToken: string; apiUrl: string },
    private readonly log: Log,
    take: Take,
  ) {
    this.receiver = new SocketModeReceiver({
      appToken,
      logger: quiet(log),
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions: { slackApiUrl: apiUrl } },
    });
    const processEvent = async ({ body, ack }: ReceiverEvent) => {
      const { stored, said } = await take(body as Json);
      if (stored) await ack(said as never);
    };
    this.receiver.init({ processEvent } as unknown as App);
  }

  /** Goes on trying: an outage at the start is like any other. */
  open(): void {
    void this.receiver.start().catch((error: unknown) => {
      this.log.error(
        { event: 'slack.socket', adapter: 'slack', ...describeError(error) },
        'no connection to Slack; SLACK_APP_TOKEN may be wrong',
      );
      if (!this.isClosed) this.again = setTimeout(() => this.open(), againMs).unref();
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.again);
    await this.receiver.stop().catch(() => {});
  }
}

/** Slack's client logs whole payloads where it is allowed to; of it we keep that something happened. */
const quiet = (log: Log): Logger => ({
  debug: () => {},
  info: () => {},
  warn: () => log.debug({ event: 'slack.socket', adapter: 'slack' }, 'Slack’s connection is looked after'),
  error: () => log.warn({ event: 'slack.socket', adapter: 'slack' }, 'Slack’s connection was lost'),
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
});
