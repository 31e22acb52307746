import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { instantOf, localTime, nextDay } from '../audience/local-time';
import type { Audit } from '../audit/audit.service';
import { accountTable, type EntryKind } from './account.table';
import { type Money, monthOf, payerOf } from './costs.service';
import { type CreditLevel, levelOf, levels } from './credit-level';
import { meter } from './metering';
import { rateCards } from './rate-cards';
import { settings, taxOf } from './settings';
import { linesOf } from './statement';
import { usageTable } from './usage.table';

export interface CreditState {
  /** Tax included; what was taken to be sent counts as spent until it is known what arrived. */
  left: Money;
  level: CreditLevel;
}
export interface CreditPorts {
  /** Whoever runs the account is told that little is left, or nothing. */
  onLevel(tx: TenantTx, level: CreditLevel, now: Date): Promise<void>;
  /** Cards that show it are drawn again. */
  onChanged(tx: TenantTx): Promise<void>;
  /** Something was paid in, or its terms changed: what stopped may go on. */
  onFunded(tx: TenantTx, now: Date): Promise<void>;
}
export interface NewCredit {
  kind: EntryKind;
  /** In the smallest unit of the account's currency; in its favour, or not. */
  amount: number;
  /** The payment or statement it stands for. */
  of?: string;
  by: string;
}

export const unitsOf = (currency: string): number => 10 ** (rateCards.digits[currency] ?? 2);

/** What a customer paid in, and what of it is left. Without an account that is prepaid, nothing here stops anything. */
export class Credit {
  constructor(
    private readonly audit: Audit,
    private readonly ports: CreditPorts,
  ) {}

  /** Its account, made when it is first asked for; what was sent before this month is no business of it. */
  async open(tx: TenantTx, now: Date) {
    const known = await accountTable.lock(tx);
    if (known) return known;
    const { currency, country, zone } = await payerOf(tx);
    const from = monthOf(now, zone);
    await accountTable.open(tx, { currency, tax: taxOf(country), from });
    await meter(tx, now);
    await usageTable.billed(tx, localTime(from, zone).day);
    return accountTable.lock(tx);
  }

  /** undefined: it pays by contract, without a limit of ours. */
  async state(tx: TenantTx): Promise<CreditState | undefined> {
    const row = await accountTable.left(tx);
    if (!row) return undefined;
    const amount = Math.floor(row.left * unitsOf(row.currency) + 1e-6);
    return { left: { amount, currency: row.currency }, level: levelOf(row.left, row.base) };
  }

  /** @param line how far below zero it may go, in the money's own unit */
  async terms(tx: TenantTx, of: { prepaid: boolean; line: number }, by: string, now: Date): Promise<void> {
    await this.open(tx, now);
    await accountTable.terms(tx, of);
    await accountTable.rebase(tx);
    await this.audit.record(
      tx,
      { actor: by, act: 'account.terms', subject: `tenant:${tx.tenant}`, detail: { ...of } },
      now,
    );
    await this.ports.onChanged(tx);
    await this.ports.onFunded(tx, now);
  }

  /** @returns false when that payment or statement stands there already */
  async enter(tx: TenantTx, entry: NewCredit, now: Date): Promise<boolean> {
    const account = await this.open(tx, now);
    if (!account) return false;
    const { currency } = account;
    const { kind, amount, of, by } = entry;
    const own = amount / unitsOf(currency);
    const row = { id: newId(now), kind, amount: own, currency, by, ...(of && { of }) };
    if (!(await accountTable.add(tx, row, now))) return false;
    if (amount > 0) await accountTable.rebase(tx);
    const detail = { amount, currency, ...(of && { of }) };
    await this.audit.record(tx, { actor: by, act: `account.${kind}`, subject: `tenant:${tx.tenant}`, detail }, now);
    await this.ports.onChanged(tx);
    if (amount > 0) await this.ports.onFunded(tx, now);
    return true;
  }

  /** Counts anew what was charged; what was taken to be sent some days ago and cost nothing is no longer held against the credit. */
  async recount(tx: TenantTx, now: Date): Promise<void> {
    await meter(tx, now);
    const account = await accountTable.lock(tx);
    if (!account) return;
    const payer = await payerOf(tx);
    const until = nextDay(localTime(now, payer.zone).day, -settings.settled_days);
    const { net } = linesOf(await usageTable.unbilled(tx, until), payer);
    await accountTable.release(tx, instantOf(until, 0, payer.zone), net.amount / unitsOf(account.currency));
  }

  /** Each level is told once, until something is paid in. */
  async warn(tx: TenantTx, now: Date): Promise<CreditLevel | undefined> {
    const row = await accountTable.left(tx);
    const level = row && levelOf(row.left, row.base);
    if (!level || levels.indexOf(level) <= row.warned) return undefined;
    // Another worker may have come first.
    if (!(await accountTable.warned(tx, levels.indexOf(level)))) return undefined;
    await this.ports.onLevel(tx, level, now);
    await this.ports.onChanged(tx);
    return level;
  }
}
