import { readFileSync } from 'node:fs';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { ChannelDeps, ChannelEvent } from '../../src/channel';
import { describeError } from '../../src/log';
import { addressOf, untagged } from './address';
import { parse } from './parse';

export interface ReceiveSettings {
  port: number;
  host: string;
  /** Files of a certificate and its key; with both, STARTTLS is offered. */
  certificate?: string;
  key?: string;
}

const mostBytes = 10 * 1_048_576;
const mostRecipients = 10;
const mostClients = 100;
const silenceMs = 60_000;

type Failure = Error & { responseCode?: number };
const failure = (responseCode: number, words: string): Failure => Object.assign(new Error(words), { responseCode });

/** Takes mail for our own addresses and for no others. Each is acknowledged when its events are stored, and not before. */
export class Receiving {
  private readonly server: SMTPServer;

  constructor(
    private readonly settings: ReceiveSettings,
    private readonly deps: ChannelDeps,
    private readonly receive: (events: readonly ChannelEvent[]) => Promise<void>,
  ) {
    const tls =
      settings.certificate && settings.key
        ? { cert: readFileSync(settings.certificate), key: readFileSync(settings.key) }
        : {};
    this.server = new SMTPServer({
      ...tls,
      disabledCommands: ['AUTH', ...('key' in tls ? [] : ['STARTTLS'])],
      authOptional: true,
      banner: 'Connectus',
      disableReverseLookup: true,
      size: mostBytes,
      maxClients: mostClients,
      socketTimeout: silenceMs,
      closeTimeout: 2_000,
      onRcptTo: (address, session, done) => {
        this.isOurs(address.address, session).then(
          (error) => done(error),
          () => done(failure(451, 'Later, please')),
        );
      },
      onData: (stream, session, done) => {
        this.take(stream, session).then(
          () => done(),
          (error: Failure) => done(error.responseCode ? error : failure(451, 'Later, please')),
        );
      },
    });
    // A client that breaks off in mid-sentence is no fault of ours.
    this.server.on('error', (error) =>
      deps.log.warn(
        { event: 'mail.listener', adapter: 'email', ...describeError(error) },
        'a connection for mail failed',
      ),
    );
  }

  listen(): void {
    this.server.listen(this.settings.port, this.settings.host);
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private async isOurs(address: string, session: SMTPServerSession): Promise<Failure | undefined> {
    if (session.envelope.rcptTo.length >= mostRecipients) return failure(452, 'Too many recipients');
    const known = addressOf(address) && (await this.deps.sender('default', untagged(address).address));
    return known ? undefined : failure(550, 'No such mailbox here');
  }

  private async take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream) {
      size += (chunk as Buffer).length;
      if (size <= mostBytes) chunks.push(chunk as Buffer);
    }
    if (size > mostBytes || stream.sizeExceeded) throw failure(552, 'Too large');
    const raw = Buffer.concat(chunks);
    const { mailFrom, rcptTo } = session.envelope;
    const events: ChannelEvent[] = [];
    for (const recipient of rcptTo) {
      const { address: sender, tag } = untagged(recipient.address);
      const envelopeFrom = mailFrom ? mailFrom.address : '';
      events.push(...(await parse(raw, { sender, tag, envelopeFrom, now: this.deps.clock.now() })));
    }
    try {
      await this.receive(events);
    } catch (error) {
      const about = { event: 'mail.not_stored', adapter: 'email', ...describeError(error) };
      this.deps.log.error(about, 'a mail could not be stored; its server brings it again');
      throw failure(451, 'Later, please');
    }
  }
}
