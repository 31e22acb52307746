import type { SystemTx } from '../../data/database';
import type { PublicKey } from '../../data/signing';

/** The public keys this installation ever signed with: none is taken away, for what it signed is verified for years. */
export const signingKeysTable = {
  async publish(tx: SystemTx, key: PublicKey, at: Date): Promise<void> {
    await tx.query(
      'INSERT INTO edge.signing_key (id, public_key, since) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
      [key.id, key.public_key, at],
    );
  },

  async list(tx: SystemTx): Promise<(PublicKey & { since: Date })[]> {
    return tx.query('SELECT id, public_key, since FROM edge.signing_key ORDER BY since, id');
  },
};
