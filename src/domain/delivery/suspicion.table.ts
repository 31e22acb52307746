import type { TenantTx } from '../../data/database';
import type { CampaignRow } from '../campaigns/campaigns.table';
import type { TemplateRow } from '../campaigns/templates.table';
import { wordsOf } from './campaign-words';

/** What is known of who sends what to whom, and of how it was until now. */
export interface Signs {
  companySince: Date;
  zone: string;
  /** null: no member any more, or never one. */
  authorSince: Date | null;
  approverSince: Date | null;
  templateSince: Date | null;
  authorHasSent: boolean;
  draftsInHour: number;
  people: number;
  allPeople: number;
  largestBefore: number;
  /** Words of templates that were sent before. */
  wordsBefore: readonly string[];
}

const lookedAt = 200;

/** Once a campaign. Plans: the keys of tenant, member and template; campaign by its customer; message_count's key by batch; standing counted once. */
export async function readSigns(tx: TenantTx, row: CampaignRow, now: Date): Promise<Signs> {
  const [seen] = await tx.query<Omit<Signs, 'wordsBefore'>>(
    `WITH sizes AS (
       SELECT k.id, sum(n.n) FILTER (WHERE n.state <> 'left_out')::int AS people
       FROM campaign k JOIN message_count n ON n.tenant_id = k.tenant_id AND n.batch_id = k.batch_id
       WHERE k.tenant_id = $1 AND (k.started_at IS NOT NULL OR k.id = $2) GROUP BY 1)
     SELECT t.created_at AS "companySince", t.zone,
       (SELECT created_at FROM member m WHERE m.tenant_id = $1 AND m.id = $3) AS "authorSince",
       (SELECT created_at FROM member m WHERE m.tenant_id = $1 AND m.id = $4) AS "approverSince",
       (SELECT changed_at FROM template p WHERE p.tenant_id = $1 AND p.id = $5) AS "templateSince",
       EXISTS (SELECT 1 FROM campaign k WHERE k.tenant_id = $1 AND k.author_id = $3 AND k.started_at IS NOT NULL AND k.id <> $2) AS "authorHasSent",
       (SELECT count(*)::int FROM campaign k WHERE k.tenant_id = $1 AND k.author_id = $3
          AND k.created_at > $6::timestamptz - interval '1 hour' AND k.created_at <= $6::timestamptz) AS "draftsInHour",
       coalesce((SELECT people FROM sizes WHERE id = $2), 0) AS people,
       (SELECT count(*)::int FROM standing s WHERE s.tenant_id = $1) AS "allPeople",
       coalesce((SELECT max(people) FROM sizes WHERE id <> $2), 0) AS "largestBefore"
     FROM tenant t WHERE t.tenant_id = $1`,
    [tx.tenant, row.id, row.author_id, row.approver_id, row.template_id, now],
  );
  if (!seen) throw new Error('a campaign of no customer');
  const before = await tx.query<Pick<TemplateRow, 'body' | 'variables' | 'parts'>>(
    `SELECT DISTINCT ON (p.id) p.body, p.variables, p.parts FROM campaign k JOIN template p ON p.tenant_id = k.tenant_id AND p.id = k.template_id
     WHERE k.tenant_id = $1 AND k.started_at IS NOT NULL AND k.id <> $2 LIMIT ${lookedAt}`,
    [tx.tenant, row.id],
  );
  return { ...seen, wordsBefore: before.map(wordsOf) };
}

/** Which signs it was held for. */
export async function signsSeen(tx: TenantTx, campaign: string): Promise<string[]> {
  const [row] = await tx.query<{ signs: string[] }>(
    'SELECT signs FROM campaign_suspicion WHERE tenant_id = $1 AND campaign_id = $2',
    [tx.tenant, campaign],
  );
  return row?.signs ?? [];
}

/** Once: the first judgement stands. */
export async function keepSuspicion(
  tx: TenantTx,
  campaign: string,
  points: number,
  signs: readonly string[],
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO campaign_suspicion (tenant_id, campaign_id, points, signs, judged_at) VALUES ($1, $2, $3, $4::text[], $5) ON CONFLICT DO NOTHING`,
    [tx.tenant, campaign, points, signs, now],
  );
}

/** Whether a member joined since then, in a company that is older than so many days. Plan: the keys of member and tenant. */
export async function isNewHere(
  tx: TenantTx,
  member: string,
  since: Date,
  companyDays: number,
  now: Date,
): Promise<boolean> {
  const [row] = await tx.query<{ isNew: boolean }>(
    `SELECT m.created_at > $3 AND t.created_at < $5::timestamptz - make_interval(days => $4) AS "isNew"
     FROM member m JOIN tenant t ON t.tenant_id = m.tenant_id WHERE m.tenant_id = $1 AND m.id = $2`,
    [tx.tenant, member, since, companyDays, now],
  );
  return row?.isNew ?? false;
}
