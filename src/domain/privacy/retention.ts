import type { Database, TenantTx } from '../../data/database';
import { unknownTenant } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audit } from '../audit/audit.service';
import { dayIn, hourOf } from './calendar';
import type { Holds } from './holds';
import { holdsTable } from './holds.table';
import { type MessageKey, retentionTable } from './retention.table';
import { before, type Period, type RetentionRule, retention } from './retention-rules';
import { type After, type Sweep, sweeps, sweepsTable } from './retention-sweeps.table';

/** By rule and table: how many rows go, and how many are over and stay because of a legal hold. */
export interface Forecast {
  rule: string;
  table: string;
  due: number;
  held: number;
}
export interface KeptFor {
  rule: string;
  keep?: Period;
  /** The customer's own choice. */
  isOwn: boolean;
  customer?: { least: number; most: number };
}
export interface RetentionPorts {
  /** What a decision or a hold kept goes as soon as nothing covers it any more. */
  wakeKept(tx: TenantTx): Promise<void>;
  /** After the commit: somebody takes on what was woken. */
  wake(kind: string): void;
}
interface Deps {
  database: Database;
  audit: Audit;
  holds: Holds;
  ports: RetentionPorts;
}
type Counts = Record<string, Record<string, number>>;

const pageRows = 2_000;
const pageCases = 50;
const firstMessage: MessageKey = { batch: '-1', seq: '0' };

/** Lets go of what is kept no longer, by the rules of retention.yaml: a small transaction a page, legal holds win, every run is written down. */
export class Retention {
  constructor(private readonly deps: Deps) {}

  /** For every customer whose night has come and whose day was not done yet. */
  async nightly(tenants: readonly string[], now: Date): Promise<void> {
    const { database } = this.deps;
    for (const tenant of tenants) {
      const day = await database.withTenant(tenant, (tx) => this.begin(tx, now));
      if (day) await this.run(tenant, day, now);
    }
    const strangers = before(now, periodOf('stranger'));
    await database.withTenant(unknownTenant, (tx) => retentionTable.dropStrangers(tx, strangers));
    await database.withSystem('resolver', (tx) => retentionTable.dropOldCodes(tx, before(now, periodOf('expiry'))));
  }

  /** What a run would do now. */
  async forecast(tx: TenantTx, now: Date): Promise<Forecast[]> {
    const own = await retentionTable.settings(tx);
    const found: Forecast[] = [];
    const add = (rule: string, table: string, counted: { due: number; held: number }) => {
      const known = found.find((one) => one.rule === rule && one.table === table);
      if (known) Object.assign(known, { due: known.due + counted.due, held: known.held + counted.held });
      else found.push({ rule, table, ...counted });
    };
    for (const sweep of sweeps)
      add(sweep.rule, sweep.table, await sweepsTable.count(tx, sweep, limitOf(sweep.rule, own, now)));
    add('events', 'message', await retentionTable.countMessages(tx, limitOf('events', own, now)));
    add('dossier', 'privacy_case', await retentionTable.countCases(tx, limitOf('dossier', own, now)));
    const audit = await retentionTable.countAudit(tx, limitOf('audit', own, now));
    const isHeld = await holdsTable.any(tx);
    add('audit', 'audit', isHeld ? { due: 0, held: audit } : { due: audit, held: 0 });
    return found;
  }

  /** How long everything is kept for this customer, in the order of the rules. */
  async periods(tx: TenantTx): Promise<KeptFor[]> {
    const own = await retentionTable.settings(tx);
    return Object.entries(retention.rules).map(([rule, { keep, customer }]) => ({
      ...{ rule, isOwn: own[rule] !== undefined },
      ...(keep && { keep: own[rule] ? { days: own[rule] } : keep }),
      ...(customer && { customer }),
    }));
  }

  /** The customer keeps it for so many days from now on. @throws ROLE_REQUIRED, RETENTION_FIXED, RETENTION_DAYS */
  async set(
    tx: TenantTx,
    rule: string,
    days: number,
    by: { member: string; roles: readonly string[] },
    now: Date,
  ): Promise<void> {
    if (!by.roles.includes('privacy') && !by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    const may = retention.rules[rule]?.customer;
    if (!may) throw new AppError('RETENTION_FIXED');
    if (!Number.isInteger(days) || days < may.least || days > may.most)
      throw new AppError('RETENTION_DAYS', { least: may.least, most: may.most });
    await retentionTable.set(tx, rule, days, by.member, now);
    const entry = {
      actor: `member:${by.member}`,
      act: 'retention.set',
      subject: `retention:${rule}`,
      detail: { days },
    };
    await this.deps.audit.record(tx, entry, now);
  }

  lastRun(tx: TenantTx) {
    return retentionTable.lastRun(tx);
  }

  // The run of this night, once; what a night missed the next one does.
  private async begin(tx: TenantTx, now: Date): Promise<string | undefined> {
    const zone = (await tenantsTable.get(tx))?.zone;
    if (!zone) return undefined;
    const day = dayIn(now, zone);
    if (now < hourOf(day, retention.hour, zone)) return undefined;
    return (await retentionTable.begin(tx, day, now)) ? day : undefined;
  }

  /** @returns how many rows went, by rule and table */
  async run(tenant: string, day: string, now: Date): Promise<Counts> {
    const { database, audit, holds, ports } = this.deps;
    const counts: Counts = {};
    const add = (rule: string, table: string, n: number) => {
      if (n === 0) return;
      const of = counts[rule] ?? {};
      counts[rule] = { ...of, [table]: (of[table] ?? 0) + n };
    };
    const own = await database.withTenant(tenant, (tx) => retentionTable.settings(tx));
    const limit = (rule: string) => limitOf(rule, own, now);
    add('events', 'message', await this.foldMessages(tenant, limit('events')));
    for (const sweep of sweeps) add(sweep.rule, sweep.table, await this.sweep(tenant, sweep, limit(sweep.rule)));
    add('dossier', 'privacy_case', await this.dropCases(tenant, limit('dossier')));
    add('audit', 'audit', await this.cutAudit(tenant, limit('audit'), now));
    await database.withTenant(tenant, async (tx) => {
      await ports.wakeKept(tx);
      await holds.remind(tx, now);
      await retentionTable.end(tx, day, counts, now);
      const flat = Object.entries(counts).flatMap(([rule, of]) =>
        Object.entries(of).map(([table, n]) => [`${rule}.${table}`, n] as const),
      );
      const detail = { day, ...Object.fromEntries(flat) };
      await audit.record(
        tx,
        { actor: 'system:retention', act: 'retention.run', subject: `tenant:${tenant}`, detail },
        now,
      );
      for (const kind of ['post', 'report', 'case']) tx.afterCommit(() => ports.wake(kind));
    });
    return counts;
  }

  private async sweep(tenant: string, sweep: Sweep, limit: Date): Promise<number> {
    let after: After | undefined;
    let gone = 0;
    do {
      const page = await this.deps.database.withTenant(tenant, (tx) =>
        sweepsTable.page(tx, sweep, limit, after, pageRows),
      );
      gone += page.gone;
      after = page.after;
    } while (after);
    return gone;
  }

  private async foldMessages(tenant: string, limit: Date): Promise<number> {
    const { database } = this.deps;
    const touched = new Set<string>();
    let after: MessageKey | undefined = firstMessage;
    let gone = 0;
    while (after) {
      const from: MessageKey = after;
      const page = await database.withTenant(tenant, (tx) => retentionTable.foldMessages(tx, limit, from, pageRows));
      gone += page.gone;
      for (const batch of page.batches) touched.add(batch);
      after = page.after;
    }
    for (const batch of touched)
      await database.withTenant(tenant, (tx) => retentionTable.foldCampaign(tx, batch, retention.k));
    return gone;
  }

  private async dropCases(tenant: string, limit: Date): Promise<number> {
    let gone = 0;
    for (;;) {
      const more = await this.deps.database.withTenant(tenant, async (tx) => {
        const ids = await retentionTable.oldCases(tx, limit, pageCases);
        for (const id of ids) await retentionTable.dropCase(tx, id);
        return ids.length;
      });
      gone += more;
      if (more < pageCases) return gone;
    }
  }

  private async cutAudit(tenant: string, limit: Date, now: Date): Promise<number> {
    const { database, audit } = this.deps;
    let gone = 0;
    for (;;) {
      const more = await database.withTenant(tenant, async (tx) =>
        (await holdsTable.any(tx)) ? 0 : audit.cut(tx, limit, now),
      );
      if (more === 0) return gone;
      gone += more;
    }
  }
}

const periodOf = (rule: string): Period => (retention.rules[rule] as RetentionRule).keep as Period;

/** What is older than that is over for this customer. */
const limitOf = (rule: string, own: Readonly<Record<string, number>>, now: Date): Date =>
  before(now, own[rule] ? { days: own[rule] } : periodOf(rule));
