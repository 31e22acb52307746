import type { TenantTx } from '../../data/database';
import type { CampaignState } from '../campaigns/campaign-state';
import { type Around, campaignsTable } from '../campaigns/campaigns.table';
import { reports } from './reports.service';

export interface CampaignLine {
  id: string;
  number: string;
  name: string;
  segment: string;
  state: CampaignState;
  authorId: string;
  at?: Date;
  doneAt?: Date;
  comment?: string;
  heldWhy?: string;
  sendable: number;
  sent: number;
  delivered: number;
  failed: number;
  queued: number;
}

const nothingYet = { sendable: 0, sent: 0, delivered: 0, failed: 0, queued: 0 };

/** Campaigns as they are seen at a glance: of one that is not frozen nobody is counted, for that takes a look at everybody. */
export async function campaignsAround(tx: TenantTx, around: Around): Promise<CampaignLine[]> {
  const lines: CampaignLine[] = [];
  for (const row of await campaignsTable.around(tx, around)) {
    const figures = row.content_hash ? await reports.figures(tx, row) : nothingYet;
    const { sendable, sent, delivered, failed, queued } = figures;
    lines.push({
      ...{ id: row.id, number: `C-${row.number}`, name: row.name, segment: row.segment_name, state: row.state },
      ...{ authorId: row.author_id, sendable, sent, delivered, failed, queued },
      ...(row.scheduled_at && { at: row.scheduled_at }),
      ...(row.done_at && { doneAt: row.done_at }),
      ...(row.comment && { comment: row.comment }),
      ...(row.held_why && { heldWhy: row.held_why }),
    });
  }
  return lines;
}
