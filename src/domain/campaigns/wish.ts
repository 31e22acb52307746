import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import { unknownIn } from '../audience/segments/expression';
import { segmentsTable } from '../audience/segments.table';
import { isInReview } from './approval';
import { sibling } from './fallbacks';
import { paceOf, type WishedPace } from './pace';
import { purposeOf, type TemplateRow, templatesTable } from './templates.table';

/** What is to be sent to whom; without `at`, as soon as it is approved. */
export interface CampaignWish {
  template: string;
  segment: string;
  at?: Date;
  pace?: WishedPace;
  /** By which it goes, where the template is called alike for several. */
  channel?: string;
  /** The channel, or the template, by which it goes where its own reaches nobody; `none`: no other. */
  backup?: string;
}

/** What is to be sent, to whom and from where, as it can be. Now is as soon as it is approved: by then that moment is over. */
export async function wished(tx: TenantTx, wish: CampaignWish, now: Date) {
  const named = isId(wish.template) ? await templatesTable.get(tx, wish.template) : undefined;
  if (!named) throw new AppError('TEMPLATE_NOT_FOUND');
  const isThere = wish.channel === undefined || wish.channel === named.channel;
  const template = isThere ? named : await sibling(tx, named, wish.channel ?? '');
  if (template.status !== 'APPROVED' && !isInReview(template.status)) throw new AppError('TEMPLATE_NOT_APPROVED');
  const segment = isId(wish.segment) ? await segmentsTable.get(tx, wish.segment) : undefined;
  if (!segment || unknownIn(segment.expression) !== undefined) throw new AppError('SEGMENT_NOT_FOUND');
  const [sender] = await tenantsTable.senders(tx, template.channel);
  if (!sender) throw new AppError('TENANT_REQUIRED');
  const at = wish.at && wish.at > now ? wish.at : undefined;
  return {
    name: spoken(template),
    template_id: template.id,
    segment_id: segment.id,
    sender_id: sender.id,
    purpose: purposeOf(template),
    scheduled_at: at ?? null,
    pace: paceOf(wish.pace, at, (await tenantsTable.get(tx))?.zone ?? 'UTC'),
  };
}

const spoken = (template: TemplateRow): string => template.name.replace(/_/g, ' ');
