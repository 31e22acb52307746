import type { OutboundContent } from '../../channel';
import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { SuppressedChannel } from '../audience/suppressions.table';
import { campaignsTable } from '../campaigns/campaigns.table';
import type { FileAnswer } from './file-answers';
import { guards } from './guards';
import { cancelDoubles, cancelPromotions } from './parcels.table';
import { insertSingle, nextSeq, type Single } from './singles.table';
import { countGone } from './spikes.table';

const campaignMemoryDays = 30;

export interface OutboxPorts {
  /** After the commit: a single message waits. */
  wake(kind: 'reply'): void;
  /** Their figures changed. */
  onCampaignsTouched(tx: TenantTx, campaigns: readonly string[]): Promise<void>;
}

/** Messages to one person: rows first. Each is bound to what it answers, which is what lets it through the gate. */
export class Outbox {
  constructor(
    private readonly keys: Keys,
    private readonly ports: OutboxPorts,
  ) {}

  /** @returns the message's number in the tenant's standing batch. @throws PERSON_ERASED */
  async enqueue(tx: TenantTx, single: Single, content: OutboundContent | FileAnswer, now: Date): Promise<string> {
    const seq = await nextSeq(tx);
    const sealed = (await this.keys.person(tx, single.contact)).seal(JSON.stringify(content), `message|0|${seq}`);
    await insertSingle(tx, seq, single, sealed, now);
    tx.afterCommit(() => this.ports.wake('reply'));
    return seq;
  }

  /** The audience's port: two contacts become one, who gets each campaign once. */
  async merged(tx: TenantTx, from: string, into: string): Promise<void> {
    await cancelDoubles(tx, from, into);
  }

  /** The person left, or is held: what waits for them (on that channel) does not go, in the same transaction. Returns how many messages. */
  async cancelQueued(tx: TenantTx, contact: string, now: Date, channel: SuppressedChannel = 'all') {
    const cancelled = await cancelPromotions(tx, contact, channel);
    await countGone(tx, contact, new Date(now.getTime() - guards.spikes.goneDays * 86_400_000), now);
    const since = new Date(now.getTime() - campaignMemoryDays * 86_400_000);
    await this.ports.onCampaignsTouched(tx, await campaignsTable.ofContact(tx, contact, since));
    return cancelled;
  }
}
