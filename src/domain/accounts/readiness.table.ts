import type { TenantTx } from '../../data/database';

/** What a customer puts on record before anything of theirs may leave. */
export interface Papers {
  contract: { version: string; signedAt: Date; signedBy: string; assessedAt: Date };
  /** Names of routes.yaml. */
  subprocessors: readonly string[];
  transfers: readonly { subprocessor: string; country: string; ground: string }[];
  purposes: readonly {
    purpose: 'marketing' | 'service' | 'collections';
    category: 'MARKETING' | 'UTILITY';
    basis: 'consent' | 'contract' | 'legitimate_interest' | 'legal_duty';
  }[];
  /** It sent before it came to us: no ladder of new companies. */
  isKnownSender?: boolean;
  /** Where its links lead, beside the domains of its mail and its policy. */
  domains?: readonly string[];
}

/** What the gate asks of a customer. */
export const readinessTable = {
  async contract(tx: TenantTx, { version, signedAt, signedBy, assessedAt }: Papers['contract']): Promise<void> {
    await tx.query(
      `INSERT INTO contract (tenant_id, version, signed_at, signed_by, assessed_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id) DO UPDATE SET version = excluded.version, signed_at = excluded.signed_at,
         signed_by = excluded.signed_by, assessed_at = excluded.assessed_at`,
      [tx.tenant, version, signedAt, signedBy, assessedAt],
    );
  },

  /** Whatever step of the ladder of new companies it stood on. */
  async knownSender(tx: TenantTx, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO sending_ladder (tenant_id, step, since) VALUES ($1, NULL, $2)
       ON CONFLICT (tenant_id) DO UPDATE SET step = NULL, since = excluded.since`,
      [tx.tenant, now],
    );
  },

  async domains(tx: TenantTx, domains: readonly string[]): Promise<void> {
    await tx.query('UPDATE tenant SET domains = $2::text[] WHERE tenant_id = $1', [tx.tenant, domains]);
  },

  async authorise(tx: TenantTx, subprocessor: string, by: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO subprocessor_authorisation (tenant_id, subprocessor, authorised_at, authorised_by) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, subprocessor) DO UPDATE SET revoked_at = NULL`,
      [tx.tenant, subprocessor, now, by],
    );
  },

  /** From now on nothing is routed through them. */
  async revoke(tx: TenantTx, subprocessor: string, now: Date): Promise<void> {
    await tx.query('UPDATE subprocessor_authorisation SET revoked_at = $2 WHERE subprocessor = $1', [
      subprocessor,
      now,
    ]);
  },

  async transfer(tx: TenantTx, row: Papers['transfers'][number], now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO transfer (tenant_id, subprocessor, country, ground, recorded_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, subprocessor, country) DO UPDATE SET ground = excluded.ground`,
      [tx.tenant, row.subprocessor, row.country, row.ground, now],
    );
  },

  async declare(tx: TenantTx, row: Papers['purposes'][number], now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO declared_purpose (tenant_id, purpose, category, basis, declared_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, purpose, category) DO UPDATE SET basis = excluded.basis`,
      [tx.tenant, row.purpose, row.category, row.basis, now],
    );
  },
};
