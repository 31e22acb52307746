import { createHash } from 'node:crypto';
import type { CampaignRow } from './campaigns.table';
import type { TemplateRow } from './templates.table';

type Sent = Pick<CampaignRow, 'segment_id' | 'segment_version' | 'sender_id' | 'scheduled_at' | 'pace'>;

/** Approval covers what is said, to which group in which version, from which number, when; never who is in the group that day. */
export const contentHash = (row: Sent, template: TemplateRow): Buffer =>
  createHash('sha256')
    .update(
      JSON.stringify([
        template.id,
        template.version,
        template.body,
        template.variables,
        row.segment_id,
        row.sender_id,
        row.scheduled_at?.toISOString() ?? null,
        // what was frozen before segments had versions has none
        ...(row.segment_version === null ? [] : [row.segment_version]),
        ...(row.pace.kind === 'local' || row.pace.kind === 'waves' ? [row.pace] : []),
        // nor had a template parts
        ...(isEmpty(template.parts) ? [] : [template.parts]),
      ]),
    )
    .digest();

const isEmpty = (parts: TemplateRow['parts']): boolean => Object.keys(parts ?? {}).length === 0;

/** Why a campaign may not be sent with this template now: what was approved is what leaves, or nothing does. */
export function obstacle(
  row: CampaignRow,
  template: TemplateRow | undefined,
): 'TEMPLATE_NOT_APPROVED' | 'APPROVAL_STALE' | undefined {
  if (template?.status !== 'APPROVED') return 'TEMPLATE_NOT_APPROVED';
  return row.content_hash?.equals(contentHash(row, template)) ? undefined : 'APPROVAL_STALE';
}
