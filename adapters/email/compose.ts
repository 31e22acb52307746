import { createPrivateKey } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Content, OutboundContent, Sender } from '../../src/channel';
import { type addressOf, bounceTag, oneLine, tagged, unsubscribeTag } from './address';

export interface Mail {
  raw: Buffer;
  /** Without its brackets: reference and domain. */
  messageId: string;
  envelope: { from: string; to: string };
}
type Ours = NonNullable<ReturnType<typeof addressOf>>;
type Written = OutboundContent & { kind: 'content' };

const subjectLength = 78;
const localLength = 64;

/** A neutral message as a mail, signed where the sender has a key. Nothing that is given can end a header. */
export async function compose(
  sender: Sender,
  from: Ours,
  to: string,
  content: Written,
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
    subject: subjectOf(content),
    date,
    messageId: `<${messageId}>`,
    ...(content.replyTo && answering(content.replyTo)),
    // The server of whoever is away does not answer it.
    headers: { 'Auto-Submitted': 'auto-replied', ...unsubscribing(from, content.unsubscribe) },
    text: textOf(content),
    html: htmlOf(content, from),
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

/** The title, or how it begins. */
function subjectOf({ title, text }: Content): string {
  const line = oneLine(title ?? text.split('\n').find((one) => one.trim() !== '') ?? '');
  const letters = [...line];
  return letters.length <= subjectLength ? line || '…' : `${letters.slice(0, subjectLength - 1).join('')}…`;
}

const lines = (all: readonly string[]): string => all.map((one) => `- ${one}`).join('\n');

const textOf = ({ title, text, facts = [], note, buttons = [] }: Content): string =>
  [title, text, lines(facts), note, lines(buttons.map(({ label }) => label))]
    .filter(Boolean)
    .join('\n\n')
    .toWellFormed();

function htmlOf({ title, text, facts = [], note, buttons = [] }: Content, from: Ours): string {
  const answer = (label: string) =>
    `<a href="mailto:${encodeURI(from.address)}?subject=${encodeURIComponent(oneLine(label))}">${safe(label)}</a>`;
  return [
    '<!doctype html><html><body style="font-family:sans-serif;line-height:1.5;max-width:36em">',
    title && `<h1 style="font-size:1.2em">${safe(title)}</h1>`,
    ...text.split(/\n{2,}/).map((part) => `<p>${linked(safe(part)).replaceAll('\n', '<br>')}</p>`),
    facts.length > 0 && `<ul>${facts.map((fact) => `<li>${safe(fact)}</li>`).join('')}</ul>`,
    note && `<p><small>${safe(note).replaceAll('\n', '<br>')}</small></p>`,
    buttons.length > 0 && `<p>${buttons.map(({ label }) => answer(label)).join(' · ')}</p>`,
    '</body></html>',
  ]
    .filter(Boolean)
    .join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const safe = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\0', '')
    .replace(/[&<>"']/g, (letter) => entities[letter] ?? '');
const linked = (html: string): string => html.replace(/https?:\/\/[^\s<&]+[^\s<&.,;:!?)]/g, '<a href="$&">$&</a>');
