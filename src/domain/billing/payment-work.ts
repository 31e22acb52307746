import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Log } from '../../log';
import { tenantsTable } from '../accounts/tenants.table';
import { houseContact } from '../registers/house';
import { type Credit, unitsOf } from './credit.service';
import type { Gateway, Known } from './gateway';
import type { Payments } from './payments.service';
import { idOf, type PaymentRow, type PaymentState, paymentsTable } from './payments.table';
import { settings } from './settings';

export interface PaymentPorts {
  /** Its card, and its statement's, are drawn again. */
  onChanged(tx: TenantTx, row: Pick<PaymentRow, 'id' | 'statement_id'>): Promise<void>;
  /** Why the payer is there, as they read it at the gateway. */
  subject(tx: TenantTx, row: PaymentRow): Promise<string>;
}
export interface PaymentWorkDeps {
  database: Database;
  clock: Clock;
  log: Log;
  /** Absent where nobody takes payments. */
  gateway: Gateway | undefined;
  payments: Payments;
  credit: Credit;
  ports: PaymentPorts;
}

const hourMs = 3_600_000;
/** Where the gateway's own word got lost, it is asked again: soon at first. */
const soonS = 30;
const laterS = 600;
const soonFor = 15 * 60_000;
/** A word of the gateway that comes after the link's end is still heard for so long. */
const graceHours = 48;

/** Opens the gateway's link and asks it what became of it, until that is known. Lane: the payment's id. */
export class PaymentWork {
  readonly kind = 'payment';

  constructor(private readonly deps: PaymentWorkDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done'> {
    const { database, gateway } = this.deps;
    const id = idOf(lane);
    const row = await database.withTenant(tenant, (tx) => paymentsTable.get(tx, id));
    if (!gateway || !row) return 'done';
    if (row.state === 'asked') await this.open(tenant, row, gateway);
    // A payer may come to it after all when we had given it up.
    if (row.state === 'open' || row.state === 'cancelled') await this.look(tenant, row, gateway);
    return 'done';
  }

  /** Asked again with the same order it is the same payment: after a crash at most a link is lost that nobody saw. */
  private async open(tenant: string, row: PaymentRow, gateway: Gateway): Promise<void> {
    const { database, payments, ports, clock } = this.deps;
    const order = await database.withTenant(tenant, async (tx) => {
      const payer = await tenantsTable.get(tx);
      const mail = payer?.billing_mail || payer?.contact || houseContact;
      const amount = row.amount / unitsOf(row.currency);
      return { id: row.id, subject: await ports.subject(tx, row), amount, currency: row.currency, mail };
    });
    const opened = await gateway.open(order);
    await database.withTenant(tenant, async (tx) => {
      const now = clock.now();
      if ((await paymentsTable.lock(tx, row.id))?.state !== 'asked') return;
      if (opened.outcome === 'unreachable') return paymentsTable.wake(tx, row.id, soonS);
      if (opened.outcome === 'open') {
        const until = new Date(now.getTime() + (settings.link_hours + graceHours) * hourMs);
        await payments.opened(tx, row.id, { token: opened.token, url: opened.url }, until);
        await paymentsTable.wake(tx, row.id, soonS);
      } else await paymentsTable.settle(tx, row.id, 'failed', now);
      await ports.onChanged(tx, row);
    });
  }

  private async look(tenant: string, row: PaymentRow, gateway: Gateway): Promise<void> {
    const { database, payments, clock } = this.deps;
    const link = await database.withTenant(tenant, (tx) => payments.linkOf(tx, row));
    if (!link) return;
    const known = await gateway.known(link.token);
    await database.withTenant(tenant, async (tx) => {
      const current = await paymentsTable.lock(tx, row.id);
      if (current?.state === 'open' || current?.state === 'cancelled')
        await this.settle(tx, current, known, clock.now());
    });
  }

  private async settle(tx: TenantTx, row: PaymentRow, known: Known, now: Date): Promise<void> {
    const { credit, ports, log } = this.deps;
    const next = this.next(row, known, now);
    if (next === 'wait') {
      const age = now.getTime() - row.asked_at.getTime();
      return paymentsTable.wake(tx, row.id, age < soonFor ? soonS : laterS);
    }
    if (next === row.state) return;
    if (next === 'failed')
      log.error({ event: 'payment.mismatch', reference: row.id }, 'the gateway speaks of another order or amount');
    await paymentsTable.settle(tx, row.id, next, now);
    if (next === 'paid')
      await credit.enter(tx, { kind: 'payment', amount: row.amount, of: row.id, by: row.asked_by }, now);
    await ports.onChanged(tx, row);
  }

  private next(row: PaymentRow, known: Known, now: Date): PaymentState | 'wait' {
    const isOver = now.getTime() > row.asked_at.getTime() + settings.link_hours * hourMs;
    if (known.outcome === 'unreachable') return row.state === 'open' ? 'wait' : row.state;
    const isOurs =
      known.order === row.id && known.currency === row.currency && known.amount * unitsOf(row.currency) === row.amount;
    if (known.state === 'pending') return isOver ? 'cancelled' : 'wait';
    return isOurs ? known.state : 'failed';
  }
}
