import type { Identity, Sender, SendOutcome } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience } from '../audience/audience.service';
import type { Holder } from './erasure';
import type { Erased } from './erasure.table';
import { type AskedRow, type AskedState, providerErasureTable } from './provider-erasure.table';

interface Deps {
  database: Database;
  keys: Keys;
  clock: Clock;
  audience: Audience;
  sender(tx: TenantTx, id: string): Promise<Sender>;
  /** Absent where a channel's provider deletes nothing. */
  forget(channel: string): ((sender: Sender, who: Identity) => Promise<SendOutcome>) | undefined;
  wake(): void;
}
interface Asked {
  row: AskedRow;
  sender: Sender;
  who: Identity;
}

const mostTries = 5;
const pauseSeconds = 20;
const laneOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const aboutOf = (row: { id: string }): string => `provider_erasure|${row.id}`;

/**
 * Has providers delete what they hold of somebody who is being erased. What is asked is a row before it is a call, so that no crash loses it; a call may be
 * made twice, for what is gone is gone. Lane: the case's id.
 */
export class ProviderErasure implements Holder {
  readonly kind = 'forget';
  readonly name = 'providers';
  readonly category = 'identifiers';

  constructor(private readonly deps: Deps) {}

  async erase(tx: TenantTx, row: { id: string; contact_id: string }, now: Date): Promise<Erased | 'wait'> {
    if (!(await providerErasureTable.isAsked(tx, row.id))) await this.ask(tx, row, now);
    return (await providerErasureTable.open(tx, row.id)).length > 0 ? 'wait' : {};
  }

  async giveUp(tx: TenantTx, row: { id: string }): Promise<number> {
    const { length } = await providerErasureTable.open(tx, row.id);
    await providerErasureTable.giveUp(tx, row.id);
    return length;
  }

  async run(tenant: string, lane: Buffer): Promise<'done'> {
    const { database } = this.deps;
    const id = idOf(lane);
    const asked = await database.withTenant(tenant, (tx) => this.open(tx, id));
    for (const one of asked) {
      const outcome = await this.deps.forget(one.sender.channel)?.(one.sender, one.who);
      await database.withTenant(tenant, (tx) => this.settle(tx, id, one.row, outcome));
    }
    return 'done';
  }

  async parked(tenant: string, lane: Buffer): Promise<void> {
    await this.deps.database.withTenant(tenant, (tx) => providerErasureTable.giveUp(tx, idOf(lane)));
  }

  /** Each of our numbers by which they may be known. */
  private async ask(tx: TenantTx, row: { id: string; contact_id: string }, now: Date): Promise<void> {
    const person = (await this.deps.audience.readMany(tx, [row.contact_id])).get(row.contact_id);
    const bsuid = person?.identity.bsuid;
    if (!bsuid || !this.deps.forget('whatsapp')) return;
    const key = await this.deps.keys.person(tx, row.contact_id);
    for (const { id: sender_id } of await tenantsTable.senders(tx, 'whatsapp')) {
      const id = newId(now);
      const sealed = key.seal(bsuid, aboutOf({ id }));
      await providerErasureTable.ask(tx, row.id, { id, sender_id, kind: 'contact', sealed }, now);
    }
    await providerErasureTable.wake(tx, laneOf(row.id), 0);
    tx.afterCommit(() => this.deps.wake());
  }

  private async open(tx: TenantTx, id: string): Promise<Asked[]> {
    const contact = await providerErasureTable.contactOf(tx, id);
    if (!contact) return [];
    const key = (await this.deps.keys.people(tx, [contact])).get(contact);
    const asked: Asked[] = [];
    for (const row of await providerErasureTable.open(tx, id)) {
      const bsuid = row.sealed && key?.open(row.sealed, aboutOf(row)).toString();
      if (bsuid) asked.push({ row, sender: await this.deps.sender(tx, row.sender_id), who: { bsuid } });
    }
    return asked;
  }

  private async settle(tx: TenantTx, id: string, row: AskedRow, outcome: SendOutcome | undefined): Promise<void> {
    const state = stateOf(outcome, row.tries);
    await providerErasureTable.settle(tx, id, row.id, state);
    if (state === 'asked') await providerErasureTable.wake(tx, laneOf(id), pauseSeconds);
  }
}

/** What is gone may be asked again; so may what nobody answered. */
function stateOf(outcome: SendOutcome | undefined, tries: number): AskedState {
  if (outcome?.outcome === 'accepted') return 'done';
  const isFinal = outcome?.outcome === 'refused' && !['retry', 'wait'].includes(outcome.treatment);
  if (isFinal) return 'refused';
  return tries + 1 < mostTries ? 'asked' : 'lost';
}

const idOf = (lane: Buffer): string =>
  lane.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
