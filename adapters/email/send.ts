import { connect, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { getSystemErrorName } from 'node:util';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type Identity, type OutboundContent, type Sender, type SendOutcome, tooLate } from '../../src/channel';
import { addressOf } from './address';
import { compose, type Letter, type Mail } from './compose';
import { providerError, refusalOf } from './provider-errors';

export interface RelaySettings {
  host: string;
  port: number;
  /** TLS from the first byte. */
  secure: boolean;
  user?: string;
  password?: string;
}

const connectMs = 5_000;
const silenceMs = 12_000;
const idleMs = 8_000;
const mostIdle = 5;

type Failure = Error & { responseCode?: number; response?: string; errno?: number; code?: string };
/** A kept connection had died: nothing of the message was written. */
type Tried = SendOutcome | 'stale';

/** Hands mails to a relay, each over a connection of its own or one that just served another. What may have arrived is `unknown`. */
export class Sending {
  private readonly idle: SMTPConnection[] = [];

  constructor(
    private readonly relay: RelaySettings,
    private readonly now: () => Date,
  ) {}

  async send(
    sender: Sender,
    to: Identity,
    content: OutboundContent,
    reference: string,
    startBy = Number.POSITIVE_INFINITY,
  ): Promise<SendOutcome> {
    const address = addressOf(to.email);
    if (!address) return refused('NO_ADDRESS');
    const from = addressOf(sender.id);
    if (!from || !isLetter(content)) return refused('INVALID'); // no relay keeps templates
    let mail: Mail;
    try {
      mail = await compose(sender, from, address.address, content, { reference, date: this.now() });
    } catch {
      return refused('INVALID');
    }
    const kept = this.idle.pop();
    const first = kept ? await this.over(kept, mail, startBy) : 'stale';
    if (first !== 'stale') return first;
    const opened = await this.open();
    if (!(opened instanceof SMTPConnection)) return opened;
    const second = await this.over(opened, mail, startBy);
    return second === 'stale' ? { outcome: 'not_sent', code: 'NETWORK_LOST' } : second;
  }

  close(): void {
    for (const connection of this.idle.splice(0)) connection.close();
  }

  private async open(): Promise<SMTPConnection | SendOutcome> {
    const { host, port, secure, user, password } = this.relay;
    const isHere = /^(127\.|localhost$|\[?::1)/.test(host);
    const line = await lineTo(host, port);
    if (!(line instanceof Socket)) return outcomeOf(line, 'nowhere');
    return new Promise((done) => {
      const connection = new SMTPConnection({
        ...{ host, port, secure, requireTLS: !isHere, ignoreTLS: isHere && !secure, connectionTimeout: connectMs },
        ...{ greetingTimeout: connectMs, socketTimeout: silenceMs, disableFileAccess: true, connection: line },
      });
      const fail = (error: unknown) => {
        connection.close();
        done(outcomeOf(error as Failure, 'nowhere'));
      };
      connection.on('error', fail);
      connection.connect((error?: unknown) => {
        if (error) return fail(error);
        if (!user) return done(connection);
        connection.login({ user, pass: password ?? '' }, (refusal) => (refusal ? fail(refusal) : done(connection)));
      });
    });
  }

  /**
   * Whether it may still begin is asked before the relay hears the first word of it; a line that was opened too late for it serves the next. Nothing is
   * read of the mail before the relay asked for it: until then no byte of it has left.
   */
  private over(connection: SMTPConnection, { raw, envelope, messageId }: Mail, startBy: number): Promise<Tried> {
    if (performance.now() > startBy) {
      this.keep(connection);
      return Promise.resolve(tooLate);
    }
    return new Promise((done) => {
      let reached: 'nowhere' | 'begun' = 'nowhere';
      const body = new Readable({
        read() {
          if (reached !== 'nowhere') return;
          reached = 'begun';
          this.push(raw);
          this.push(null);
        },
      });
      const fail = (error: Failure) => {
        connection.close();
        done(reached === 'nowhere' && error.responseCode === undefined ? 'stale' : outcomeOf(error, reached));
      };
      connection.removeAllListeners('error');
      connection.on('error', fail);
      connection.send({ from: envelope.from, to: [envelope.to] }, body, (error) => {
        if (error) return fail(error as Failure);
        done({ outcome: 'accepted', providerId: messageId });
        this.keep(connection);
      });
    });
  }

  private keep(connection: SMTPConnection): void {
    if (this.idle.length >= mostIdle) return void connection.quit();
    const drop = () => {
      const at = this.idle.indexOf(connection);
      if (at >= 0) this.idle.splice(at, 1);
      return at >= 0;
    };
    connection.removeAllListeners('error');
    connection.on('error', drop);
    connection.once('end', drop);
    this.idle.push(connection);
    setTimeout(() => {
      if (drop()) connection.quit();
    }, idleMs).unref();
  }
}

/** By its name, never by an address that was looked up before: whoever guards what leaves must see whom it is to. */
function lineTo(host: string, port: number): Promise<Socket | Failure> {
  return new Promise((done) => {
    const line = connect({ host, port, timeout: connectMs });
    const end = (error: Failure) => {
      line.destroy();
      done(error);
    };
    const late = () => end(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    line.once('error', end);
    line.once('timeout', late);
    line.once('connect', () => {
      line.off('error', end).off('timeout', late).setTimeout(0);
      done(line);
    });
  });
}

const isLetter = (content: OutboundContent): content is Letter =>
  content.kind === 'content' || content.kind === 'email';
const refused = (name: string): SendOutcome => ({ outcome: 'refused', ...providerError(name) });

function outcomeOf(error: Failure, reached: 'nowhere' | 'begun'): SendOutcome {
  const { responseCode, response = '', errno, code } = error;
  if (responseCode && responseCode >= 400 && responseCode < 600)
    return { outcome: 'refused', ...refusalOf(responseCode, response) };
  const name = typeof errno === 'number' && errno < 0 ? getSystemErrorName(errno) : (code ?? 'LOST');
  return { outcome: reached === 'begun' ? 'unknown' : 'not_sent', code: `NETWORK_${name.replace(/\W/g, '_')}` };
}
