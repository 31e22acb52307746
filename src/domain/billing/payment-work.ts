import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Log } from '../../log';
import { tenantsTable } from '../accounts/tenants.table';
import { houseContact } from '../registers/house';
import { type Credit, unitsOf } from './credit.service';
import type { Gateway, Known, Opened } from './gateway';
import { endOf, type Payments } from './payments.service';
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
/** Where the gateway's own word got lost, it is asked again: soon at first, then more and more seldom. */
const soonS = 30;
const laterS = 600;
const seldomS = 6 * 3_600;
const soonFor = hourMs / 4;
/** As long as somebody may still be on the gateway's page. */
const laterFor = (settings.link_hours + 1) * hourMs;
const again = (age: number): number => (age < soonFor ? soonS : age < laterFor ? laterS : seldomS);
const watchMs = settings.watch_days * 24 * hourMs;
/** A word of the gateway that comes after we stopped asking is still heard for so long. */
const graceMs = 48 * hourMs;

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
    // Whatever it said before: a payer may come to it after all.
    else if (row.state !== 'paid') await this.look(tenant, row, gateway);
    return 'done';
  }

  /** Asked again with the same order it is the same payment: after a crash at most a link is lost that nobody saw. */
  private async open(tenant: string, row: PaymentRow, gateway: Gateway): Promise<void> {
    const { database, payments, ports, clock, log } = this.deps;
    const order = await database.withTenant(tenant, async (tx) => {
      const payer = await tenantsTable.get(tx);
      const mail = payer?.billing_mail || payer?.contact || houseContact;
      const amount = row.amount / unitsOf(row.currency);
      const seconds = Math.floor((endOf(row) - clock.now().getTime()) / 1000);
      return { id: row.id, subject: await ports.subject(tx, row), amount, currency: row.currency, mail, seconds };
    });
    const opened: Opened = order.seconds > 0 ? await gateway.open(order) : { outcome: 'unreachable' };
    await database.withTenant(tenant, async (tx) => {
      const now = clock.now();
      if ((await paymentsTable.lock(tx, row.id))?.state !== 'asked') return;
      const age = now.getTime() - row.asked_at.getTime();
      const isAway = opened.outcome === 'unreachable';
      if (isAway && age < settings.ask_hours * hourMs) return paymentsTable.wake(tx, row.id, again(age));
      if (isAway) log.error({ event: 'payment.unreachable', reference: row.id }, 'the gateway gave no link');
      if (opened.outcome === 'open') {
        const until = new Date(row.asked_at.getTime() + watchMs + graceMs);
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
      if (current && current.state !== 'asked' && current.state !== 'paid')
        await this.settle(tx, current, known, clock.now());
    });
  }

  private async settle(tx: TenantTx, row: PaymentRow, known: Known, now: Date): Promise<void> {
    const { credit, ports, log } = this.deps;
    const next = stateAfter(row, known);
    const age = now.getTime() - row.asked_at.getTime();
    const isWatched = age < (next === 'open' ? watchMs : laterFor + graceMs);
    if (next !== 'paid' && isWatched) await paymentsTable.wake(tx, row.id, again(age));
    if (next === 'open') {
      // Its card says that the link is over, and that no payment is known of.
      if (isWatched && now.getTime() >= endOf(row) && age < laterFor) await ports.onChanged(tx, row);
      if (isWatched) return;
      log.error({ event: 'payment.unsettled', reference: row.id }, 'the gateway never said what became of it');
    }
    const said = next === 'open' ? 'cancelled' : next;
    if (said === row.state) return;
    if (said === 'failed')
      log.error({ event: 'payment.mismatch', reference: row.id }, 'the gateway speaks of another order or amount');
    await paymentsTable.settle(tx, row.id, said, now);
    if (said === 'paid')
      await credit.enter(tx, { kind: 'payment', amount: row.amount, of: row.id, by: row.asked_by }, now);
    await ports.onChanged(tx, row);
  }
}

/** What the gateway says is so; until it says something final, nothing is. */
function stateAfter(row: PaymentRow, known: Known): PaymentState {
  if (known.outcome === 'unreachable' || known.state === 'pending') return row.state;
  const isOurs =
    known.order === row.id && known.currency === row.currency && known.amount * unitsOf(row.currency) === row.amount;
  return isOurs ? known.state : 'failed';
}
