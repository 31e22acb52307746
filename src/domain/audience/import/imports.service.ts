import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../../clock';
import type { BlobStore } from '../../../data/blobs';
import type { Database, TenantTx } from '../../../data/database';
import { isId, newId } from '../../../data/ids';
import type { Keys } from '../../../data/keys';
import { AppError } from '../../../errors';
import type { Audit } from '../../audit/audit.service';
import { channelBits } from '../standing.table';
import type { Suppressions } from '../suppressions';
import type { Grant } from './grants';
import { type Attestation, type ImportRow, importsTable, type Reading } from './import.table';
import { inspect, sampleBytes } from './inspect';

export interface ImportPorts {
  /** The words people agreed to, by version and language. */
  textHash(tx: TenantTx, version: string, language: string): Promise<Buffer | undefined>;
  /** Writes what was attested into the ledger, a thousand people at once. @param isNew nothing was said about them before; else a no that stands is never overruled */
  grant(tx: TenantTx, list: ImportRow, grants: readonly Grant[], isNew: boolean, now: Date): Promise<void>;
  /** What its card shows has changed. @param isCalm it only moves along */
  onChanged(tx: TenantTx, id: string, isCalm: boolean): Promise<void>;
  /** There is something to do, in the transaction that says so. */
  wake(tx: TenantTx, lane: Buffer): Promise<void>;
  /** Blobs that are kept for something else. */
  otherBlobs(tx: TenantTx): Promise<readonly string[]>;
}
export interface ImportDeps {
  database: Database;
  keys: Keys;
  blobs: BlobStore;
  clock: Clock;
  suppressions: Suppressions;
  audit: Audit;
  ports: ImportPorts;
  /** How many rows are stored at once. */
  batch?: number;
}

/** The largest file that is taken, and the longest that one waits for a member. */
export const mostBytes = 512 * 1024 * 1024;
const waitMs = 7 * 86_400_000;
const orphanMs = 3_600_000;

export const laneOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
export const idOf = (lane: Buffer): string =>
  lane.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

interface Sealed {
  blob: string;
  key: Buffer;
  sha256: Buffer;
  bytes: number;
  reading: Reading;
}

/** As a file is called here; it is named in proofs. */
const nameOf = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\p{C}|]/gu, '')
    .slice(0, 120) || 'lista.csv';

/** Lists of people: brought, looked through, attested by a member, stored. The file is sealed at once and gone with the list's end. */
export class Imports {
  constructor(readonly deps: ImportDeps) {}

  /**
   * Takes a file in. The same bytes that were begun go on where they were.
   * @throws IMPORT_TOO_LARGE, IMPORT_CHANGED when another file by this name is under way, and as `inspect`
   */
  async take(tenant: string, file: { name: string; source: AsyncIterable<Buffer> }, member: string): Promise<string> {
    const name = nameOf(file.name);
    const sealed = await this.seal(file.source);
    return this.keep(tenant, sealed, async (tx) => {
      const before = await importsTable.open(tx, sealed.sha256, name);
      if (before?.sha256.equals(sealed.sha256)) {
        tx.afterCommit(() => this.deps.blobs.delete(sealed.blob));
        return before.id;
      }
      await this.replace(tx, before, member);
      const id = newId();
      await importsTable.insert(tx, { id, name, brought_by: member, state: 'counting' }, this.deps.clock.now());
      await this.arrived(tx, id, sealed, member);
      return id;
    });
  }

  /** A member put a file somewhere: it is fetched in its turn. @returns the id of its list */
  async expect(tx: TenantTx, file: { name: string; team: string; file: string }, member: string): Promise<string> {
    const id = newId();
    const { team, file: where } = file;
    const row = { id, name: nameOf(file.name), brought_by: member, state: 'fetching' as const };
    await importsTable.insert(tx, { ...row, source: { team, file: where } }, this.deps.clock.now());
    await this.awake(tx, id);
    return id;
  }

  /** The file that was expected. @throws as `take` */
  async fetched(tenant: string, row: ImportRow, source: AsyncIterable<Buffer>): Promise<void> {
    const sealed = await this.seal(source);
    await this.keep(tenant, sealed, async (tx) => {
      const now = await importsTable.get(tx, row.id, true);
      if (now?.state !== 'fetching') throw new AppError('IMPORT_STATE');
      await this.replace(tx, await importsTable.open(tx, sealed.sha256, row.name), row.brought_by);
      await this.arrived(tx, row.id, sealed, row.brought_by);
    });
  }

  /** Sealed as it comes, hashed, and its beginning looked at before anything more is taken. */
  private async seal(source: AsyncIterable<Buffer>): Promise<Sealed> {
    const key = randomBytes(32);
    const seen = { hash: createHash('sha256'), bytes: 0, reading: undefined as Reading | undefined };
    const blob = await this.deps.blobs.put(looking(source, seen), key);
    return { blob, key, sha256: seen.hash.digest(), bytes: seen.bytes, reading: seen.reading as Reading };
  }

  /** A blob that no row names in the end goes. */
  private async keep<T>(tenant: string, { blob }: Sealed, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    try {
      return await this.deps.database.withTenant(tenant, work);
    } catch (error) {
      await this.deps.blobs.delete(blob);
      throw error;
    }
  }

  /** One of the same bytes or name that nobody decided on makes room; one that is being stored does not. */
  private async replace(tx: TenantTx, before: ImportRow | undefined, member: string): Promise<void> {
    if (before?.state === 'running') throw new AppError('IMPORT_CHANGED');
    if (before) await this.end(tx, before, 'discarded', member);
  }

  private async arrived(tx: TenantTx, id: string, sealed: Sealed, member: string): Promise<void> {
    const wrapped = (await this.deps.keys.of(tx)).seal(sealed.key, `import|${id}`);
    await importsTable.arrived(tx, id, { ...sealed, blob_key: wrapped });
    await this.note(tx, id, member, 'import.brought', { bytes: sealed.bytes });
    await this.awake(tx, id);
  }

  /** @throws NOT_FOUND */
  async get(tx: TenantTx, id: string, lock = false): Promise<ImportRow> {
    const row = isId(id) ? await importsTable.get(tx, id, lock) : undefined;
    if (!row) throw new AppError('NOT_FOUND');
    return row;
  }

  newest(tx: TenantTx): Promise<string | undefined> {
    return importsTable.newest(tx);
  }

  /** A member vouches for its people's permission and lets them in; without an attestation they are stored, and promotions do not go to them. @throws IMPORT_STATE, IMPORT_ATTESTATION, IMPORT_TEXT_UNKNOWN */
  async start(tx: TenantTx, id: string, said: Attestation | undefined, member: string): Promise<ImportRow> {
    const now = this.deps.clock.now();
    const row = await this.get(tx, id, true);
    if (row.state !== 'counted') throw new AppError('IMPORT_STATE');
    if (said) {
      const channels = said.channels.filter((channel) => channel in channelBits);
      const isWhole =
        channels.length > 0 &&
        said.statement.trim().length >= 10 &&
        said.place.trim() !== '' &&
        said.collectedAt <= now;
      if (!isWhole) throw new AppError('IMPORT_ATTESTATION');
      const hash = await this.deps.ports.textHash(tx, said.textVersion, said.textLanguage);
      if (!hash) throw new AppError('IMPORT_TEXT_UNKNOWN');
      await importsTable.attest(tx, id, { ...said, channels }, hash, member, now);
    }
    await importsTable.start(tx, id, now);
    const detail = said ? { attested: 1, text: said.textVersion, sha256: row.sha256.toString('hex') } : { attested: 0 };
    await this.note(tx, id, member, 'import.started', detail);
    await this.awake(tx, id);
    return this.get(tx, id);
  }

  /** Nothing of it is kept. @throws IMPORT_STATE when it is running or over */
  async discard(tx: TenantTx, id: string, member: string): Promise<void> {
    const row = await this.get(tx, id, true);
    if (!['fetching', 'counting', 'counted'].includes(row.state)) throw new AppError('IMPORT_STATE');
    await this.end(tx, row, 'discarded', member);
  }

  /** The list is over: its file goes with it. @param reason of one that could not be read to its end */
  async end(
    tx: TenantTx,
    row: Pick<ImportRow, 'id' | 'blob'>,
    state: 'done' | 'discarded' | 'stopped',
    by: string,
    detail: Readonly<Record<string, string | number>> = {},
  ): Promise<void> {
    await importsTable.end(tx, row.id, state, this.deps.clock.now(), state === 'stopped' ? String(detail.code) : '');
    await this.note(tx, row.id, by, `import.${state}`, detail);
    await this.deps.ports.onChanged(tx, row.id, false);
    // Of a finished one the rows that were not taken are still to be handed back.
    if (state !== 'done') await this.forget(tx, row);
  }

  /** The file is destroyed, and with it what was left of its rows. */
  async forget(tx: TenantTx, { id, blob }: Pick<ImportRow, 'id' | 'blob'>): Promise<void> {
    await importsTable.forgetFile(tx, id);
    await importsTable.forgetRejects(tx, id);
    if (blob) tx.afterCommit(() => this.deps.blobs.delete(blob));
  }

  /** Lists that nobody decided on in a week go, and so do files that no list names. */
  async sweep(tenants: readonly string[]): Promise<void> {
    const before = this.deps.clock.now().getTime() - waitMs;
    const kept = new Set<string>();
    for (const tenant of tenants)
      await this.deps.database.withTenant(tenant, async (tx) => {
        for (const blob of await this.deps.ports.otherBlobs(tx)) kept.add(blob);
        for (const row of await importsTable.standing(tx)) {
          if (row.created_at.getTime() > before || row.state === 'running') kept.add(row.blob);
          else if (row.state === 'done') await this.forget(tx, row);
          else await this.end(tx, row, 'discarded', 'system');
        }
      });
    await this.deps.blobs.sweep(kept, orphanMs);
  }

  private async awake(tx: TenantTx, id: string): Promise<void> {
    await this.deps.ports.wake(tx, laneOf(id));
    await this.deps.ports.onChanged(tx, id, false);
  }

  private async note(
    tx: TenantTx,
    id: string,
    by: string,
    act: string,
    detail: Readonly<Record<string, string | number>>,
  ) {
    const actor = by === 'system' ? by : `member:${by}`;
    await this.deps.audit.record(tx, { actor, act, subject: `import:${id}`, detail }, this.deps.clock.now());
  }
}

/** What passes is hashed and counted, and its beginning looked at before anything more is taken. */
async function* looking(
  source: AsyncIterable<Buffer>,
  seen: { hash: ReturnType<typeof createHash>; bytes: number; reading: Reading | undefined },
): AsyncGenerator<Buffer> {
  let start: Buffer[] = [];
  const look = async (isWhole: boolean) => {
    seen.reading = await inspect(Buffer.concat(start).subarray(0, 2 * sampleBytes), isWhole);
    start = [];
  };
  for await (const chunk of source) {
    seen.hash.update(chunk);
    seen.bytes += chunk.length;
    if (seen.bytes > mostBytes) throw new AppError('IMPORT_TOO_LARGE');
    if (!seen.reading) {
      start.push(chunk);
      if (seen.bytes >= sampleBytes) await look(false);
    }
    yield chunk;
  }
  if (!seen.reading) await look(true);
}
