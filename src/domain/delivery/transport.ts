import {
  type Channel,
  type Identity,
  type OutboundContent,
  type Sender,
  type SendOutcome,
  tooLate,
} from '../../channel';
import { describeError, type Log } from '../../log';

const deadlineMs = 20_000;

/** The one place from which anything leaves for a recipient. What is handed in has passed the gate and is marked as begun. */
export class Transport {
  constructor(
    private readonly channel: (name: string) => Channel | undefined,
    private readonly log: Log,
    /** Told of each message that was handed over, with how long that took. */
    private readonly onOutcome: (channel: string, outcome: SendOutcome, ms: number) => void = () => {},
  ) {}

  /** The blue ticks of what a person wrote: a courtesy that is tried once and waited for by nobody. */
  seen(sender: Sender, id: string): void {
    this.channel(sender.channel)
      ?.seen?.(sender, id)
      .catch(() => {});
  }

  /** Hands over what is to leave, and tells how it went. */
  async send(...message: Parameters<Transport['handOver']>): Promise<SendOutcome> {
    const began = performance.now();
    const outcome = await this.handOver(...message);
    this.onOutcome(message[0].channel, outcome, performance.now() - began);
    return outcome;
  }

  private async handOver(
    sender: Sender,
    to: Identity,
    content: OutboundContent,
    reference: string,
    startBy?: number,
  ): Promise<SendOutcome> {
    const channel = this.channel(sender.channel);
    if (!channel) return { outcome: 'not_sent', code: 'CHANNEL_MISSING' };
    if (startBy !== undefined && performance.now() > startBy) return tooLate;
    let timer: NodeJS.Timeout | undefined;
    // An adapter bounds its own calls; this is for one that does not.
    const late = new Promise<SendOutcome>((done) => {
      timer = setTimeout(() => done({ outcome: 'unknown', code: 'DEADLINE' }), deadlineMs);
    });
    try {
      return await Promise.race([channel.send(sender, to, content, reference, startBy), late]);
    } catch (error) {
      this.log.error(
        { event: 'send.threw', channel: sender.channel, ...describeError(error) },
        'an adapter threw; its message is unknown',
      );
      return { outcome: 'unknown', code: 'ADAPTER_THREW' };
    } finally {
      clearTimeout(timer);
    }
  }
}
