import { createPrivateKey } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { OutboundContent, Sender } from '../../src/channel';
import { type addressOf, bounceTag, oneLine, tagged, unsubscribeTag } from './address';
import { written } from './words';

export interface Mail {
  raw: Buffer;
  /** Without its brackets: reference and domain. */
  messageId: string;
  envelope: { from: string; to: string };
}
type Ours = NonNullable<ReturnType<typeof addressOf>>;
/** What no relay keeps is written out whole. */
export type Letter = OutboundContent & { kind: 'content' | 'email' };

const localLength = 64;

/** A message as a mail, signed where the sender has a key. Nothing that is given can end a header. */
export async function compose(
  sender: Sender,
  from: Ours,
  to: string,
  content: Letter,
  { reference, date }: { reference: string; date: Date },
): Promise<Mail> {
  const messageId = `${reference}@${from.domain}`;
  const bounces = tagged(from, bounceTag(reference));
  const transport = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    ...dkimOf(sender, from),
  });
  const { message } = await transport.sendMail({
    from: { name: oneLine(sender.name ?? ''), address: from.address },
    to: { name: '', address: to },
    ...written(content, from.address),
    date,
    messageId: `<${messageId}>`,
    ...(content.kind === 'content' && content.replyTo && answering(content.replyTo)),
    headers: {
      // The server of whoever is away answers neither.
      'Auto-Submitted': content.kind === 'content' ? 'auto-replied' : 'auto-generated',
      ...unsubscribing(from, content.unsubscribe),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const envelopeFrom = from.local.length + bounceTag(reference).length < localLength ? bounces : from.address;
  return { raw: message as Buffer, messageId, envelope: { from: envelopeFrom, to } };
}

/** One click (RFC 8058) where a link is given, and always a mail that says so. */
function unsubscribing(from: Ours, link: string | undefined) {
  const mail = `<mailto:${encodeURI(tagged(from, unsubscribeTag))}?subject=unsubscribe>`;
  const url = link && /^https?:\/\/[^\s<>,]+$/.test(link) ? link : undefined;
  return {
    'List-Unsubscribe': { prepared: true, value: url ? `<${url}>, ${mail}` : mail },
    ...(url && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  };
}

function answering(id: string) {
  const plain = oneLine(id).replace(/[<>\s]/g, '');
  return { inReplyTo: `<${plain}>`, references: `<${plain}>` };
}

/** A sender's token `dkim:<selector>:<key as PKCS 8, base64>` signs; any other is none. */
function dkimOf({ token }: Sender, { domain }: Ours) {
  const [, keySelector, key] = /^dkim:([\w.-]+):([\w+/=]+)$/.exec(token) ?? [];
  if (!keySelector || !key) return {};
  const privateKey = createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' });
  return {
    dkim: {
      domainName: domain,
      keySelector,
      privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    },
  };
}
