import { createCipheriv, createDecipheriv } from 'node:crypto';
import { randomOf } from './random';

/** The door to a key management service: keys go in and out wrapped, the master key stays behind it. */
export interface KeyVault {
  wrap(key: Buffer, about: string): Buffer;
  /** Tries the current master key, then the previous one. @throws when neither fits */
  unwrap(wrapped: Buffer, about: string): Buffer;
}

const header = 1;
const nonceLength = 12;
const tagLength = 16;

/** AES-256-GCM; `about` is bound to the ciphertext, so a value moved to another row or column does not open. */
export function encrypt(key: Buffer, plain: Buffer, about: string, keyId = 0): Buffer {
  const nonce = randomOf(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
  const start = header + 4;
  const sealed = Buffer.allocUnsafe(start + nonceLength + plain.length + tagLength);
  sealed.writeUInt8(1, 0);
  sealed.writeUInt32BE(keyId, header);
  sealed.set(nonce, start);
  sealed.set(cipher.update(plain), start + nonceLength);
  cipher.final();
  sealed.set(cipher.getAuthTag(), sealed.length - tagLength);
  return sealed;
}

export const keyIdOf = (sealed: Buffer): number => sealed.readUInt32BE(header);

export function decrypt(key: Buffer, sealed: Buffer, about: string): Buffer {
  const start = header + 4;
  if (sealed.length < start + nonceLength + tagLength || sealed.readUInt8(0) !== 1)
    throw new Error('not a sealed value');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(start, start + nonceLength)).setAAD(
    Buffer.from(about),
  );
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  return Buffer.concat([
    decipher.update(sealed.subarray(start + nonceLength, sealed.length - tagLength)),
    decipher.final(),
  ]);
}

/** Keeps the master key in this process. @param keys base64, 32 bytes each: the current one first, then the previous one during a rotation */
export function localVault(keys: readonly string[]): KeyVault {
  const masters = keys.map((key) => Buffer.from(key, 'base64'));
  for (const master of masters) if (master.length !== 32) throw new Error('MASTER_KEY must be 32 bytes in base64');
  const [current] = masters;
  if (!current) throw new Error('MASTER_KEY is missing');
  return {
    wrap: (key, about) => encrypt(current, key, about),
    unwrap: (wrapped, about) => {
      for (const master of masters) {
        try {
          return decrypt(master, wrapped, about);
        } catch {}
      }
      throw new Error('no master key fits');
    },
  };
}
