import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import { instantOf, localTime } from '../audience/local-time';
import type { Audit } from '../audit/audit.service';
import { accountTable } from './account.table';
import { payerOf } from './costs.service';
import type { Credit } from './credit.service';
import { meter } from './metering';
import { paymentsTable } from './payments.table';
import { settings, taxOf } from './settings';
import { linesOf, type StatementLine } from './statement';
import { partyOf, type StatementRow, statementsTable } from './statements.table';
import { taxed } from './tax';
import { usageTable } from './usage.table';

export interface Statement extends StatementRow {
  lines: readonly StatementLine[];
  isPaid: boolean;
}
export interface StatementPorts {
  /** Whoever runs the account is told. */
  onMade(tx: TenantTx, id: string, now: Date): Promise<void>;
  onChanged(tx: TenantTx, id: string): Promise<void>;
}

const hourMs = 3_600_000;
const mostListed = 12;
const mayNote = ['platform'];

/** A month's statement of account: made of what was counted, once, and never changed. It is no tax document: that one a person issues elsewhere. */
export class Statements {
  constructor(
    private readonly credit: Credit,
    private readonly audit: Audit,
    private readonly ports: StatementPorts,
  ) {}

  /** Every month that is over and has none. @returns how many months were closed */
  async close(tx: TenantTx, now: Date): Promise<number> {
    const { zone } = await payerOf(tx);
    let closed = 0;
    for (;;) {
      const account = await this.credit.open(tx, now);
      if (!account) return closed;
      const month = `${localTime(account.unbilled_from, zone).day.slice(0, 7)}-01`;
      const next = monthAfter(month);
      const end = instantOf(next, 0, zone);
      if (now.getTime() < end.getTime() + settings.close_after_hours * hourMs) return closed;
      await this.make(tx, month, next, now);
      await accountTable.billedUntil(tx, end);
      closed += 1;
    }
  }

  private async make(tx: TenantTx, month: string, next: string, now: Date): Promise<void> {
    const payer = await payerOf(tx);
    const tenant = await tenantsTable.get(tx);
    if (!tenant) throw new AppError('TENANT_REQUIRED');
    await meter(tx, now);
    const { net, lines } = linesOf(await usageTable.unbilled(tx, next), payer);
    if (lines.length === 0) return;
    const id = newId(now);
    const percent = taxOf(payer.country);
    const sum = taxed(net.amount, percent);
    const { issuer } = settings;
    const row = { id, month, made_at: now, currency: payer.currency, tax_percent: percent, ...sum };
    await statementsTable.insert(tx, { ...row, issuer, customer: partyOf(tenant) }, lines);
    await usageTable.billed(tx, next);
    const by = 'system:billing';
    if (sum.total !== 0) await this.credit.enter(tx, { kind: 'statement', amount: -sum.total, of: id, by }, now);
    const detail = { month, total: sum.total };
    await this.audit.record(tx, { actor: by, act: 'statement.made', subject: `statement:${id}`, detail }, now);
    await this.ports.onMade(tx, id, now);
  }

  /** The newest first. */
  async list(tx: TenantTx): Promise<readonly StatementRow[]> {
    return statementsTable.list(tx, mostListed);
  }

  /** @throws STATEMENT_NOT_FOUND: another customer's, too */
  async get(tx: TenantTx, id: string): Promise<Statement> {
    const row = isId(id) ? await statementsTable.get(tx, id) : undefined;
    if (!row) throw new AppError('STATEMENT_NOT_FOUND');
    const lines = await statementsTable.lines(tx, id, row.currency);
    return { ...row, lines, isPaid: await paymentsTable.isPaid(tx, id) };
  }

  /** The tax document that somebody of ours issued for it elsewhere. @throws ROLE_REQUIRED, STATEMENT_NOT_FOUND, DOCUMENT_UNKNOWN */
  async noteDocument(
    tx: TenantTx,
    id: string,
    { type, folio }: { type: number; folio: number },
    by: { id: string; roles: readonly string[] },
    now: Date,
  ): Promise<void> {
    if (!by.roles.some((role) => mayNote.includes(role))) throw new AppError('ROLE_REQUIRED');
    await this.get(tx, id);
    const isKnown = settings.documents.includes(type) && Number.isSafeInteger(folio) && folio > 0;
    if (!isKnown) throw new AppError('DOCUMENT_UNKNOWN');
    const actor = `member:${by.id}`;
    await statementsTable.noteDocument(tx, id, { type, folio, by: actor }, now);
    const detail = { type, folio };
    await this.audit.record(tx, { actor, act: 'statement.document', subject: `statement:${id}`, detail }, now);
    await this.ports.onChanged(tx, id);
  }
}

function monthAfter(month: string): string {
  const [year = 0, of = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, of, 1)).toISOString().slice(0, 10);
}
