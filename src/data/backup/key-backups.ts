import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors';
import type { Database, TenantTx } from '../database';
import { type BackupPlace, generations, keysFolder, keysPlace } from './backup-folder';
import { type Frame, writeSealed } from './sealed-file';
import { inKeyBackup, quoted } from './tables';

const page = 1_000;

/**
 * The key backup of each customer: one generation alone. A new one is written and the older destroyed, so that whoever is not in it any more is
 * readable in no data backup, however old. That holds for one folder; so there is one alone, and the database knows which.
 */
export class KeyBackups {
  constructor(
    private readonly database: Database,
    private readonly place: BackupPlace,
    /** Where who was erased also stands outside the database. */
    private readonly ledgers: string,
  ) {}

  /**
   * The keys are kept here, and nowhere else. Opens its own transaction.
   * @param isMoved the folder they were in is no more @throws BACKUP_ELSEWHERE
   */
  async settle(tenant: string, isMoved = false): Promise<void> {
    await this.database.withTenant(tenant, async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(${turn})`, [tenant]);
      if (isMoved) await tx.query('DELETE FROM key_place WHERE tenant_id = $1', [tenant]);
      await this.claim(tx);
    });
  }

  /** A new generation, and the end of all before it. One writer at a time, on whichever machine. Constant memory. Opens its own transaction. */
  async write(tenant: string): Promise<void> {
    // Whoever writes before us may take longer than a statement may.
    for (let waits = 1; ; waits++)
      try {
        return await this.database.withTenant(tenant, async (tx) => {
          await tx.query("SELECT set_config('lock_timeout', '30s', true)");
          await tx.query(`SELECT pg_advisory_xact_lock(${turn})`, [tenant]);
          await this.put(tx);
        });
      } catch (error) {
        if (waits === mostWaits || (error as { parent?: { code?: string } }).parent?.code !== LOCK_NOT_AVAILABLE)
          throw error;
      }
  }

  /**
   * Whether no key backup holds the key of whoever this case erased: to be asked when it has been destroyed. The first time it asks for a new
   * generation; a yes is said once, for what is destroyed later needs one of its own. Where there is no backup, on no machine, there is nothing to
   * destroy: nobody begins one before this transaction, and what it destroyed, stands.
   */
  async rewritten(tx: TenantTx, caseId: string, now: Date): Promise<'done' | 'wait'> {
    const [done] = await tx.query(
      'DELETE FROM key_rewrite WHERE tenant_id = $1 AND case_id = $2 AND done_at IS NOT NULL RETURNING 1 AS one',
      [tx.tenant, caseId],
    );
    if (done || ((await isMyTurn(tx)) && !(await this.isKept(tx)))) return 'done';
    await tx.query(
      'INSERT INTO key_rewrite (tenant_id, case_id, wanted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [tx.tenant, caseId, now],
    );
    return 'wait';
  }

  /** The customer is gone: nothing of it can be read in any data backup. */
  async forget(tenant: string): Promise<void> {
    await rm(keysFolder(this.place, tenant), { recursive: true, force: true });
  }

  /** A new generation for each customer of whom a certificate waits for it; one for all that wait. Its cases are woken. @returns how many customers */
  async rewriteWanted(tenants: readonly string[], now: () => Date): Promise<number> {
    let written = 0;
    for (const tenant of tenants)
      if (await this.database.withTenant(tenant, (tx) => this.rewriteOne(tx, now))) written += 1;
    return written;
  }

  private async rewriteOne(tx: TenantTx, now: () => Date): Promise<boolean> {
    const waiting = () =>
      tx.query<{ id: string }>('SELECT case_id AS id FROM key_rewrite WHERE tenant_id = $1 AND done_at IS NULL', [
        tx.tenant,
      ]);
    if ((await waiting()).length === 0 || !(await isMyTurn(tx))) return false; // whoever writes now does it, or the next look
    if (!(await this.isHere(tx))) return false; // a program that has their folder does it
    const ids = (await waiting()).map(({ id }) => id);
    if (ids.length === 0) return false;
    await this.put(tx);
    await tx.query('UPDATE key_rewrite SET done_at = $3 WHERE tenant_id = $1 AND case_id = ANY($2::uuid[])', [
      ...[tx.tenant, ids, now()],
    ]);
    await tx.query("SELECT edge.wake('case', uuid_send(c), '0') FROM unnest($1::uuid[]) AS c", [ids]);
    return true;
  }

  /** @param tx whose turn it is: what it reads from here on was committed before */
  private async put(tx: TenantTx): Promise<void> {
    await this.claim(tx);
    const folder = keysFolder(this.place, tx.tenant);
    const [newest] = await generations(folder);
    const number = Number(newest?.split('.')[0] ?? 0) + 1;
    const name = `${String(number).padStart(12, '0')}.keys`;
    const head = { kind: 'keys', tenant: tx.tenant, madeAt: '' } as const;
    const ledger = join(this.ledgers, `${tx.tenant}.ledger`);
    await writeSealed(join(folder, name), this.place.key, head, framesOf(tx, ledger));
    // Also what a crash left behind half-written.
    for (const old of await readdir(folder)) if (old !== name) await rm(join(folder, old), { force: true });
  }

  private async claim(tx: TenantTx): Promise<void> {
    const { place, called } = await keysPlace(this.place);
    const [kept] = await tx.query<{ place: string; called: string }>(
      `INSERT INTO key_place AS k (tenant_id, place, called) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id) DO UPDATE SET called = CASE WHEN k.place = $2 THEN $3 ELSE k.called END RETURNING place, called`,
      [tx.tenant, place, called],
    );
    if (kept && kept.place !== place) throw new AppError('BACKUP_ELSEWHERE', { place: kept.called });
  }

  private async isKept(tx: TenantTx): Promise<boolean> {
    return (await placeOf(tx)) !== undefined || this.isInFolder(tx);
  }

  private async isHere(tx: TenantTx): Promise<boolean> {
    const place = await placeOf(tx);
    if (place === undefined) return this.isInFolder(tx); // of before the database knew
    return place === (await keysPlace(this.place)).place;
  }

  private isInFolder({ tenant }: TenantTx): Promise<boolean> {
    return stat(keysFolder(this.place, tenant)).then(
      () => true,
      () => false,
    );
  }
}

const LOCK_NOT_AVAILABLE = '55P03';
/** Half a minute each. */
const mostWaits = 60;

/** Held to the end of the transaction: one at a time writes the keys of a customer, or finds that there are none. */
const turn = "hashtextextended('keys|' || $1, 0)";
async function isMyTurn(tx: TenantTx): Promise<boolean> {
  const [row] = await tx.query<{ mine: boolean }>(`SELECT pg_try_advisory_xact_lock(${turn}) AS mine`, [tx.tenant]);
  return row?.mine === true;
}

async function placeOf(tx: TenantTx): Promise<string | undefined> {
  const [row] = await tx.query<{ place: string }>('SELECT place FROM key_place WHERE tenant_id = $1', [tx.tenant]);
  return row?.place;
}

/** Rows as JSON, a page at a time, each under the name of its table. */
async function* framesOf(tx: TenantTx, ledger: string): AsyncGenerator<Frame> {
  for (const table of inKeyBackup) {
    yield { type: 't', body: Buffer.from(table) };
    const cursor = `kept_${table}`;
    await tx.query(
      `DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS row FROM ${quoted(table)} t WHERE t.tenant_id = $1`,
      [tx.tenant],
    );
    for (;;) {
      const rows = await tx.query<{ row: string }>(`FETCH ${page} FROM ${cursor}`);
      if (rows.length > 0) yield { type: 'r', body: Buffer.from(`[${rows.map(({ row }) => row).join(',')}]`) };
      if (rows.length < page) break;
    }
    await tx.query(`CLOSE ${cursor}`);
  }
  const lines = await readFile(ledger).catch(() => undefined);
  if (lines) yield { type: 'l', body: lines };
  yield { type: 'e', body: Buffer.alloc(0) };
}
