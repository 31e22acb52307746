import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { Clock } from '../clock';
import { badRequest } from '../errors';
import { Faults } from '../faults';
import { type Json, text } from '../json';
import { type TalkMessage, Talks } from '../talks';
import type { WorldLine } from '../world';
import { type EmailFault, special } from './faults';
import { MailPost } from './post';
import { bounce, complaint } from './reports';

interface Parts {
  clock: Clock;
  /** Where the product takes mail. */
  productPort?: number;
  addresses: readonly WorldLine[];
  changed(message: TalkMessage): void;
}

const mostBytes = 20 * 1_048_576;
const deliveredMs = 400;
const laterMs = 1_500;

/** A mail server for everybody, and the mailboxes behind it. */
export class Email {
  readonly talks: Talks;
  readonly faults = new Faults<EmailFault>();
  readonly server: SMTPServer;
  private readonly post: MailPost;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly parts: Parts) {
    this.talks = new Talks(parts.clock, parts.changed);
    this.post = new MailPost(parts.clock, parts.productPort);
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      size: mostBytes,
      closeTimeout: 200,
      onRcptTo: (address, _session, done) => done(replyOf(this.faultAt('rcpt', address.address))),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => void this.take(Buffer.concat(chunks), session, done));
      },
    });
    this.server.on('error', () => {}); // a client that broke off
    this.server.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close(() => {});
  }

  /** A person writes to a company: an answer to its last mail, whose words stand below, or a mail of their own. */
  write(given: Json): TalkMessage {
    const [from, to, words, subject] = ['from', 'to', 'text', 'subject'].map((name) => text(given[name]));
    const address = this.parts.addresses.find(({ id }) => id === to);
    if (!from || !/^[^\s@<>]+@[^\s@<>]+$/.test(from)) throw badRequest('from is a mail address');
    if (!address) throw badRequest('to is none of the addresses');
    const answered = subject === undefined ? this.talks.lastTo(from, address.id) : undefined;
    const title = subject ?? (answered?.title ? `Re: ${answered.title}` : '');
    const id = newId();
    const kept = this.talks.keep({ id, direction: 'in', person: from, number: address.id, text: words ?? '', title });
    const quoted = answered
      ? ['', `El ${answered.at}, ${address.label} <${address.id}> escribió:`, ...quote(answered)]
      : [];
    this.bring(from, from, address.id, [
      `Message-ID: <${id}@correo.example>`,
      ...(answered ? [`In-Reply-To: <${answered.id}>`] : []),
      `Subject: ${encoded(title)}`,
      ...plain([...(words ?? '').split('\n'), ...quoted]),
    ]);
    return kept;
  }

  /** The mailbox's own button beside a mail: what RFC 2369 promises, by mail. The one click of RFC 8058 is done by whoever shows it. */
  unsubscribe(id: string): TalkMessage {
    const message = this.talks.get(id);
    const to = /<mailto:([^?>]+)/.exec(String(message.about?.listUnsubscribe ?? ''))?.[1];
    if (!to) throw badRequest('this mail does not say where to');
    const own = newId();
    this.bring(message.person, message.person, decodeURIComponent(to), [
      `Message-ID: <${own}@correo.example>`,
      'Subject: unsubscribe',
      ...plain(['This message was automatically generated.']),
    ]);
    const { person, number } = message;
    return this.talks.keep({ id: own, direction: 'in', person, number, text: '', title: 'unsubscribe' });
  }

  /** What a mailbox says about a mail when its owner calls it spam. */
  complain(id: string): void {
    const message = this.talks.get(id);
    const boundary = newId();
    const lines = complaint({ head: String(message.about?.head ?? ''), to: message.person, boundary });
    this.bring('feedback@correo.example', undefined, message.number, [
      `Message-ID: <${newId()}@correo.example>`,
      ...lines,
    ]);
  }

  /** A server gives a mail back that it had taken. */
  bounce(id: string, status: string): void {
    const message = this.talks.get(id);
    const isDelivered = status.startsWith('2');
    this.talks.become(
      message,
      isDelivered ? 'delivered' : 'failed',
      isDelivered ? undefined : { code: status, title: status },
    );
    const about = { head: String(message.about?.head ?? ''), to: message.person, boundary: newId() };
    const lines = bounce(about, status, `550 ${status} simulated`);
    const to = String(message.about?.envelopeFrom ?? message.number);
    this.bring('', undefined, to, [`Message-ID: <${newId()}@correo.example>`, ...lines]);
  }

  private bring(from: string, shown: string | undefined, to: string, lines: readonly string[]): void {
    const date = this.parts.clock.now().toUTCString().replace('GMT', '+0000');
    const head = [...(shown ? [`From: ${shown}`] : []), `To: ${to}`, `Date: ${date}`];
    this.post.bring({ from, to }, [...head, ...lines]);
  }

  private faultAt(at: 'rcpt' | 'data', address: string): EmailFault | undefined {
    const to = address.toLowerCase();
    const concerns = (fault: EmailFault) =>
      (!fault.to || fault.to === to) && fault.code !== undefined && (fault.at ?? 'data') === at;
    const own = specialOf(to);
    return this.faults.take(concerns) ?? (own && concerns(own) ? own : undefined);
  }

  private async take(raw: Buffer, session: SMTPServerSession, done: (error?: Error | null) => void): Promise<void> {
    const { mailFrom, rcptTo } = session.envelope;
    const to = (rcptTo[0]?.address ?? '').toLowerCase();
    const refusal = replyOf(this.faultAt('data', to));
    if (refusal) return done(refusal);
    const fault =
      this.faults.take((one) => (!one.to || one.to === to) && one.code === undefined) ?? specialOf(to) ?? {};
    if (fault.mode === 'reset') return this.breakOff();
    const message = await this.delivered(raw, mailFrom ? mailFrom.address : '', to);
    if (fault.mode !== 'timeout_after_accept') done();
    const { clock } = this.parts;
    const { bounce: status } = fault;
    if (status) return clock.after(laterMs, () => this.bounce(message.id, status));
    clock.after(deliveredMs, () => this.talks.become(message, 'delivered'));
    if (fault.complaint) clock.after(laterMs, () => this.complain(message.id));
  }

  private async delivered(raw: Buffer, envelopeFrom: string, person: string): Promise<TalkMessage> {
    const parsed = await simpleParser(raw, { skipImageLinks: true });
    const head = raw.toString('utf8').split('\r\n\r\n')[0] ?? '';
    const header = (name: string) =>
      new RegExp(`^${name}:[ \\t]*(.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(head)?.[1]?.replace(/\r\n[ \t]+/g, ' ');
    const from = parsed.from?.value[0];
    const listUnsubscribe = header('List-Unsubscribe');
    return this.talks.keep({
      id: (parsed.messageId ?? newId()).replace(/[<>]/g, ''),
      ...{ direction: 'out', person, number: from?.address ?? envelopeFrom },
      text: (parsed.text ?? '').trim(),
      ...(parsed.subject && { title: parsed.subject }),
      about: {
        ...{ head, envelopeFrom, fromName: from?.name ?? '', isSigned: header('DKIM-Signature') !== undefined },
        ...(listUnsubscribe && { listUnsubscribe, oneClick: header('List-Unsubscribe-Post') !== undefined }),
      },
    });
  }

  private breakOff(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }
}

const specialOf = (address: string): EmailFault | undefined =>
  Object.entries(special).find(([name]) => address.split('@')[0]?.split('+')[0] === name)?.[1];

const replyOf = (fault: EmailFault | undefined): Error | null =>
  fault?.code ? Object.assign(new Error('simulated'), { responseCode: fault.code }) : null;

const quote = ({ text: words }: TalkMessage): string[] => words.split('\n').map((line) => `> ${line}`);
const encoded = (words: string): string =>
  /^[ -~]*$/.test(words) ? words : `=?UTF-8?B?${Buffer.from(words).toString('base64')}?=`;
const plain = (lines: readonly string[]): string[] => [
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  ...lines,
];
const newId = (): string => randomBytes(8).toString('hex');
