import type { TenantTx } from '../../data/database';

export interface CertificateRow {
  case_id: string;
  version: number;
  issued_at: Date;
  /** The signed document, its very bytes. */
  document: string;
}

/** Certificates of erasures. A row is never changed: the newest version of a case is the one that is shown. */
export const certificatesTable = {
  async insert(tx: TenantTx, id: string, document: string, at: Date): Promise<void> {
    await tx.query(
      `INSERT INTO certificate (tenant_id, case_id, version, issued_at, document)
       SELECT $1, $2, 1 + count(*), $3, $4 FROM certificate WHERE case_id = $2`,
      [tx.tenant, id, at, document],
    );
  },

  /** Who answers for the data, and how their people read it. */
  async party(
    tx: TenantTx,
  ): Promise<{ name: string; tax_id: string; contact: string; language: string; zone: string }> {
    const [row] = await tx.query<{ name: string; tax_id: string; contact: string; language: string; zone: string }>(
      'SELECT legal_name AS name, rut AS tax_id, contact, language, zone FROM tenant',
    );
    return row ?? { name: '', tax_id: '', contact: '', language: 'es', zone: 'UTC' };
  },

  async newest(tx: TenantTx, id: string): Promise<CertificateRow | undefined> {
    const [row] = await tx.query<CertificateRow>(
      'SELECT case_id, version, issued_at, document FROM certificate WHERE case_id = $1 ORDER BY version DESC LIMIT 1',
      [id],
    );
    return row;
  },
};
