import type { TenantTx } from '../../data/database';

/** What a contract states, beside its version. */
export interface Terms {
  version: string;
  object: string;
  duration: string;
  purpose: string;
  data: string;
  subjects: string;
  duties: string;
}
/** What a customer puts on record before anything of theirs may leave. */
export interface Papers {
  contract: { terms: Terms; signedAt: Date; signedBy: string };
  /** Of the impact on people; due above so many of them. */
  assessment?: { reference: string; at: Date };
  /** Ids of subprocessors.yaml. */
  subprocessors: readonly string[];
  transfers: readonly Transfer[];
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
export interface Transfer {
  subprocessor: string;
  country: string;
  ground: string;
  document: string;
}
export interface ContractRow {
  version: string;
  signed_at: Date;
  signed_by: string;
  hash: Buffer | null;
}
export interface AuthorisationRow {
  subprocessor: string;
  authorised_at: Date;
  authorised_by: string;
  revoked_at: Date | null;
}

/** What the gate asks of a customer. */
export const papersTable = {
  async contract(tx: TenantTx, { terms, signedAt, signedBy }: Papers['contract'], hash: Buffer): Promise<void> {
    await tx.query(
      `INSERT INTO contract (tenant_id, version, signed_at, signed_by, object, duration, purpose, data, subjects, duties, hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (tenant_id) DO UPDATE SET version = excluded.version, signed_at = excluded.signed_at, signed_by = excluded.signed_by,
         object = excluded.object, duration = excluded.duration, purpose = excluded.purpose, data = excluded.data,
         subjects = excluded.subjects, duties = excluded.duties, hash = excluded.hash`,
      [
        tx.tenant,
        terms.version,
        signedAt,
        signedBy,
        terms.object,
        terms.duration,
        terms.purpose,
        terms.data,
        terms.subjects,
        terms.duties,
        hash,
      ],
    );
  },

  async signed(tx: TenantTx): Promise<ContractRow | undefined> {
    // Of a member who signed, the name that they have now.
    const [row] = await tx.query<ContractRow>(
      `SELECT version, signed_at, coalesce((SELECT m.name FROM member m WHERE 'member:' || m.id = signed_by), signed_by) AS signed_by, hash FROM contract`,
    );
    return row;
  },

  async assess(
    tx: TenantTx,
    { id, reference, at }: { id: string; reference: string; at: Date },
    by: string,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO impact_assessment (tenant_id, id, reference, people, made_at, recorded_by)
       SELECT $1, $2, $3, (SELECT count(*)::int FROM contact), $4, $5
       WHERE NOT EXISTS (SELECT 1 FROM impact_assessment a WHERE a.reference = $3)`,
      [tx.tenant, id, reference, at, by],
    );
  },

  async assessments(tx: TenantTx): Promise<{ reference: string; people: number; made_at: Date }[]> {
    return tx.query('SELECT reference, people, made_at FROM impact_assessment ORDER BY made_at DESC, id DESC');
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
      `INSERT INTO subprocessor_authorisation AS a (tenant_id, subprocessor, authorised_at, authorised_by) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, subprocessor) DO UPDATE SET revoked_at = NULL,
         authorised_at = CASE WHEN a.revoked_at IS NULL THEN a.authorised_at ELSE excluded.authorised_at END,
         authorised_by = CASE WHEN a.revoked_at IS NULL THEN a.authorised_by ELSE excluded.authorised_by END`,
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

  async authorisations(tx: TenantTx): Promise<AuthorisationRow[]> {
    return tx.query<AuthorisationRow>(
      'SELECT subprocessor, authorised_at, authorised_by, revoked_at FROM subprocessor_authorisation ORDER BY subprocessor',
    );
  },

  async transfer(tx: TenantTx, row: Transfer, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO transfer (tenant_id, subprocessor, country, ground, document, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (tenant_id, subprocessor, country) DO UPDATE SET ground = excluded.ground, document = excluded.document`,
      [tx.tenant, row.subprocessor, row.country, row.ground, row.document, now],
    );
  },

  async transfers(tx: TenantTx): Promise<(Transfer & { recorded_at: Date })[]> {
    return tx.query(
      'SELECT subprocessor, country, ground, document, recorded_at FROM transfer ORDER BY subprocessor, country',
    );
  },

  async declared(tx: TenantTx): Promise<Papers['purposes'][number]['purpose'][]> {
    const rows = await tx.query<Papers['purposes'][number]>('SELECT DISTINCT purpose FROM declared_purpose');
    return rows.map(({ purpose }) => purpose);
  },

  async declare(tx: TenantTx, row: Papers['purposes'][number], now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO declared_purpose (tenant_id, purpose, category, basis, declared_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, purpose, category) DO UPDATE SET basis = excluded.basis`,
      [tx.tenant, row.purpose, row.category, row.basis, now],
    );
  },
};
