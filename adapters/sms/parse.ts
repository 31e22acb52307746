import { createHash } from 'node:crypto';
import type { Pdu } from 'smpp';
import type { ChannelEvent, Identity, ReceiptStatus } from '../../src/channel';
import { providerError } from './provider-errors';

/** Where a piece of a longer message belongs. */
export interface Piece {
  /** Of one sender, to one of our numbers: the same for all pieces. */
  of: string;
  at: number;
  count: number;
}

export interface Heard {
  event: ChannelEvent;
  piece?: Piece;
}

type Base = Pick<ChannelEvent, 'channel' | 'app' | 'sender' | 'at'>;

const states: Readonly<Record<number, string>> = {
  1: 'ENROUTE',
  2: 'DELIVRD',
  3: 'EXPIRED',
  4: 'DELETED',
  5: 'UNDELIV',
  6: 'ACCEPTD',
  7: 'UNKNOWN',
  8: 'REJECTD',
};
const statuses: Readonly<Record<string, ReceiptStatus>> = {
  ENROUTE: 'sent',
  ACCEPTD: 'sent',
  DELIVRD: 'delivered',
  EXPIRED: 'failed',
  DELETED: 'failed',
  UNDELIV: 'failed',
  REJECTD: 'failed',
};

/**
 * A deliver_sm as an event: what a telephone sent, or a receipt in either of its two forms. Total. A telephone's message has no id in SMPP: it gets
 * one of its number on this line, so that two alike are two. @param line tells this connection from every other
 */
export function parse(pdu: Pdu, { app, line, now }: { app: string; line: string; now: Date }): Heard {
  const base: Base = { channel: 'sms', app, sender: plain(pdu.destination_addr) || 'unknown', at: now };
  const { text, header } = bodyOf(pdu);
  const kind = Number(pdu.esm_class) & 0x3c;
  const digest = hash(line, pdu.source_addr, pdu.destination_addr, kind, text, header);
  const id = `${pdu.sequence_number}/${digest}`;
  if (kind === 0x04 || kind === 0x20 || pdu.receipted_message_id !== undefined) return receipt(pdu, text, base, id);
  const from = writerOf(pdu);
  if (!from || kind !== 0) return account(base, 'deliver_sm', id, { esmClass: Number(pdu.esm_class) });
  const event: ChannelEvent = {
    ...base,
    kind: 'message',
    id,
    from,
    content: text === undefined ? { type: 'unsupported', what: 'binary' } : { type: 'text', text },
  };
  const place = text === undefined ? undefined : placeOf(pdu, header);
  return place ? { event, piece: { ...place, of: `${plain(pdu.source_addr)}>${base.sender}/${place.of}` } } : { event };
}

/** `id:… sub:001 dlvrd:001 submit date:… done date:… stat:DELIVRD err:000 text:…`, and the same as TLVs, which win. */
function receipt(pdu: Pdu, text: string | undefined, base: Base, id: string): Heard {
  const providerId = clean(pdu.receipted_message_id) || (/\bid:\s*(\S+)/i.exec(text ?? '')?.[1] ?? '');
  const said = /\bstat:\s*([A-Za-z]+)/i.exec(text ?? '')?.[1]?.toUpperCase();
  const state = states[Number(pdu.message_state)] ?? said?.replace(/^DELIVERED$/, 'DELIVRD') ?? 'UNKNOWN';
  const status = statuses[state];
  if (!providerId || !status) return account(base, `receipt/${state}`, id, { providerId });
  const error = status === 'failed' ? { error: providerError(networkError(pdu), state) } : {};
  return { event: { ...base, kind: 'receipt', id: `${providerId}/${state}`, providerId, status, ...error } };
}

const gsm = 3;

/** What the telephone's own network said: its kind, and its number in two bytes. Only those of GSM are the same everywhere. */
function networkError({ network_error_code: code }: Pdu): string | undefined {
  return Buffer.isBuffer(code) && code.length === 3 && code[0] === gsm ? `GSM_${code.readUInt16BE(1)}` : undefined;
}

const account = (base: Base, field: string, id: string, value: unknown): Heard => ({
  event: { ...base, kind: 'account', field, id, value },
});

/** International numbers get their `+`; a number of the country stays as it is written. A word is no person. */
function writerOf(pdu: Pdu): Identity | undefined {
  const digits = plain(pdu.source_addr);
  if (!/^\d{3,15}$/.test(digits) || Number(pdu.source_addr_ton) === 5) return undefined;
  const isInternational = Number(pdu.source_addr_ton) === 1 || digits.length > 10;
  return { phone: isInternational ? `+${digits}` : digits };
}

/** The words, wherever they stand; undefined for bytes that are none. */
function bodyOf(pdu: Pdu): { text: string | undefined; header: Buffer[] } {
  const short = part(pdu.short_message);
  const long = part(pdu.message_payload);
  const given = long.message !== undefined && long.message.length > 0 ? long.message : short.message;
  const text = given === undefined ? '' : typeof given === 'string' ? tidy(given) : given.length > 0 ? undefined : '';
  return { text, header: [...short.udh, ...long.udh] };
}

function part(value: unknown): { message: string | Buffer | undefined; udh: Buffer[] } {
  const { message, udh } = (value ?? {}) as { message?: unknown; udh?: unknown };
  const known = typeof message === 'string' || Buffer.isBuffer(message) ? message : undefined;
  return { message: known, udh: Array.isArray(udh) ? udh.filter(Buffer.isBuffer) : [] };
}

/** In the user data header (8 or 16 bit), or in TLVs. */
function placeOf(pdu: Pdu, header: readonly Buffer[]): Piece | undefined {
  for (const element of header) {
    const [kind, length] = element;
    if (kind === 0x00 && length === 3) return whole(element[2], element[4], element[3]);
    if (kind === 0x08 && length === 4) return whole(element.readUInt16BE(2), element[5], element[4]);
  }
  return whole(pdu.sar_msg_ref_num, pdu.sar_segment_seqnum, pdu.sar_total_segments);
}

function whole(reference: unknown, at: unknown, count: unknown): Piece | undefined {
  const piece = { of: String(reference), at: Number(at), count: Number(count) };
  return piece.count > 1 && piece.count <= 255 && piece.at >= 1 && piece.at <= piece.count ? piece : undefined;
}

/** Text as it may be stored: Postgres knows no NUL, UTF-8 no lone surrogate. */
const tidy = (text: string): string => text.replaceAll('\0', '').toWellFormed();
const clean = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? tidy(String(value)).trim() : '';
const plain = (address: unknown): string => clean(address).replace(/^\+/, '');
const hash = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
