import type { TenantTx } from '../../data/database';

export interface TrailLine {
  at: Date;
  actor: string;
  act: string;
  detail: Record<string, unknown>;
}

export const dossierTable = {
  /** All that was done with a case, in its order. Plan: audit_subject where there is one, else the tenant's entries. */
  async trail(tx: TenantTx, id: string): Promise<TrailLine[]> {
    return tx.query<TrailLine>(
      'SELECT at, actor, act, detail FROM audit WHERE tenant_id = $1 AND subject = $2 ORDER BY id LIMIT 2000',
      [tx.tenant, `case:${id}`],
    );
  },

  /** What an erasure did, step by step: counts only. */
  async steps(tx: TenantTx, id: string): Promise<{ step: string; count: number; done_at: Date }[]> {
    return tx.query(
      'SELECT step, count, done_at FROM erasure_step WHERE tenant_id = $1 AND case_id = $2 ORDER BY done_at, step',
      [tx.tenant, id],
    );
  },
};
