import type { TenantTx } from '../../data/database';

export type Strength = 'stop' | 'hold';
export interface Suppression {
  strength: Strength;
  effectiveAt: Date;
  source: string;
  evidence?: string;
}

// What stands keeps its reason against something weaker: a hold against a stop, another hold against that of a case.
const outranked = `(excluded.strength = 'hold' AND (s.strength = 'stop' OR s.source = 'case'))`;

/** Stop tokens of those who must not be written to. Holds no number and no name, and outlives the person's data. */
export const suppressionsTable = {
  /** A stop is never weakened to a hold; the later moment is kept, so that an older wish to return clears nothing. */
  async put(tx: TenantTx, tokens: readonly Buffer[], wish: Suppression): Promise<void> {
    await tx.query(
      `INSERT INTO suppression AS s (tenant_id, token, strength, effective_at, source, evidence)
       SELECT $1, t, $3, $4, $5, $6 FROM unnest($2::bytea[]) t ORDER BY t
       ON CONFLICT (tenant_id, token, channel, purpose) DO UPDATE SET
         strength = CASE WHEN 'stop' IN (s.strength, excluded.strength) THEN 'stop' ELSE 'hold' END,
         source = CASE WHEN ${outranked} THEN s.source ELSE excluded.source END,
         evidence = CASE WHEN ${outranked} THEN s.evidence ELSE excluded.evidence END,
         effective_at = greatest(s.effective_at, excluded.effective_at)`,
      [tx.tenant, tokens, wish.strength, wish.effectiveAt, wish.source, wish.evidence ?? null],
    );
  },

  async of(tx: TenantTx, tokens: readonly Buffer[]): Promise<(Suppression & { token: Buffer })[]> {
    const rows = await tx.query<{
      token: Buffer;
      strength: Strength;
      effective_at: Date;
      source: string;
      evidence: string | null;
    }>(
      `SELECT token, strength, effective_at, source, evidence FROM suppression
       WHERE token = ANY($1::bytea[]) AND channel = 'all' AND purpose = 'marketing'`,
      [tokens],
    );
    return rows.map((row) => ({
      token: row.token,
      strength: row.strength,
      effectiveAt: row.effective_at,
      source: row.source,
      ...(row.evidence && { evidence: row.evidence }),
    }));
  },

  /** Ends holds; stops stay. Those of cases end with the last open case, all others by the person's word. */
  async releaseHolds(tx: TenantTx, tokens: readonly Buffer[], of: 'person' | 'case'): Promise<void> {
    await tx.query(
      `DELETE FROM suppression WHERE token = ANY($1::bytea[]) AND strength = 'hold' AND (source = 'case') = $2`,
      [tokens, of === 'case'],
    );
  },

  /** The person came back: what they said before that moment ends. A stop of the same moment wins, and an open case of theirs goes on holding. */
  async clearBefore(tx: TenantTx, contact: string, tokens: readonly Buffer[], moment: Date): Promise<void> {
    const [open] = await tx.query<{ id: string }>(
      `SELECT id FROM privacy_case WHERE contact_id = $1 AND state NOT IN ('answered', 'closed', 'withdrawn')
       ORDER BY received_at DESC, number DESC LIMIT 1`,
      [contact],
    );
    if (!open) {
      await tx.query('DELETE FROM suppression WHERE token = ANY($1::bytea[]) AND effective_at < $2', [tokens, moment]);
      return;
    }
    // A row keeps one reason only: under the person's own stop the case may hold too.
    await tx.query(
      `UPDATE suppression SET strength = CASE source WHEN 'case' THEN strength ELSE 'hold' END, source = 'case', evidence = $3
       WHERE token = ANY($1::bytea[]) AND effective_at < $2`,
      [tokens, moment, open.id],
    );
  },

  /** What one identifier's token says holds for all of them: a person who left by one address has left by each. */
  async spread(tx: TenantTx, tokens: readonly Buffer[]): Promise<void> {
    await tx.query(
      `INSERT INTO suppression AS s (tenant_id, token, channel, purpose, strength, effective_at, source, evidence)
       SELECT $1, t, k.channel, k.purpose, k.strength, k.effective_at, k.source, k.evidence
       FROM (SELECT DISTINCT ON (channel, purpose) * FROM suppression WHERE token = ANY($2::bytea[])
             ORDER BY channel, purpose, strength DESC, effective_at DESC) k, unnest($2::bytea[]) t
       ON CONFLICT (tenant_id, token, channel, purpose) DO UPDATE SET
         strength = CASE WHEN 'stop' IN (s.strength, excluded.strength) THEN 'stop' ELSE 'hold' END,
         effective_at = greatest(s.effective_at, excluded.effective_at)`,
      [tx.tenant, tokens],
    );
  },
};
