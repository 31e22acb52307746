import type { Database, TenantTx } from '../../data/database';
import { campaignsTable } from '../campaigns/campaigns.table';
import { fallbacksTable } from '../campaigns/fallbacks.table';
import { openRows } from './counts.table';
import { wakeFallback } from './fallback.table';
import { cancelBatch, reap } from './parcels.table';

const tendSeconds = 1;
const pausedSeconds = 5;

export interface FallbackWorkDeps {
  database: Database;
  issue(ticket: { tenant: string; batch: string }): Promise<boolean>;
  /** Figures may have changed. */
  onProgress(tx: TenantTx, batches: readonly string[]): Promise<void>;
}

/** Keeps a campaign's other channel going for as long as somebody waits for it. Lane: its batch as eight bytes. */
export class FallbackWork {
  readonly kind = 'fallback';

  constructor(private readonly deps: FallbackWorkDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const batch = lane.readBigInt64BE(0).toString();
    const isActive = await this.deps.database.withTenant(tenant, (tx) => this.tend(tx, batch));
    if (isActive) await this.deps.issue({ tenant, batch });
    return 'done';
  }

  /** @returns whether a ticket helps */
  private async tend(tx: TenantTx, batch: string): Promise<boolean> {
    const row = await fallbacksTable.byBatch(tx, batch);
    if (!row) return false;
    const [first = batch] = row.before ?? [];
    await reap(tx, batch);
    if (row.state === 'cancelled') await cancelBatch(tx, batch);
    const open = await openRows(tx, batch);
    const goesOn = row.state === 'sending' || row.state === 'done';
    if (open.planned || open.sending) await wakeFallback(tx, batch, goesOn ? tendSeconds : pausedSeconds);
    else if (row.state === 'sending') await campaignsTable.wake(tx, first); // it may be over now
    await this.deps.onProgress(tx, [first]);
    return goesOn && open.planned;
  }
}
