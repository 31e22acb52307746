import { createHmac, hkdfSync } from 'node:crypto';
import type { KeyVault } from './vault';

/** Keys of the whole installation, each derived from the master key for one purpose. During a rotation the previous master key still answers. */
export class SystemKeys {
  private readonly masters: readonly Buffer[];

  /** @param keys base64, the current master key first, then the previous one during a rotation */
  constructor(
    keys: readonly string[],
    private readonly vault: KeyVault,
  ) {
    this.masters = keys.map((key) => Buffer.from(key, 'base64'));
  }

  /** A keyed hash, under the current master key. */
  hash(purpose: string, value: string): Buffer {
    return this.hashes(purpose, value)[0] as Buffer;
  }

  /** The same under every master key still in use: what to look for. */
  hashes(purpose: string, value: string): Buffer[] {
    return this.masters.map((master) =>
      createHmac('sha256', Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `connectus ${purpose}`, 32)))
        .update(value)
        .digest(),
    );
  }

  /** Seals an access token of one of our senders. @param about what it opens: `whatsapp|default|1055…` */
  sealToken(token: string, about: string): Buffer {
    return this.vault.wrap(Buffer.from(token), `token|${about}`);
  }

  openToken(sealed: Buffer, about: string): string {
    return this.vault.unwrap(sealed, `token|${about}`).toString();
  }
}
