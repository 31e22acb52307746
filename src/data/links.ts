import { createHmac, timingSafeEqual } from 'node:crypto';
import { fromShort, isId, toShort } from './ids';
import type { TenantKeys } from './keys';

/** What a link may be used for: each has a key of its own, so that one is never taken for another. */
export const linkPurposes = [
  'preferences',
  'unsubscribe',
  'sign-up',
  'form',
  'identity',
  'certificate',
  'letter',
  'dossier',
] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

export interface Link {
  /** An id: of a person, of a list. */
  subject: string;
  /** Without: it never expires. Whole seconds are kept. */
  expires?: Date;
  /** What must still be so when the link is used (`7`, `2.abc`), kept out of the text: another value and the link is void. */
  bound?: string;
}

const version = '1';
const letters: Readonly<Record<LinkPurpose, string>> = {
  preferences: 'p',
  unsubscribe: 'u',
  'sign-up': 's',
  form: 'f',
  identity: 'i',
  certificate: 'c',
  letter: 'l',
  dossier: 'd',
};
const shape = /^1\.([0-9a-z]{1,4})\.([a-z])\.([\w-]{22})\.([\w-]{22})\.([0-9a-z]{1,9})\.([\w-]{22})$/;

/** `v.kid.purpose.tenant.subject.exp.mac`: carries ids and a MAC, never a name, a number or a right. About 85 characters, all of them safe in an address. */
export function signLink(keys: TenantKeys, purpose: LinkPurpose, { subject, expires, bound }: Link): string {
  const { key, version: kid } = keys.forLinks(purpose);
  const end = expires ? Math.floor(expires.getTime() / 1_000) : 0;
  const ids = [toShort(keys.tenant), toShort(subject)];
  const body = [version, kid.toString(36), letters[purpose], ...ids, end.toString(36)].join('.');
  return `${body}.${mac(key, body, bound)}`;
}

/** Whose link it says it is, to know whose keys to ask; nothing of it is proved yet. */
export function tenantOfLink(text: string): string | undefined {
  const tenant = fromShort(shape.exec(text)?.[3] ?? '');
  return isId(tenant) ? tenant : undefined;
}

/** The subject of a link that is whole, ours, of this purpose and not over; a link may be bound to a state that only its subject tells. */
export function readLink(
  keys: TenantKeys,
  text: string,
  purpose: LinkPurpose,
  now: Date,
  bound?: string,
): string | undefined {
  const [, kid = '', letter, tenant = '', subject = '', end = '', given = ''] = shape.exec(text) ?? [];
  if (letter !== letters[purpose] || fromShort(tenant) !== keys.tenant) return undefined;
  const signing = keys.forLinks(purpose, Number.parseInt(kid, 36));
  const ours = signing && mac(signing.key, text.slice(0, text.lastIndexOf('.')), bound);
  if (!ours || !timingSafeEqual(Buffer.from(ours), Buffer.from(given))) return undefined;
  const until = Number.parseInt(end, 36) * 1_000;
  return until !== 0 && until <= now.getTime() ? undefined : fromShort(subject);
}

/** Whom it speaks of, before it is proved: to look up the state it is bound to. */
export const subjectOfLink = (text: string): string => fromShort(shape.exec(text)?.[4] ?? '');

// The length stands between, so that no end of the text can be taken for a beginning of the state.
const mac = (key: Buffer, body: string, bound = ''): string =>
  createHmac('sha256', key).update(`${body.length}|${body}|${bound}`).digest('base64url').slice(0, 22);
