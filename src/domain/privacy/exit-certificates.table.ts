import type { SystemTx } from '../../data/database';

/** Certificates of customers who left: they stand in nobody's tables, for nothing of those is left. */
export const exitCertificatesTable = {
  /** By the hash of its own bytes: whoever has the certificate can find it, and nobody else. */
  async find(tx: SystemTx, hash: Buffer): Promise<string | undefined> {
    const [row] = await tx.query<{ document: string }>('SELECT document FROM edge.exit_certificate WHERE hash = $1', [
      hash,
    ]);
    return row?.document;
  },

  async insert(tx: SystemTx, document: string, at: Date): Promise<void> {
    await tx.query(
      `INSERT INTO edge.exit_certificate (hash, document, issued_at) VALUES (sha256(convert_to($1, 'UTF8')), $1, $2) ON CONFLICT (hash) DO NOTHING`,
      [document, at],
    );
  },
};
