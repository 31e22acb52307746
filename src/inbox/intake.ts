import { createHash } from 'node:crypto';
import type { ChannelEvent, Identity } from '../channel';
import type { Clock } from '../clock';
import type { Database } from '../data/database';
import { newId, unknownTenant } from '../data/ids';
import type { Keys, TenantKeys } from '../data/keys';
import type { Log } from '../log';
import { canonicalPhone } from '../phone';
import { cardless } from './card-numbers';
import { GroupCommit } from './group-commit';
import { type InboxKind, type InboxRow, insertInbox, isOfRows } from './inbox.table';

/** Receipts of one sender are spread over this many lanes, so that they are folded in parallel; few, so that many are folded at once. */
const receiptShards = 2;

export interface IntakeDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  log: Log;
  /** The tenant of one of our senders, from the sender alone, never from what a payload says. */
  tenantOf(event: ChannelEvent): Promise<string | undefined>;
  wake(kind: InboxKind): void;
  /** What was stored. */
  took?(rows: readonly InboxRow[]): void;
}

/** The one way in: every event becomes a durable row of its tenant, then workers are woken. Resolves after the commit. */
export class Intake {
  private readonly writer: GroupCommit<InboxRow>;

  constructor(private readonly deps: IntakeDeps) {
    this.writer = new GroupCommit(
      (rows) => deps.database.withSystemOnce('intake', (tx) => insertInbox(tx, rows)),
      isOfRows,
    );
  }

  async receive(events: readonly ChannelEvent[]): Promise<void> {
    if (events.length === 0) return;
    const ids = events.map(() => newId()); // in one go, so that they sort as the events do: a person's messages are handled by id
    const rows: InboxRow[] = [];
    for (const [at, event] of events.entries()) rows.push(await this.row(event, ids[at] as string));
    await this.writer.write(rows);
    this.deps.took?.(rows.filter(({ kind }) => kind !== 'unknown'));
    for (const kind of new Set(rows.map((row) => row.kind))) this.deps.wake(kind);
  }

  /** Hands an event of our own mailbox on to a customer. Twice is once. */
  async forward(tenant: string, event: ChannelEvent): Promise<void> {
    const row = await this.rowOf(event, newId(), tenant);
    await this.writer.write([row]);
    this.deps.wake(row.kind);
  }

  private async row(event: ChannelEvent, id: string): Promise<InboxRow> {
    return this.rowOf(event, id, await this.deps.tenantOf(event));
  }

  private async rowOf(event: ChannelEvent, id: string, tenant: string | undefined): Promise<InboxRow> {
    const { keys, clock, log } = this.deps;
    if (!tenant)
      log.warn(
        { event: 'sender.unknown', channel: event.channel, kind: event.kind },
        'an event came for a sender that nobody has registered',
      );
    const tenantKeys = await keys.tenant(tenant ?? unknownTenant);
    return {
      tenant: tenantKeys.tenant,
      lane: laneOf(event, tenantKeys),
      id,
      kind: tenant ? kindOf(event) : 'unknown',
      channel: event.channel,
      app: event.app,
      sender: event.sender,
      dedup: tenantKeys.findRaw(
        'dedup',
        JSON.stringify([event.channel, event.app, event.sender, event.kind, event.id]),
      ),
      at: event.at,
      receivedAt: clock.now(),
      sealed: tenantKeys.seal(JSON.stringify(cardless(event)), `inbox|${id}`),
    };
  }
}

function kindOf(event: ChannelEvent): InboxKind {
  if (event.kind === 'receipt') return 'receipts';
  return event.kind === 'account' ? 'account' : 'turn';
}

/** A lane is handled in order by one worker at a time: a person, or a share of a sender's receipts. */
function laneOf(event: ChannelEvent, keys: TenantKeys): Buffer {
  if (event.kind === 'receipt') {
    const shard = (createHash('sha256').update(event.providerId).digest()[0] as number) % receiptShards;
    return keys.findRaw('lane', `receipts|${event.channel}|${event.app}|${event.sender}|${shard}`);
  }
  if (event.kind === 'account') return keys.findRaw('lane', `account|${event.channel}|${event.app}|${event.sender}`);
  if (event.kind === 'echo') return personLane(event.to, keys);
  return personLane(event.kind === 'identity' ? event.current : event.from, keys);
}

/** The business-scoped id if there is one, else the phone: the token by which the person is looked up. */
function personLane(identity: Identity, keys: TenantKeys): Buffer {
  if (identity.slack) return keys.find('slack', `${identity.slack.team}/${identity.slack.user}`);
  if (identity.bsuid) return keys.find('bsuid', identity.bsuid);
  if (identity.phone) return keys.find('phone', canonicalPhone(identity.phone) ?? identity.phone);
  if (identity.email) return keys.find('email', identity.email.trim().toLowerCase());
  return keys.findRaw('lane', 'nobody');
}

/** Dates come back from JSON as text. */
export function openEvent(keys: TenantKeys, row: { id: string; at: Date; sealed: Buffer }): ChannelEvent {
  const event = JSON.parse(keys.open(row.sealed, `inbox|${row.id}`).toString('utf8')) as ChannelEvent;
  return { ...event, at: row.at };
}
