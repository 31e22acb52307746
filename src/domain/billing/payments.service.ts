import type { Database, TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import type { SystemKeys } from '../../data/system-keys';
import { AppError } from '../../errors';
import { edgeTable } from '../accounts/edge.table';
import type { Audit } from '../audit/audit.service';
import { payerOf } from './costs.service';
import { unitsOf } from './credit.service';
import { type PaymentRow, paymentsTable } from './payments.table';
import { settings } from './settings';
import { statementsTable } from './statements.table';

/** Sealed: what came back from the gateway. */
export interface Link {
  token: string;
  url: string;
}
interface Asker {
  id: string;
  roles: readonly string[];
}
interface PaymentDeps {
  database: Database;
  keys: Keys;
  systemKeys: SystemKeys;
  audit: Audit;
  /** Whether there is somebody who takes payments. */
  isOffered: boolean;
  wake(): void;
}

const mayPay = ['owner'];
const hourMs = 3_600_000;
/** When its link can no longer be paid. */
export const endOf = ({ asked_at }: Pick<PaymentRow, 'asked_at'>): number =>
  asked_at.getTime() + settings.link_hours * hourMs;
const longestToken = 200;

/** Payments by a link to the gateway's own page. Here stand an amount and a token, never a card. */
export class Payments {
  constructor(private readonly deps: PaymentDeps) {}

  get isOffered(): boolean {
    return this.deps.isOffered;
  }

  /** A link is asked for; pressing twice asks once. @returns its id. @throws ROLE_REQUIRED, PAYMENT_UNAVAILABLE, PAYMENT_AMOUNT, STATEMENT_NOT_FOUND, STATEMENT_PAID */
  async ask(tx: TenantTx, wish: { statement: string } | { amount: number }, by: Asker, now: Date): Promise<string> {
    if (!by.roles.some((role) => mayPay.includes(role))) throw new AppError('ROLE_REQUIRED');
    if (!this.deps.isOffered) throw new AppError('PAYMENT_UNAVAILABLE');
    const { currency } = await payerOf(tx);
    const statement = 'statement' in wish ? wish.statement : undefined;
    const amount = 'statement' in wish ? await owed(tx, wish.statement) : inRange(wish.amount, currency);
    await paymentsTable.queue(tx);
    const since = new Date(now.getTime() - settings.link_hours * hourMs);
    const waiting = await paymentsTable.waiting(tx, { statement, amount, since });
    if (waiting) return waiting.id;
    const id = newId(now);
    const actor = `member:${by.id}`;
    const row = { id, statement_id: statement ?? null, amount, currency, asked_by: actor, asked_at: now };
    await paymentsTable.insert(tx, row);
    const detail = { amount, currency };
    await this.deps.audit.record(tx, { actor, act: 'payment.asked', subject: `payment:${id}`, detail }, now);
    await paymentsTable.wake(tx, id);
    tx.afterCommit(this.deps.wake);
    return id;
  }

  /** @throws PAYMENT_NOT_FOUND: another customer's, too */
  async get(tx: TenantTx, id: string): Promise<PaymentRow & { url?: string }> {
    const row = isId(id) ? await paymentsTable.get(tx, id) : undefined;
    if (!row) throw new AppError('PAYMENT_NOT_FOUND');
    const link = row.state === 'open' ? await this.linkOf(tx, row) : undefined;
    return { ...row, ...(link && { url: link.url }) };
  }

  async linkOf(tx: TenantTx, { id, sealed }: Pick<PaymentRow, 'id' | 'sealed'>): Promise<Link | undefined> {
    return sealed ? JSON.parse((await this.deps.keys.of(tx)).open(sealed, `payment|${id}`).toString()) : undefined;
  }

  /** The gateway opened it; by its token it is found again when the gateway speaks of it. */
  async opened(tx: TenantTx, id: string, link: Link, until: Date): Promise<void> {
    const { keys, systemKeys } = this.deps;
    await paymentsTable.opened(tx, id, (await keys.of(tx)).seal(JSON.stringify(link), `payment|${id}`));
    await edgeTable.offerLink(tx, systemKeys.hash('payment', link.token), 'payment', id, until);
  }

  /** The gateway says that something became of a token: it is asked what. Anybody may say so, and learns nothing. Opens its own transactions. */
  async confirmed(token: string, now: Date): Promise<void> {
    const { database, systemKeys, wake } = this.deps;
    if (token === '' || token.length > longestToken) return;
    const hashes = systemKeys.hashes('payment', token);
    const found = await database.withSystem('resolver', (tx) => edgeTable.link(tx, hashes, 'payment', now));
    if (!found || !isId(found.grants)) return;
    await database.withTenant(found.tenant_id, async (tx) => {
      await paymentsTable.wake(tx, found.grants);
      tx.afterCommit(wake);
    });
  }
}

async function owed(tx: TenantTx, id: string): Promise<number> {
  const row = isId(id) ? await statementsTable.get(tx, id) : undefined;
  if (!row) throw new AppError('STATEMENT_NOT_FOUND');
  if (row.total <= 0 || (await paymentsTable.isPaid(tx, id))) throw new AppError('STATEMENT_PAID');
  return row.total;
}

/** @param own in the money's own unit */
function inRange(own: number, currency: string): number {
  const { least, most } = settings;
  const isFine = Number.isSafeInteger(own) && own >= (least[currency] ?? 1) && own <= (most[currency] ?? 0);
  if (!isFine) throw new AppError('PAYMENT_AMOUNT');
  return own * unitsOf(currency);
}
