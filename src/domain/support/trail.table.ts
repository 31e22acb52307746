import type { TenantTx } from '../../data/database';

export interface TrailRow {
  at: Date;
  act: string;
  /** `member`, `contact` or `system`, and the member's name. */
  actor: string;
  name: string | null;
  /** Of a campaign or a request. */
  campaign: number | null;
  request: number | null;
}

/**
 * What was done since then, newest first; ids are made from the time, so that only that stretch is read. Plan: audit's key.
 * @param subject `contact:<id>`: only what was done to it
 */
export async function trail(tx: TenantTx, since: Date, limit: number, subject?: string): Promise<TrailRow[]> {
  return tx.query<TrailRow>(
    `SELECT a.at, a.act, split_part(a.actor, ':', 1) AS actor, m.name, c.number AS campaign, p.number AS request
     FROM audit a
     LEFT JOIN member m ON m.tenant_id = a.tenant_id AND a.actor = 'member:' || m.id
     LEFT JOIN campaign c ON c.tenant_id = a.tenant_id AND a.subject = 'campaign:' || c.id
     LEFT JOIN privacy_case p ON p.tenant_id = a.tenant_id AND a.subject = 'case:' || p.id
     WHERE a.tenant_id = $1 AND a.id >= $2::uuid AND ($4::text IS NULL OR a.subject = $4)
     ORDER BY a.id DESC LIMIT $3`,
    [tx.tenant, firstIdOf(since), limit, subject ?? null],
  );
}

/** The lowest id that can have been made then. */
export function firstIdOf(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
