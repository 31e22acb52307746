import type { TenantTx } from '../../data/database';
import { type TemplateRow, templatesTable } from './templates.table';

export interface VerdictPorts {
  /** It can't be sent as it was approved: campaigns that use it wait, and say why. */
  hold(tx: TenantTx, template: TemplateRow, why: string, now: Date): Promise<void>;
  onChanged(tx: TenantTx, template: string): Promise<void>;
  /** One that we don't know: everything is brought level. */
  sync(tx: TenantTx): Promise<void>;
}
type Named = { name: string; language: string };

/** What the provider thinks of a template from now on moves its row at once, and holds what is being sent with it. */
export class TemplateVerdicts {
  constructor(private readonly ports: VerdictPorts) {}

  async status(tx: TenantTx, of: Named & { status: string; why?: string }, now: Date): Promise<void> {
    const row = await this.find(tx, of);
    if (!row) return;
    const { status, why = null } = of;
    await templatesTable.mark(tx, row.id, { status, why });
    if (status !== 'APPROVED') await this.ports.hold(tx, row, 'TEMPLATE_NOT_APPROVED', now);
    await this.ports.onChanged(tx, row.id);
  }

  async standing(tx: TenantTx, of: Named, change: { quality?: string; category?: string }, now: Date): Promise<void> {
    const row = await this.find(tx, of);
    if (!row) return;
    await templatesTable.mark(tx, row.id, change);
    if (change.category && change.category !== row.category) await this.ports.hold(tx, row, 'TEMPLATE_CATEGORY', now);
    if (change.quality === 'RED') await this.ports.hold(tx, row, 'TEMPLATE_QUALITY', now);
    await this.ports.onChanged(tx, row.id);
  }

  private async find(tx: TenantTx, { name, language }: Named): Promise<TemplateRow | undefined> {
    const row = await templatesTable.named(tx, 'whatsapp', name, language);
    if (!row) await this.ports.sync(tx);
    return row;
  }
}
