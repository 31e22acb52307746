import type { TenantTx } from '../../../data/database';
import { AppError } from '../../../errors';
import { tenantsTable } from '../../accounts/tenants.table';
import { type Batch, batchesOf, placesFrom } from './candidates';
import { added, asCounts, type Counts, noCounts } from './counts';
import { type ImportRow, importsTable } from './import.table';
import { type ImportDeps, type Imports, idOf, laneOf } from './imports.service';
import { PersonReader } from './persons';
import { rowsOf } from './records';
import { Seen } from './seen';
import { Store } from './store';
import { storeTable } from './store.table';

const mostTries = 8;
/** Lists longer than this change what the planner should know. */
const long = 5_000;

/** What becomes of the rows that were not taken, once the list is in; then its file is destroyed. */
export type HandBack = (tenant: string, row: ImportRow) => Promise<void>;
/** Brings a file from where a member put it. @throws AppError of what can't be helped, anything else is tried again */
export type Fetch = (tenant: string, row: ImportRow) => Promise<AsyncIterable<Buffer>>;

/**
 * Looks a list through or stores it, batch by batch. Each batch and the row it reaches commit together: begun again after a crash it goes on there,
 * with the same end. While the database stores one batch the next is made ready. Lane: the import's id.
 */
export class ImportWork {
  readonly kind = 'import';

  private readonly deps: ImportDeps;

  constructor(
    private readonly imports: Imports,
    private readonly handOver: HandBack,
    private readonly fetch?: Fetch,
  ) {
    this.deps = imports.deps;
  }

  async run(tenant: string, lane: Buffer): Promise<'done'> {
    await this.work(tenant, idOf(lane));
    return 'done';
  }

  /** Five tries failed: it can't be read. */
  async parked(tenant: string, lane: Buffer): Promise<void> {
    await this.deps.database.withTenant(tenant, async (tx) => {
      const row = await importsTable.get(tx, idOf(lane), true);
      if (row && ['fetching', 'counting', 'running'].includes(row.state))
        await this.imports.end(tx, row, 'stopped', 'system', { code: 'IMPORT_UNREADABLE' });
    });
  }

  /** To the end of what is to be done now. @param onBatch told after each batch */
  async work(tenant: string, id: string, onBatch?: (counts: Counts) => void): Promise<void> {
    let row = await this.deps.database.withTenant(tenant, (tx) => importsTable.get(tx, id));
    if (row?.state === 'fetching') row = await this.arrive(tenant, row);
    if (!row) return;
    try {
      if (row.state === 'counting') await this.count(tenant, row, onBatch);
      if (row.state === 'running') await this.store(tenant, row, onBatch);
    } catch (error) {
      if (error instanceof AppError && error.code === 'IMPORT_STATE') return; // another works on it, or it was stopped
      throw error;
    }
    if (row.state === 'running' || row.state === 'done') await this.handBack(tenant, id);
  }

  /** What is no list, or can't be had, ends here with its reason. */
  private async arrive(tenant: string, row: ImportRow): Promise<ImportRow | undefined> {
    const { database } = this.deps;
    if (!this.fetch) return undefined;
    try {
      await this.imports.fetched(tenant, row, await this.fetch(tenant, row));
    } catch (error) {
      if (!(error instanceof AppError) || error.retry) throw error;
      const { code } = error;
      await database.withTenant(tenant, async (tx) => {
        const now = await importsTable.get(tx, row.id, true);
        if (now?.state === 'fetching') await this.imports.end(tx, now, 'stopped', 'system', { code });
      });
    }
    return database.withTenant(tenant, (tx) => importsTable.get(tx, row.id));
  }

  private async count(tenant: string, row: ImportRow, onBatch?: (counts: Counts) => void): Promise<void> {
    const { database, ports } = this.deps;
    const { store, batches } = await this.open(tenant, row, 0, () => false);
    let counts = noCounts();
    for await (const batch of batches) {
      counts = await database.withTenant(tenant, async (tx) => {
        const sum = added(counts, await store.look(tx, batch));
        await importsTable.looked(tx, row.id, sum);
        await importsTable.goOn(tx, laneOf(row.id));
        await ports.onChanged(tx, row.id, true);
        return sum;
      });
      onBatch?.(counts);
    }
    await database.withTenant(tenant, async (tx) => {
      await importsTable.counted(tx, row.id, counts);
      await ports.onChanged(tx, row.id, false);
    });
  }

  private async store(tenant: string, row: ImportRow, onBatch?: (counts: Counts) => void): Promise<void> {
    const { imports } = this;
    const { database } = this.deps;
    // Of the last batch, the share that was known before: whom somebody knows needs no key made ahead.
    let known = 0;
    const { store, batches } = await this.open(tenant, row, row.checkpoint, () => known < 0.5);
    let counts = asCounts(row.counts);
    let { checkpoint } = row;
    // The next batch is made ready while this one is stored.
    let coming = batches.next();
    try {
      for (;;) {
        const { value: batch, done } = await coming;
        if (done || !batch) break;
        coming = batches.next();
        coming.catch(() => {}); // told when it is awaited
        const sum = await this.storeOne(tenant, row, store, batch, checkpoint);
        known = (sum.updated - counts.updated) / batch.rows;
        counts = sum;
        checkpoint = batch.upTo;
        onBatch?.(counts);
      }
    } finally {
      await batches.return(undefined); // lets go of the file
    }
    await database.withTenant(tenant, async (tx) => {
      const { created, updated, suppressed, duplicate, invalid, unproven } = counts;
      await imports.end(tx, row, 'done', 'system', { created, updated, suppressed, duplicate, invalid, unproven });
    });
  }

  private async storeOne(tenant: string, row: ImportRow, store: Store, batch: Batch, before: number): Promise<Counts> {
    const { database, ports, clock } = this.deps;
    for (let tries = 1; ; tries++) {
      try {
        return await database.withTenant(tenant, async (tx) => {
          const now = await importsTable.get(tx, row.id, true);
          if (now?.state !== 'running' || now.checkpoint !== before) throw new AppError('IMPORT_STATE');
          const grant = (inner: TenantTx, grants: Parameters<typeof ports.grant>[2], isNew: boolean) =>
            ports.grant(inner, row, grants, isNew, clock.now());
          const counts = added(
            asCounts(now.counts),
            await store.store(tx, batch, `import:${row.name}`, row.channels, { grant }, tries === 1),
          );
          await importsTable.reject(tx, row.id, batch.refused);
          await importsTable.checkpoint(tx, row.id, batch.upTo, counts);
          await importsTable.goOn(tx, laneOf(row.id));
          await ports.onChanged(tx, row.id, true);
          return counts;
        });
      } catch (error) {
        if (tries >= mostTries || !isOvertaken(error)) throw error;
      }
    }
  }

  private async open(tenant: string, row: ImportRow, checkpoint: number, isFresh: () => boolean) {
    const { database, keys, blobs, suppressions, clock } = this.deps;
    const { key, place } = await database.withTenant(tenant, async (tx) => ({
      key: (await keys.of(tx)).open(row.blob_key as Buffer, `import|${row.id}`),
      place: (await tenantsTable.get(tx)) as { country: string; language: string; zone: string },
    }));
    const makers = {
      keys: await database.withTenant(tenant, (tx) => keys.current(tx)),
      key: await keys.maker(tenant),
      reader: new PersonReader(row.reading.columns, place.country, clock.now()),
      seen: new Seen(),
      placeOf: placesFrom({ country: place.country, language: place.language, zone: place.zone }),
      now: clock.now(),
    };
    const rows = rowsOf(blobs.get(row.blob as string, key), row.reading);
    return {
      store: new Store(keys, suppressions, makers),
      batches: batchesOf(rows, checkpoint, makers, isFresh, this.deps.batch),
    };
  }

  private async handBack(tenant: string, id: string): Promise<void> {
    const { imports } = this;
    const { database } = this.deps;
    const row = await database.withTenant(tenant, (tx) => importsTable.get(tx, id));
    if (row?.state !== 'done' || !row.blob) return;
    if (asCounts(row.counts).rows > long) await database.withTenant(tenant, (tx) => storeTable.analyze(tx));
    await this.handOver(tenant, row);
    await database.withTenant(tenant, async (tx) => {
      await imports.forget(tx, row);
      await this.deps.ports.onChanged(tx, id, false);
    });
  }
}

/** Somebody was first with an address, or two waited for each other: it is tried again as it stands then. */
function isOvertaken(error: unknown): boolean {
  const { code } = (error as { original?: { code?: string } }).original ?? {};
  return code !== undefined && ['23505', '40P01', '40001'].includes(code);
}
