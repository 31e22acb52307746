import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import { fallbacksTable } from './fallbacks.table';
import { type TemplateRow, templatesTable } from './templates.table';

/** The same words for another channel: the approved template that is called alike. @throws TEMPLATE_OTHER_CHANNEL where there is none */
export async function sibling(tx: TenantTx, template: TemplateRow, channel: string): Promise<TemplateRow> {
  const alike = (await templatesTable.list(tx)).filter(
    (one) => one.channel === channel && one.name === template.name && one.status === 'APPROVED',
  );
  const found = alike.find((one) => one.language === template.language) ?? alike[0];
  if (!found) throw new AppError('TEMPLATE_OTHER_CHANNEL');
  return found;
}

/**
 * By which other channel the message goes where its own reaches nobody. Undefined leaves what was said before, as far as it still fits.
 * @param wished a channel, or the id of a template; `none`: by no other
 * @throws TEMPLATE_OTHER_CHANNEL, TEMPLATE_NOT_APPROVED, TENANT_REQUIRED
 */
export async function setFallback(
  tx: TenantTx,
  campaign: string,
  templateId: string,
  wished: string | undefined,
): Promise<void> {
  const own = await templatesTable.get(tx, templateId);
  if (!own) return;
  if (wished === undefined) {
    const fitting = (await fallbacksTable.of(tx, campaign)).filter(({ channel }) => channel !== own.channel);
    return fallbacksTable.put(tx, campaign, fitting);
  }
  if (wished === 'none') return fallbacksTable.put(tx, campaign, []);
  const template = isId(wished) ? await templatesTable.get(tx, wished) : await sibling(tx, own, wished);
  if (!template || template.channel === own.channel) throw new AppError('TEMPLATE_OTHER_CHANNEL');
  if (template.status !== 'APPROVED') throw new AppError('TEMPLATE_NOT_APPROVED');
  const [sender] = await tenantsTable.senders(tx, template.channel);
  if (!sender) throw new AppError('TENANT_REQUIRED');
  await fallbacksTable.put(tx, campaign, [{ template_id: template.id, sender_id: sender.id }]);
}
