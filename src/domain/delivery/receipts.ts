import type { ChannelEvent } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Keys, TenantKeys } from '../../data/keys';
import { noteCharges } from './charged.table';
import { tryElsewhere } from './fallback';
import {
  applyReceipts,
  countResidue,
  dropReceipts,
  type FoldedReceipt,
  lastSign,
  type WaitingReceipt,
  waitingReceipts,
} from './receipts.table';
import { type MessageKey, readReference } from './reference';
import { findSent } from './sent-ids.table';

const most = 500;
const longestCode = 64;

export interface ReceiptPorts {
  /** The provider says that this person stopped promotions there, or called one spam. */
  onProviderStop(
    tx: TenantTx,
    contact: string,
    evidence: string,
    now: Date,
    at?: Date,
    source?: 'whatsapp_preference' | 'complaint',
  ): Promise<void>;
  /** Nobody is there any more. @param lastSign of life, before that */
  onBounced(tx: TenantTx, contact: string, lastSign: Date, now: Date): Promise<void>;
  /** Figures changed: cards are drawn again. */
  onProgress(tx: TenantTx, batches: readonly string[]): Promise<void>;
  /** A single message did not arrive. */
  onFailed?(tx: TenantTx, seq: string): Promise<void>;
  /** Single messages arrived, or were read. */
  onArrived?(tx: TenantTx, seqs: readonly string[]): Promise<void>;
}

type ReceiptEvent = ChannelEvent & { kind: 'receipt' };
type Receipt = FoldedReceipt & { stop: boolean; bounced: boolean; elsewhere: boolean; charged: string | undefined };
/** Nobody is there: not on WhatsApp, or no such number. */
const nobodyThere: ReadonlySet<string> = new Set(['WHATSAPP_131026']);
/** Why a receipt changes nothing. */
type Why = 'unreadable' | 'no_reference' | 'no_message' | 'set_aside';

/** What became of our messages: folded in batches, in any order, as often as they come. */
export class Receipts {
  readonly kind = 'receipts';

  /** @param gatherMs what comes within this is folded together: a fold costs about as much for one receipt as for a hundred */
  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly clock: Clock,
    private readonly ports: ReceiptPorts,
    private readonly gatherMs = 0,
  ) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    if (this.gatherMs > 0) await new Promise((done) => setTimeout(done, this.gatherMs));
    const fold = (limit: number) => this.database.withTenant(tenant, (tx) => this.fold(tx, lane, limit));
    const taken = await fold(most).catch(async () => {
      // One of them spoils the others: from the front, one by one, until it is the first.
      await fold(1);
      return most;
    });
    return taken < most ? 'done' : 'again';
  }

  /** The first can't be folded: it is counted and dropped, those behind it go on. */
  async parked(tenant: string, lane: Buffer): Promise<void> {
    await this.database.withTenant(tenant, async (tx) => {
      const [first] = await waitingReceipts(tx, lane, 1);
      if (!first) return;
      await dropReceipts(tx, lane, [first.id]);
      await countResidue(tx, dayOf(this.clock.now()), 'unknown', 'set_aside', 1);
    });
  }

  private async fold(tx: TenantTx, lane: Buffer, limit: number): Promise<number> {
    const rows = await waitingReceipts(tx, lane, limit);
    if (rows.length === 0) return 0;
    const keys = await this.keys.of(tx);
    const residue = new Residue();
    const ours = await this.readAll(tx, keys, rows, residue);
    const known = ours.length > 0 ? await applyReceipts(tx, ours) : [];
    const charged = ours.flatMap(({ batch, seq, charged: as }) => (as && batch !== '0' ? [{ batch, seq, as }] : []));
    if (charged.length > 0) await noteCharges(tx, charged);
    const now = this.clock.now();
    const failed = ours.filter(({ elsewhere }) => elsewhere);
    await tryElsewhere(tx, { known, failed }, now);
    const contacts = new Map(known.map((one) => [`${one.batch}.${one.seq}`, one.contact]));
    for (const one of ours) {
      const message = `${one.batch}.${one.seq}`;
      const contact = contacts.get(message);
      if (!contact) residue.add(one.status, 'no_message');
      else if (one.stop) await this.ports.onProviderStop(tx, contact, `message:${message}`, now, one.at, sourceOf(one));
      else if (one.bounced) await this.ports.onBounced(tx, contact, await lastSign(tx, contact), now);
    }
    for (const { batch, seq, status } of ours)
      if (batch === '0' && status === 'failed') await this.ports.onFailed?.(tx, seq);
    const arrived = ours.filter(({ batch, status }) => batch === '0' && ['delivered', 'read'].includes(status));
    if (arrived.length > 0) await this.ports.onArrived?.(tx, [...new Set(arrived.map(({ seq }) => seq))]);
    await residue.write(tx, now);
    const ids = rows.map((row) => row.id);
    await dropReceipts(tx, lane, ids);
    const batches = [...new Set(known.map((one) => one.batch))].filter((batch) => batch !== '0');
    if (batches.length > 0) await this.ports.onProgress(tx, batches);
    return rows.length;
  }

  /** Those without a reference are looked for by the id that their provider gave them. */
  private async readAll(
    tx: TenantTx,
    keys: TenantKeys,
    rows: readonly WaitingReceipt[],
    residue: Residue,
  ): Promise<Receipt[]> {
    const events = rows.map((row) => open(keys, row));
    const nameless = events.filter((event) => event !== undefined).filter((event) => event.reference === undefined);
    const found = nameless.length > 0 ? await findSent(tx, keys, nameless) : [];
    const byId = new Map(nameless.map((event, at) => [event, found[at]]));
    return rows.flatMap((row, at) => {
      const event = events[at];
      return this.read(row, event, event && (byId.get(event) ?? readReference(keys, event.reference)), residue);
    });
  }

  /** Nothing for what this tenant's keys did not sign: the tenant follows from the sender, so another's reference can't be read here. */
  private read(
    row: WaitingReceipt,
    event: ReceiptEvent | undefined,
    message: MessageKey | undefined,
    residue: Residue,
  ): Receipt[] {
    if (!event || !message) {
      residue.add(event?.status ?? 'unknown', event ? 'no_reference' : 'unreadable');
      return [];
    }
    const { status, error } = event;
    const code = error?.code?.slice(0, longestCode) ?? null;
    return [
      {
        ...message,
        status,
        at: row.at,
        code,
        stop: error?.treatment === 'suppress',
        elsewhere: status === 'failed' && error?.elsewhere === true,
        bounced: nobodyThere.has(code ?? ''),
        charged: event.charged,
      },
    ];
  }
}

const sourceOf = ({ code }: Receipt) => (code === 'EMAIL_COMPLAINT' ? 'complaint' : 'whatsapp_preference');

/** What came for nobody, counted. */
class Residue {
  private readonly counts = new Map<string, { status: string; why: Why; count: number }>();

  add(status: string, why: Why): void {
    const key = `${status} ${why}`;
    const count = (this.counts.get(key)?.count ?? 0) + 1;
    this.counts.set(key, { status, why, count });
  }

  async write(tx: TenantTx, now: Date): Promise<void> {
    for (const [, { status, why, count }] of [...this.counts].sort())
      await countResidue(tx, dayOf(now), status, why, count);
  }
}

const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

function open(keys: TenantKeys, row: WaitingReceipt): ReceiptEvent | undefined {
  try {
    const event = JSON.parse(keys.open(row.sealed, `inbox|${row.id}`).toString('utf8')) as ReceiptEvent;
    return statuses.has(event.status) ? event : undefined;
  } catch {
    return undefined;
  }
}
const statuses: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'failed']);
