import type { Identity, ProviderError, ReceiptStatus } from '../../src/channel';
import { addressOf } from './address';
import { headersOf, type Part, partsOf, typeOf } from './mime';
import { providerError } from './provider-errors';

/** What a mail server, or a mailbox, says about a message of ours. */
export interface Report {
  /** Of the message, without brackets: ours begins with its reference. */
  messageId?: string;
  about: readonly { status: ReceiptStatus; error?: ProviderError }[];
  /** A mailbox says that its owner called it spam, and shows who. */
  complainer?: Identity;
}

const actions: Readonly<Record<string, ReceiptStatus>> = {
  failed: 'failed',
  delivered: 'delivered',
  relayed: 'sent',
  expanded: 'sent',
};

/** A delivery status notification (RFC 3464) or a complaint (RFC 5965); undefined for every other mail. */
export function reportIn(mail: Part): Report | undefined {
  if (typeOf(mail) !== 'multipart/report') return undefined;
  const parts = partsOf(mail);
  const find = (...types: string[]) => parts.find((part) => types.includes(typeOf(part)));
  const messageId = idOf(find('message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers'));
  const known = messageId ? { messageId } : {};
  const status = find('message/delivery-status', 'message/global-delivery-status');
  if (status) return { ...known, about: recipients(status) };
  const complaint = find('message/feedback-report');
  if (!complaint) return undefined;
  const fields = headersOf(complaint.body);
  const isSpam = /^(abuse|fraud|virus|other)?$/i.test(fields.get('feedback-type') ?? '');
  if (!isSpam) return { ...known, about: [] }; // `not-spam`: they took it out of the spam again
  const email = addressOf(/<?([^\s<>]+@[^\s<>]+)>?/.exec(fields.get('original-rcpt-to') ?? '')?.[1])?.address;
  return {
    ...known,
    about: [{ status: 'failed', error: providerError('COMPLAINT') }],
    ...(email && { complainer: { email: email.toLowerCase() } }),
  };
}

/** One block of fields for the message, then one for each recipient. */
function recipients({ body }: Part): Report['about'] {
  return body
    .split(/\n\s*\n/)
    .map(headersOf)
    .flatMap((fields): Report['about'][number][] => {
      const status = actions[fields.get('action')?.toLowerCase() ?? ''];
      if (!status) return []; // `delayed`: they go on trying
      if (status !== 'failed') return [{ status }];
      const enhanced = /^\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0];
      const reply = /;\s*(\d{3})\b/.exec(fields.get('diagnostic-code') ?? '')?.[1];
      return [{ status, error: providerError(enhanced ?? reply ?? '5.0.0', reply) }];
    });
}

function idOf(original: Part | undefined): string | undefined {
  const headers = original && headersOf(original.body.split('\n\n')[0] ?? '');
  return /<([^<>\s]+)>/.exec(headers?.get('message-id') ?? '')?.[1];
}
