import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What stands before the 32 bytes of an Ed25519 key in its usual wrapping (RFC 8410). */
const before = {
  private: Buffer.from('302e020100300506032b657004220420', 'hex'),
  public: Buffer.from('302a300506032b6570032100', 'hex'),
};

/** A key that is known to others: who signed, and what proves it. */
export interface PublicKey {
  /** Of its own bytes: nobody can give it to another key. */
  id: string;
  /** 32 bytes in base64url. */
  public_key: string;
}

/** Signs what leaves this house as a document. A key of its own: it opens nothing, and no key that opens something signs. */
export interface Signer extends PublicKey {
  sign(bytes: Buffer): Buffer;
}

/** @param seed 32 random bytes in base64. @throws when it is none */
export function signerOf(seed: string): Signer {
  const bytes = Buffer.from(seed, 'base64');
  if (bytes.length !== 32) throw new Error('a signing key is 32 bytes in base64');
  const key = createPrivateKey({ key: Buffer.concat([before.private, bytes]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(before.public.length);
  const public_key = raw.toString('base64url');
  return { id: keyIdOf(public_key), public_key, sign: (text) => sign(null, text, key) };
}

export const keyIdOf = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 16);

/** Whether whoever has this key signed these bytes. What is no key or no signature proves nothing. */
export function isSignedBy(publicKey: string, bytes: Buffer, signature: Buffer): boolean {
  const key = opened(publicKey);
  return key !== undefined && verify(null, bytes, key, signature);
}

function opened(publicKey: string): KeyObject | undefined {
  const raw = Buffer.from(publicKey, 'base64url');
  if (raw.length !== 32) return undefined;
  try {
    return createPublicKey({ key: Buffer.concat([before.public, raw]), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
