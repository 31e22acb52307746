import type { TenantTx } from '../../data/database';

export interface Breaker {
  /** Of the last message that did not go through. */
  code: string;
  /** Missing: something went wrong, not yet so often that it opened. */
  opened_at: Date | null;
}
export interface BreakerRules {
  troubles: number;
  seconds: number;
  first_probe_seconds: number;
  longest_probe_seconds: number;
}

/** How it stands with this number; undefined: all is well. Plan: sender_breaker's key. */
export async function breakerOf(tx: TenantTx, sender: string): Promise<Breaker | undefined> {
  const [row] = await tx.query<Breaker>(
    'SELECT code, opened_at FROM sender_breaker WHERE tenant_id = $1 AND sender_id = $2',
    [tx.tenant, sender],
  );
  return row;
}

/** So many more did not go through. @returns whether it opens with them */
export async function countTroubles(
  tx: TenantTx,
  sender: string,
  { count, code }: { count: number; code: string },
  rules: BreakerRules,
  now: Date,
): Promise<boolean> {
  await tx.query(
    `INSERT INTO sender_breaker AS b (tenant_id, sender_id, troubles, since, code) VALUES ($1, $2, $3, clock_timestamp(), $4)
     ON CONFLICT (tenant_id, sender_id) DO UPDATE SET troubles = least(b.troubles + excluded.troubles, 1000000), code = excluded.code`,
    [tx.tenant, sender, count, code],
  );
  const opened = await tx.query(
    `UPDATE sender_breaker SET opened_at = $3, probes = 0, probe_at = clock_timestamp() + make_interval(secs => $6)
     WHERE tenant_id = $1 AND sender_id = $2 AND opened_at IS NULL AND troubles >= $4 AND since <= clock_timestamp() - make_interval(secs => $5)
     RETURNING 1 AS one`,
    [tx.tenant, sender, now, rules.troubles, rules.seconds, rules.first_probe_seconds],
  );
  return opened.length > 0;
}

/** Something went through. @returns since when it had been open; undefined: it was not */
export async function forgetTroubles(tx: TenantTx, sender: string): Promise<Date | undefined> {
  const [row] = await tx.query<{ opened_at: Date | null }>(
    'DELETE FROM sender_breaker WHERE tenant_id = $1 AND sender_id = $2 RETURNING opened_at',
    [tx.tenant, sender],
  );
  return row?.opened_at ?? undefined;
}

/** Whether one message may be tried now; whoever asks first has it. */
export async function takeProbe(tx: TenantTx, sender: string, rules: BreakerRules): Promise<boolean> {
  const taken = await tx.query(
    `UPDATE sender_breaker SET probes = probes + 1,
       probe_at = clock_timestamp() + make_interval(secs => least($4::float8, $3::float8 * 2 ^ least(probes + 1, 20)))
     WHERE tenant_id = $1 AND sender_id = $2 AND opened_at IS NOT NULL AND probe_at <= clock_timestamp() RETURNING 1 AS one`,
    [tx.tenant, sender, rules.first_probe_seconds, rules.longest_probe_seconds],
  );
  return taken.length > 0;
}
