import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database, TenantTx } from '../../data/database';
import type { Keys, TenantKeys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import { deletionLedgerTable, type LedgerRow } from './deletion-ledger.table';
import { Destruction } from './destruction';
import { erasureTable } from './erasure.table';
import type { KeptNow } from './erasure-kept';
import { type KeptRow, keptTable } from './erasure-kept.table';
import { isWritten, LedgerFiles } from './ledger-file';

interface Deps {
  database: Database;
  keys: Keys;
  audience: Audience;
  audit: Audit;
  /** A folder outside the database, that a restore leaves alone. */
  folder: string;
  removePosts(tx: TenantTx, contact: string): Promise<void>;
}

/** One erasure as it stands outside the database. */
interface Line {
  case: string;
  tokens: string[];
  version: number;
  at: string;
  kept: { category: string; ground: string; until: string | null; hold: string | null }[];
}
export interface Replayed {
  tenant: string;
  /** Erasures that the backup did not know. */
  lines: number;
  /** People it brought back, and who are gone again. */
  people: number;
}

/** Who was erased, so that no backup brings them back: stop tokens in a table, and the same in a file that is no part of the database. */
export class DeletionLedger {
  private readonly files: LedgerFiles;
  private readonly destruction: Destruction;

  constructor(private readonly deps: Deps) {
    this.files = new LedgerFiles(deps.folder);
    this.destruction = new Destruction(deps.keys);
  }

  /** Writes down who is about to be erased: the file first, so that no row stands without its line. */
  async remember(tx: TenantTx, id: string, tokens: readonly Buffer[], kept: KeptNow, now: Date): Promise<void> {
    const keys = await this.deps.keys.current(tx);
    const version = keys.stopVersion;
    const line: Line = {
      case: id,
      tokens: tokens.map((token) => token.toString('hex')),
      version,
      at: now.toISOString(),
      kept: [...kept.values()].map(({ category, ground, until, hold_id }) => ({
        ...{ category, ground, hold: hold_id },
        until: until?.toISOString() ?? null,
      })),
    };
    await this.files.append(tx.tenant, sealedLine(keys, JSON.stringify(line)));
    await deletionLedgerTable.put(
      tx,
      tokens.map((token) => ({ case_id: id, token, at: now, key_version: version })),
    );
  }

  /**
   * After a restore, before anything is served: whoever was erased is erased again in every customer's data, and their refusals stand. What a line
   * keeps for a legal hold stays. May be repeated. @throws LEDGER_BROKEN when a line was altered
   */
  async replay(tenants: readonly string[], now: Date): Promise<Replayed[]> {
    const replayed: Replayed[] = [];
    for (const tenant of tenants) {
      const written = (await this.files.read(tenant)).filter(isWritten);
      replayed.push(await this.deps.database.withTenant(tenant, (tx) => this.again(tx, written, now)));
    }
    return replayed;
  }

  /** A customer who is no more has nobody to keep away. */
  async forget(tenant: string): Promise<void> {
    await this.files.remove(tenant);
  }

  private async again(tx: TenantTx, written: readonly string[], now: Date): Promise<Replayed> {
    const keys = await this.deps.keys.current(tx);
    const lines = await this.merge(tx, keys, written);
    const byCase = new Map<string, LedgerRow[]>();
    for (const row of await deletionLedgerTable.all(tx))
      byCase.set(row.case_id, [...(byCase.get(row.case_id) ?? []), row]);
    let people = 0;
    for (const [id, rows] of byCase) people += await this.eraseAgain(tx, keys, id, rows, now);
    const detail = { lines, people };
    const entry = { actor: 'system:restore', act: 'ledger.replayed', subject: `tenant:${tx.tenant}`, detail };
    await this.deps.audit.record(tx, entry, now);
    return { tenant: tx.tenant, lines, people };
  }

  /** What the file knows and the database does not. */
  private async merge(tx: TenantTx, keys: TenantKeys, written: readonly string[]): Promise<number> {
    const known = new Set((await deletionLedgerTable.all(tx)).map((row) => row.case_id));
    const lines = written.map((text) => JSON.parse(openLine(keys, text)) as Line);
    for (const { case: id, tokens, version, at, kept } of lines) {
      const row = { case_id: id, at: new Date(at), key_version: version };
      await deletionLedgerTable.put(
        tx,
        tokens.map((token) => ({ ...row, token: Buffer.from(token, 'hex') })),
      );
      for (const { category, ground, until, hold } of kept)
        await keptTable.put(tx, id, { category, ground, until: until ? new Date(until) : null, hold_id: hold });
    }
    return new Set(lines.map((line) => line.case).filter((id) => !known.has(id))).size;
  }

  private async eraseAgain(
    tx: TenantTx,
    keys: TenantKeys,
    id: string,
    rows: readonly LedgerRow[],
    now: Date,
  ): Promise<number> {
    const { audience, removePosts } = this.deps;
    const effectiveAt = rows[0]?.at ?? now;
    const tokens = rows.map((row) => keys.lift(row.token, row.key_version));
    const known = await deletionLedgerTable.knownBy(tx, tokens, effectiveAt);
    // Whoever came back by themselves since is somebody new: their data and their wish are younger than the erasure.
    const back = new Set(known.filter(({ isNew }) => isNew).map(({ token }) => token.toString('hex')));
    const away = tokens.filter((token) => !back.has(token.toString('hex')));
    await audience.suppressions.put(tx, away, { strength: 'stop', effectiveAt, source: 'case', evidence: id });
    const kept: KeptNow = new Map((await keptTable.of(tx, id)).map((one): [string, KeptRow] => [one.category, one]));
    const people = [...new Set(known.filter(({ isNew }) => !isNew).map(({ contact }) => contact))];
    for (const contact of people) {
      const lanes = await audience.findTokens(tx, contact);
      await this.destruction.all(tx, { contact, lanes, kept }, now);
      if (kept.has('posts')) continue;
      await removePosts(tx, contact);
      await erasureTable.posts(tx, contact);
    }
    return people.length;
  }
}

const macOf = (keys: TenantKeys, body: string): Buffer =>
  createHmac('sha256', keys.derived('deletion ledger')).update(body).digest();

const sealedLine = (keys: TenantKeys, body: string): string => `${macOf(keys, body).toString('hex')} ${body}`;

/** @throws LEDGER_BROKEN */
function openLine(keys: TenantKeys, line: string): string {
  const body = line.slice(65);
  const [given, ours] = [Buffer.from(line.slice(0, 64), 'hex'), macOf(keys, body)];
  if (given.length === ours.length && timingSafeEqual(given, ours)) return body;
  throw new AppError('LEDGER_BROKEN');
}
