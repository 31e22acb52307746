import type { OutboundContent, SendOutcome } from '../../channel';
import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { fallbacksTable } from '../campaigns/fallbacks.table';
import { type TemplateRow, templatesTable } from '../campaigns/templates.table';
import { askCampaign } from './campaign-facts';
import { type CampaignCode, campaignRefusals } from './gate';
import type { Around } from './rendering';
import { testSendsTable } from './test-sends.table';

/** A channel of a campaign: its own, or one that stands in for it. */
export interface TestRoute {
  row: CampaignRow;
  template: TemplateRow;
}

/** Every channel by which this campaign may reach somebody, its own first. */
export async function routesOf(tx: TenantTx, campaign: CampaignRow): Promise<TestRoute[]> {
  const rows = [campaign];
  for (const { batch_id } of await fallbacksTable.of(tx, campaign.id)) {
    const other = await fallbacksTable.byBatch(tx, batch_id);
    if (other) rows.push(other);
  }
  const routes: TestRoute[] = [];
  for (const row of rows) {
    const template = await templatesTable.get(tx, row.template_id);
    if (template) routes.push({ row, template });
  }
  return routes;
}

/** The route by which a test leaves from this number; undefined: the campaign goes that way no more. */
export async function routeOfTest(tx: TenantTx, test: string, sender: string): Promise<TestRoute | undefined> {
  const campaign = await testSendsTable.campaignOf(tx, test);
  const row = campaign && (await campaignsTable.get(tx, campaign));
  return row ? (await routesOf(tx, row)).find((route) => route.row.sender_id === sender) : undefined;
}

/** What the gate says of a test, whoever it goes to. */
export async function askTest(
  tx: TenantTx,
  { row, template }: TestRoute,
  now: Date,
): Promise<CampaignCode | undefined> {
  const { facts } = await askCampaign(tx, row, template, now);
  return campaignRefusals('test', facts)[0];
}

/** The provider has no copy of what stands above the words. */
export const noMedium: SendOutcome = { outcome: 'refused', code: 'MEDIUM_NOT_UPLOADED', treatment: 'permanent' };

/** A test has the picture of its campaign above its words. @returns undefined where the provider does not take it */
export async function withMedium(
  content: OutboundContent,
  template: TemplateRow | undefined,
  bring: (template: TemplateRow) => Promise<Around['medium']>,
): Promise<OutboundContent | undefined> {
  const kind = template?.parts?.header?.kind ?? 'text';
  if (!template || content.kind !== 'template' || kind === 'text') return content;
  const medium = await bring(template).catch((error) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  return medium && { ...content, header: { kind, media: medium.id, ...(medium.name && { name: medium.name }) } };
}
