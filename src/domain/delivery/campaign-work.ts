import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Campaigns } from '../campaigns/campaigns.service';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { obstacle } from '../campaigns/content';
import { templatesTable } from '../campaigns/templates.table';
import { cancelBatch, openRows, reap } from './parcels.table';

const reapEveryMs = 5_000;
const tendSeconds = 0.5;

export interface CampaignWorkDeps {
  database: Database;
  clock: Clock;
  campaigns: Campaigns;
  issue(ticket: { tenant: string; batch: string }): Promise<boolean>;
  /** Figures may have changed: cards are drawn again. About twice a second while a campaign is sent. */
  onProgress(tx: TenantTx, batches: readonly string[]): Promise<void>;
}

/** Keeps one campaign going: its hour, its tickets, lost workers, its end. Lane: the batch as eight bytes. */
export class CampaignWork {
  readonly kind = 'campaign';
  private readonly reaped = new Map<string, number>();

  constructor(private readonly deps: CampaignWorkDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const batch = lane.readBigInt64BE(0).toString();
    const isActive = await this.deps.database.withTenant(tenant, (tx) => this.tend(tx, batch));
    if (isActive) await this.deps.issue({ tenant, batch });
    return 'done';
  }

  /** @returns whether a ticket helps */
  private async tend(tx: TenantTx, batch: string): Promise<boolean> {
    const { campaigns, clock } = this.deps;
    const found = await campaignsTable.byBatch(tx, batch);
    const row = found && (await campaignsTable.lock(tx, found.id));
    if (!row) return false;
    if (row.state === 'scheduled' && !(await campaigns.startIfDue(tx, row, clock.now()))) {
      await campaignsTable.wake(tx, batch, this.until(row));
      return false;
    }
    const why = row.state === 'sending' && obstacle(row, await templatesTable.get(tx, row.template_id));
    if (why) await campaigns.halt(tx, batch, why, clock.now());
    return this.settle(tx, (await campaignsTable.byBatch(tx, batch)) ?? row);
  }

  /** Lost workers are given up, and a campaign with nothing left is done; one that was stopped is looked after until nothing is on its way. */
  private async settle(tx: TenantTx, row: CampaignRow): Promise<boolean> {
    const { campaigns, clock, onProgress } = this.deps;
    const batch = row.batch_id;
    if (this.mayReap(batch)) await reap(tx, batch);
    const open = await openRows(tx, batch);
    // What was on its way when it was cancelled may have come back since. After the look: what comes back later was still on its way then.
    if (row.state === 'cancelled') await cancelBatch(tx, batch);
    await onProgress(tx, [batch]);
    if (row.state === 'sending' && !open.planned && !open.sending) {
      this.reaped.delete(batch);
      await campaigns.finish(tx, row, clock.now());
    } else if (row.state === 'sending' || open.sending) await campaignsTable.wake(tx, batch, tendSeconds);
    return row.state === 'sending' && open.planned;
  }

  private mayReap(batch: string): boolean {
    const now = performance.now();
    if (now - (this.reaped.get(batch) ?? Number.NEGATIVE_INFINITY) < reapEveryMs) return false;
    this.reaped.set(batch, now);
    return true;
  }

  // The product's clock may be moved: nobody sleeps longer than this.
  private until(row: CampaignRow): number {
    const left = ((row.scheduled_at?.getTime() ?? 0) - this.deps.clock.now().getTime()) / 1_000;
    return Math.min(5, Math.max(0.1, left));
  }
}
