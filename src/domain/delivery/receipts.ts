import type { ChannelEvent } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Keys, TenantKeys } from '../../data/keys';
import { applyReceipts, countResidue, dropReceipts, type FoldedReceipt, waitingReceipts } from './receipts.table';
import { readReference } from './reference';

const most = 500;

export interface ReceiptPorts {
  /** The provider says that this person stopped promotions there. */
  onProviderStop(tx: TenantTx, contact: string, evidence: string, now: Date): Promise<void>;
  onProgress(tx: TenantTx, batches: readonly string[]): Promise<void>;
}

type ReceiptEvent = ChannelEvent & { kind: 'receipt' };

/** What became of our messages: folded in batches, in any order, as often as they come. */
export class Receipts {
  readonly kind = 'receipts';

  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly clock: Clock,
    private readonly ports: ReceiptPorts,
  ) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const taken = await this.database.withTenant(tenant, (tx) => this.fold(tx, lane));
    return taken < most ? 'done' : 'again';
  }

  private async fold(tx: TenantTx, lane: Buffer): Promise<number> {
    const rows = await waitingReceipts(tx, lane, most);
    if (rows.length === 0) return 0;
    const keys = await this.keys.of(tx);
    const now = this.clock.now();
    const folded: (FoldedReceipt & { stop: boolean; inbox: string })[] = [];
    const strangers = new Map<string, number>();
    for (const row of rows) {
      const event = open(keys, row);
      const key = readReference(keys, event.reference);
      if (!key) strangers.set(event.status, (strangers.get(event.status) ?? 0) + 1);
      else
        folded.push({
          ...key,
          status: event.status,
          at: row.at,
          code: event.error?.code ?? null,
          stop: event.error?.treatment === 'suppress',
          inbox: row.id,
        });
    }
    const known = folded.length > 0 ? await applyReceipts(tx, folded) : [];
    await this.count(tx, now, strangers, folded, known);
    for (const stop of folded.filter((one) => one.stop)) {
      const person = known.find((one) => one.batch === stop.batch && one.seq === stop.seq);
      if (person) await this.ports.onProviderStop(tx, person.contact, stop.inbox, now);
    }
    await dropReceipts(
      tx,
      lane,
      rows.map((row) => row.id),
    );
    await this.ports.onProgress(tx, [...new Set(known.map((one) => one.batch))]);
    return rows.length;
  }

  private async count(
    tx: TenantTx,
    now: Date,
    strangers: ReadonlyMap<string, number>,
    folded: readonly FoldedReceipt[],
    known: readonly { batch: string; seq: string }[],
  ): Promise<void> {
    const day = now.toISOString().slice(0, 10);
    for (const [status, count] of strangers) await countResidue(tx, day, status, 'no_reference', count);
    const have = new Set(known.map((one) => `${one.batch}.${one.seq}`));
    const gone = folded.filter((one) => !have.has(`${one.batch}.${one.seq}`));
    for (const status of new Set(gone.map((one) => one.status)))
      await countResidue(tx, day, status, 'erased', gone.filter((one) => one.status === status).length);
  }
}

const open = (keys: TenantKeys, row: { id: string; sealed: Buffer }): ReceiptEvent =>
  JSON.parse(keys.open(row.sealed, `inbox|${row.id}`).toString('utf8'));
