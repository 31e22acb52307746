import { createHash } from 'node:crypto';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { ChannelEvent, Identity, InboundContent } from '../../src/channel';
import { addressOf, referenceIn, unsubscribeTag } from './address';
import { type Headers, split } from './mime';
import { replyText } from './reply-text';
import { type Report, reportIn } from './reports';

export interface Arrived {
  /** The address of ours it came to, and what stood behind its `+`. */
  sender: string;
  tag: string;
  /** Empty for what no answer is wanted to. */
  envelopeFrom: string;
  now: Date;
}
type Base = Pick<ChannelEvent, 'channel' | 'app' | 'sender' | 'at'>;

const longestText = 4_096;
const longestTitle = 200;
const mostHtml = 200_000;

/** A mail as events. Total: what it does not know is told as `account`. The time is ours: what a mail says of its own is its writer's. */
export async function parse(raw: Buffer, arrived: Arrived): Promise<ChannelEvent[]> {
  const base: Base = { channel: 'email', app: 'default', sender: arrived.sender, at: arrived.now };
  const mail = split(raw.toString('utf8'));
  const { headers } = mail;
  const id = clean(/<([^<>\s]+)>/.exec(headers.get('message-id') ?? '')?.[1]) || digest(raw);
  const report = reportIn(mail);
  const reference = referenceIn(arrived.tag);
  if (report) return reported(report, base, id, reference);
  const parsed = await simpleParser(raw, { skipImageLinks: true, maxHtmlLengthToParse: mostHtml }).catch(
    () => undefined,
  );
  const from = writerOf(parsed);
  const isAutomatic = arrived.envelopeFrom === '' || reference !== undefined || saysAutomatic(headers);
  if (!parsed || !from || isAutomatic || from.email === arrived.sender)
    return [{ ...base, kind: 'account', field: isAutomatic ? 'auto_reply' : 'mail', id, value: {} }];
  const replyTo = clean(/<([^<>\s]+)>/.exec(headers.get('in-reply-to') ?? '')?.[1]);
  const content = contentOf(parsed, arrived.tag, replyTo !== '');
  return [{ ...base, kind: 'message', id, from, content, ...(replyTo && { replyTo }) }];
}

/** Whose message it was, is told by the address the report came to, or by the message it brings back. */
function reported(report: Report, base: Base, id: string, tag: string | undefined): ChannelEvent[] {
  const providerId = clean(report.messageId);
  const reference = clean(tag) || (providerId.split('@')[0] ?? '');
  if (reference && report.about.length > 0)
    return report.about.map(({ status, error }, at) => ({
      ...base,
      kind: 'receipt',
      id: `${id}/${at}`,
      providerId: providerId || reference,
      status,
      reference,
      ...(error && { error }),
    }));
  // Nobody says about which message; but who complains wants no more of them.
  if (report.complainer) return [{ ...base, kind: 'preference', id, from: report.complainer, marketing: 'stop' }];
  return [{ ...base, kind: 'account', field: 'report', id, value: {} }];
}

function writerOf(mail: ParsedMail | undefined): Identity | undefined {
  const [first] = mail?.from?.value ?? [];
  const email = addressOf(clean(first?.address))?.address.toLowerCase();
  const name = clean(first?.name).slice(0, 200).toWellFormed();
  return email ? { email, ...(name && { name }) } : undefined;
}

/** What they wrote; of a mail without words its subject. */
function contentOf(mail: ParsedMail, tag: string, isAnswer: boolean): InboundContent {
  if (tag.toLowerCase() === unsubscribeTag) return { type: 'text', text: 'unsubscribe' };
  const own = replyText(clean(mail.text));
  const title = clean(mail.subject).replace(/^((re|rv|fw|fwd|enc|res) ?: ?)+/i, '');
  const words = own || title;
  const [attached] = mail.attachments.filter(({ related }) => !related);
  if (!own && attached)
    return { type: 'media', media: /^(image|audio|video)(?=\/)/.exec(attached.contentType)?.[0] ?? 'document' };
  const above = !isAnswer && own && title ? { title: title.slice(0, longestTitle).toWellFormed() } : {};
  return { type: 'text', text: words.slice(0, longestText).toWellFormed(), ...above };
}

/** Out of office, lists, robots: an answer to them would be answered for ever. */
const saysAutomatic = (headers: Headers): boolean =>
  !/^(no)?$/i.test(headers.get('auto-submitted') ?? '') ||
  /^(bulk|junk|list|auto_reply)$/i.test(headers.get('precedence') ?? '') ||
  headers.has('list-id') ||
  headers.has('x-autoreply') ||
  headers.has('x-autorespond');

/** Text as it may be stored: Postgres knows no NUL, UTF-8 no lone surrogate. */
const clean = (text: string | undefined): string => (text ?? '').replaceAll('\0', '').toWellFormed().trim();
const digest = (raw: Buffer): string => createHash('sha256').update(raw).digest('base64url');
