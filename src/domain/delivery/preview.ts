import type { TenantTx } from '../../data/database';
import type { Audience } from '../audience/audience.service';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { fallbacksTable } from '../campaigns/fallbacks.table';
import { type TemplateRow, templatesTable } from '../campaigns/templates.table';
import { anybodyOf, lookingAt } from './audience.table';

/** What a campaign says by each of its channels, and one real person who would get it. */
export interface Preview {
  templates: readonly TemplateRow[];
  /** Masked, with the name that fills its places; none where nobody may be written to. */
  person?: { masked: string; name?: string };
}

/** Every template of it: its own, then those that stand in for it. */
export async function templatesOf(tx: TenantTx, row: CampaignRow): Promise<TemplateRow[]> {
  const others = await fallbacksTable.of(tx, row.id);
  const all: TemplateRow[] = [];
  for (const id of [row.template_id, ...others.map((one) => one.template_id)]) {
    const template = await templatesTable.get(tx, id);
    if (template) all.push(template);
  }
  return all;
}

export async function previewOf(tx: TenantTx, audience: Audience, campaign: string, now: Date): Promise<Preview> {
  const row = await campaignsTable.get(tx, campaign);
  if (!row) return { templates: [] };
  const templates = await templatesOf(tx, row);
  const contact = await anybodyOf(tx, row.segment, await lookingAt(tx, row, now));
  if (!contact) return { templates };
  const { name } = await audience.read(tx, contact);
  return {
    templates,
    person: { masked: await audience.masked(tx, contact, templates[0]?.channel), ...(name && { name }) },
  };
}
