import { createHash } from 'node:crypto';
import { isSignedBy, keyIdOf, type PublicKey, type Signer } from './signing';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Document = { readonly [name: string]: Json };

interface Signed {
  document: Document;
  /** The hash of each single fact, so that a change can be named. */
  fields: Readonly<Record<string, string>>;
  key: PublicKey;
  /** Of the document as it is written here. */
  sha256: string;
  signature: string;
}

export interface Verdict {
  /** whole: not a byte is another · changed: something is · unreadable: it is not a document of this kind */
  state: 'whole' | 'changed' | 'unreadable';
  document?: Document;
  key?: PublicKey;
  sha256?: string;
  /** Which facts are not as they were signed: `controller.name`, `kept[0].until`; or `document`, `writing`, `key`, `signature`. */
  changed: readonly string[];
}

const purpose = 'connectus signed document 1\n';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One way to write a value: names in the order of their letters, nothing between. Equal values are equal bytes. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}

/** A document with its proof, on one line: it is verified from itself and a public key, without any server. */
export function signDocument(document: object, signer: Signer): string {
  const written = JSON.parse(canonical(document)) as Document;
  const { id, public_key } = signer;
  const stated = { fields: fieldsOf(written), key: { id, public_key }, sha256: sha256(canonical(written)) };
  return canonical({ document: written, ...stated, signature: signer.sign(bytesOf(stated)).toString('base64url') });
}

/** What became of a document since it was signed. Every byte counts, but for blank space around it. Never throws. */
export function verifyDocument(given: Buffer | string): Verdict {
  try {
    const signed = read(given);
    if (signed) return judge(signed);
  } catch {} // so deep within itself that nobody could have signed it
  return { state: 'unreadable', changed: [] };
}

function judge({ text, value }: { text: string; value: Signed }): Verdict {
  const { document, fields, key, signature } = value;
  const bytes = Buffer.from(signature, 'base64url');
  const changed = [
    ...changedFields(fields, fieldsOf(document)),
    ...(key.id === keyIdOf(key.public_key) ? [] : ['key']),
    ...(isSignedBy(key.public_key, bytesOf(value), bytes) && bytes.toString('base64url') === signature
      ? []
      : ['signature']),
  ];
  // The same facts put together otherwise, or written otherwise: a name twice, another order, a space.
  if (changed.length === 0 && value.sha256 !== sha256(canonical(document))) changed.push('document');
  if (changed.length === 0 && canonical(value) !== text) changed.push('writing');
  return { state: changed.length === 0 ? 'whole' : 'changed', document, key, sha256: value.sha256, changed };
}

const bytesOf = ({ fields, key, sha256: hash }: Pick<Signed, 'fields' | 'key' | 'sha256'>): Buffer =>
  Buffer.from(purpose + canonical({ fields, key, sha256: hash }));

const fieldsOf = (document: Document): Record<string, string> =>
  Object.fromEntries(leaves(document, '').map(([path, leaf]) => [path, sha256(`${path}\n${leaf}`)]));

function leaves(value: Json, path: string): [path: string, leaf: string][] {
  const inner = Array.isArray(value)
    ? value.map((one, at) => [`${path}[${at}]`, one] as const)
    : value !== null && typeof value === 'object'
      ? Object.entries(value).map(([name, one]) => [path ? `${path}.${name}` : name, one as Json] as const)
      : [];
  if (inner.length === 0) return [[path, canonical(value)]];
  return inner.flatMap(([at, one]) => leaves(one, at));
}

function changedFields(signed: Signed['fields'], now: Signed['fields']): string[] {
  const names = [...new Set([...Object.keys(signed), ...Object.keys(now)])];
  return names.filter((name) => signed[name] !== now[name]).sort();
}

function read(given: Buffer | string): { text: string; value: Signed } | undefined {
  try {
    const whole = typeof given === 'string' ? given : new TextDecoder('utf-8', { fatal: true }).decode(given);
    const text = whole.trim();
    const value = JSON.parse(text) as Signed;
    return isSigned(value) ? { text, value } : undefined;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSigned = (value: unknown): value is Signed =>
  isPlain(value) &&
  isPlain(value.document) &&
  isPlain(value.fields) &&
  isPlain(value.key) &&
  [value.key.id, value.key.public_key, value.sha256, value.signature].every(isText);
