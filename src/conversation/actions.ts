import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TenantKeys } from '../data/keys';

/** What a button does: an act of an intent, with ids. */
export interface ActRef {
  intent: string;
  act: string;
  args: Readonly<Record<string, string>>;
}

const days = 30;
const version = 'a1';

const mac = (keys: TenantKeys, body: string): string =>
  createHmac('sha256', keys.derived('action')).update(body).digest('base64url').slice(0, 22);

/** Buttons pass through the reader's own client, so they carry ids and a MAC, never a right: role and state are asked again when one is pressed. */
export function signAction(keys: TenantKeys, action: ActRef, now: Date): string {
  const args = Buffer.from(JSON.stringify(Object.entries(action.args).flat())).toString('base64url');
  const expires = Math.floor(now.getTime() / 86_400_000 + days).toString(36);
  const body = [version, action.intent, action.act, args, expires].join('.');
  return `${body}.${mac(keys, body)}`;
}

export const isAction = (id: string): boolean => id.startsWith(`${version}.`);

/** `undefined` for what was altered, is another tenant's, or is over. */
export function readAction(keys: TenantKeys, signed: string, now: Date): ActRef | undefined {
  const known = signedBy(keys, signed);
  return known && !isOver(known.expires, now) ? known.action : undefined;
}

/** What a button of ours spoke of whose days are over; nothing may be done by it. */
export function outlivedAction(keys: TenantKeys, signed: string, now: Date): ActRef | undefined {
  const known = signedBy(keys, signed);
  return known && isOver(known.expires, now) ? known.action : undefined;
}

const isOver = (expires: string, now: Date): boolean => Number.parseInt(expires, 36) < now.getTime() / 86_400_000;

function signedBy(keys: TenantKeys, signed: string): { action: ActRef; expires: string } | undefined {
  const cut = signed.lastIndexOf('.');
  const body = signed.slice(0, cut);
  const given = Buffer.from(signed.slice(cut + 1));
  const ours = Buffer.from(mac(keys, body));
  if (given.length !== ours.length || !timingSafeEqual(given, ours)) return undefined;
  const [, intent = '', act = '', args = '', expires = ''] = body.split('.');
  const flat = JSON.parse(Buffer.from(args, 'base64url').toString()) as string[];
  const pairs = flat.flatMap((key, at) => (at % 2 === 0 ? [[key, flat[at + 1] ?? '']] : []));
  return { action: { intent, act, args: Object.fromEntries(pairs) }, expires };
}
