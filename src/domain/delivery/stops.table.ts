import type { SystemTx, TenantTx, Tx } from '../../data/database';

/** What a stop covers: the company, a channel of it (its name), or a number of it (its id). */
export interface StopKey {
  scope: 'company' | 'channel' | 'sender';
  what: string;
}
export interface StopRow extends StopKey {
  stopped_at: Date;
  stopped_by: string | null;
  /** The first of the two people who want it to go on. */
  resume_by: string | null;
}

export const stopsTable = {
  /** @returns whether it was not stopped before */
  async insert(tx: TenantTx, { scope, what }: StopKey, by: string | null, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO sending_stop AS s (tenant_id, scope, what, stopped_at, stopped_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, scope, what) DO NOTHING RETURNING 1 AS one`,
      [tx.tenant, scope, what, now, by],
    );
    return rows.length > 0;
  },

  async lock(tx: TenantTx, { scope, what }: StopKey): Promise<StopRow | undefined> {
    const [row] = await tx.query<StopRow>(
      `SELECT scope, what, stopped_at, stopped_by, resume_by FROM sending_stop WHERE tenant_id = $1 AND scope = $2 AND what = $3 FOR UPDATE`,
      [tx.tenant, scope, what],
    );
    return row;
  },

  async wantedBy(tx: TenantTx, { scope, what }: StopKey, by: string): Promise<void> {
    await tx.query('UPDATE sending_stop SET resume_by = $4 WHERE tenant_id = $1 AND scope = $2 AND what = $3', [
      tx.tenant,
      scope,
      what,
      by,
    ]);
  },

  async remove(tx: TenantTx, { scope, what }: StopKey): Promise<void> {
    await tx.query('DELETE FROM sending_stop WHERE tenant_id = $1 AND scope = $2 AND what = $3', [
      tx.tenant,
      scope,
      what,
    ]);
  },

  async list(tx: TenantTx): Promise<StopRow[]> {
    return tx.query<StopRow>(
      'SELECT scope, what, stopped_at, stopped_by, resume_by FROM sending_stop WHERE tenant_id = $1 ORDER BY scope, what',
      [tx.tenant],
    );
  },
};

/** For every customer: a channel, or `*` for everything. Whoever may stop here can't let go again; that is done beside the product. */
export const houseStopsTable = {
  async insert(tx: Tx, channel: string, by: string, now: Date): Promise<void> {
    await tx.query(
      'INSERT INTO edge.sending_stop (channel, stopped_at, stopped_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [channel, now, by],
    );
  },

  /** @returns whether it was stopped */
  async remove(tx: SystemTx, channel: string): Promise<boolean> {
    const rows = await tx.query('DELETE FROM edge.sending_stop WHERE channel = $1 RETURNING 1 AS one', [channel]);
    return rows.length > 0;
  },

  async list(tx: Tx): Promise<{ channel: string; stopped_at: Date; stopped_by: string }[]> {
    return tx.query('SELECT channel, stopped_at, stopped_by FROM edge.sending_stop ORDER BY channel');
  },
};
