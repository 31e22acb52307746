import { createHash } from 'node:crypto';
import type { ChannelEvent } from '../../../../src/channel';

const tidy = (value: unknown): string =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed().trim() : '';

/** `{id, loft, from, text}`; undefined for what is no object. */
export function parse(body: Buffer, at: Date): ChannelEvent[] | undefined {
  let told: Record<string, unknown>;
  try {
    told = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return undefined;
  const id = tidy(told.id) || createHash('sha256').update(body).digest('hex');
  const base = { channel: 'pigeon', app: 'default', sender: tidy(told.loft) || 'unknown', id, at };
  const email = tidy(told.from);
  if (!email) return [{ ...base, kind: 'account', field: 'pigeon', value: {} }];
  return [{ ...base, kind: 'message', from: { email }, content: { type: 'text', text: tidy(told.text) } }];
}
