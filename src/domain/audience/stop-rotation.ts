import type { Database, TenantTx } from '../../data/database';
import type { Keys, StopPhase } from '../../data/keys';
import { identifiersTable } from './identifiers.table';
import { stopKeysTable } from './stop-keys.table';
import { Suppressions } from './suppressions';
import { suppressionsTable } from './suppressions.table';

export interface Rotated {
  /** The stop key's version from here on. */
  version: number;
  /** Refusals that went over; of everybody who left, erased people too. */
  refusals: number;
  /** What people are known by, that went over. */
  identifiers: number;
}
/** After each page: what it was, and how many so far. */
type OnPage = (phase: StopPhase, done: number) => Promise<void>;
const first: { kind: string; find: Buffer } = { kind: '', find: Buffer.alloc(0) };

/**
 * A new stop key, brought in while everything goes on: refusals are copied to it (whatever changes meanwhile is written under both), then people go
 * over to it page by page (each of their tokens finds its refusals, old or new), then what is old is dropped. Numbers are not needed for the refusals
 * of people who are gone: t(n+1) = HMAC(k(n+1), t(n)). Every page is a transaction and may be repeated; after a crash `run` goes on where it was.
 */
export class StopRotation {
  private readonly suppressions: Suppressions;

  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly pageSize = 500,
  ) {
    this.suppressions = new Suppressions(keys);
  }

  /** Begins one, or ends the one that was begun. @param onPage for whoever watches */
  async run(tenant: string, onPage: OnPage = async () => {}): Promise<Rotated> {
    const counts = { refusals: 0, identifiers: 0 };
    let { phase, version } = await this.database.withTenant(tenant, stopKeysTable.newest);
    if (phase === 'used') {
      version = await this.alone(tenant, (tx) => this.keys.addStop(tx));
      phase = 'copying';
    }
    if (phase === 'copying') {
      counts.refusals = await this.copyAll(tenant, (done) => onPage('copying', done));
      await this.alone(tenant, (tx) => stopKeysTable.set(tx, version, 'moving'));
    }
    counts.identifiers = await this.moveAll(tenant, (done) => onPage('moving', done));
    await this.alone(tenant, (tx) => stopKeysTable.set(tx, version, 'used'));
    await this.dropAll(tenant, version, (done) => onPage('used', done));
    return { version, ...counts };
  }

  /** One page of refusals under both keys. @returns where it ended; undefined at the end */
  private async copyPage(tenant: string, after: Buffer): Promise<{ last: Buffer; count: number } | undefined> {
    return this.database.withTenant(tenant, async (tx) => {
      const keys = await this.keys.current(tx);
      const tokens = await suppressionsTable.page(tx, keys.stopVersion, after, this.pageSize);
      const last = tokens.at(-1);
      if (!last) return undefined;
      await this.suppressions.mirror(tx, keys, tokens);
      return { last, count: tokens.length };
    });
  }

  /** One page of what people are known by. */
  private async movePage(tenant: string, after = first) {
    return this.database.withTenant(tenant, async (tx) => {
      const keys = await this.keys.current(tx);
      const rows = await identifiersTable.page(tx, after, this.pageSize);
      const last = rows.at(-1);
      if (!last) return undefined;
      await this.suppressions.move(tx, keys, rows);
      return { last: { kind: last.kind, find: last.find }, count: rows.length };
    });
  }

  private async copyAll(tenant: string, onPage: (done: number) => Promise<void>): Promise<number> {
    let done = 0;
    for (let after: Buffer = Buffer.alloc(0); ; ) {
      const page = await this.copyPage(tenant, after);
      if (!page) return done;
      after = page.last;
      done += page.count;
      await onPage(done);
    }
  }

  private async moveAll(tenant: string, onPage: (done: number) => Promise<void>): Promise<number> {
    let done = 0;
    for (let after = first; ; ) {
      const page = await this.movePage(tenant, after);
      if (!page) return done;
      after = page.last;
      done += page.count;
      await onPage(done);
    }
  }

  private async dropAll(tenant: string, version: number, onPage: (done: number) => Promise<void>): Promise<void> {
    for (let done = 0; ; ) {
      const gone = await this.database.withTenant(tenant, (tx) =>
        suppressionsTable.dropOld(tx, version, this.pageSize),
      );
      if (gone === 0) return;
      done += gone;
      await onPage(done);
    }
  }

  /** When nobody is writing tokens, and before anybody begins to: tried, never waited for, so that nobody waits behind it. */
  private async alone<T>(tenant: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    for (;;) {
      const done = await this.database.withTenant(tenant, async (tx) =>
        (await stopKeysTable.lock(tx)) ? { result: await work(tx) } : undefined,
      );
      if (done) return done.result;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
