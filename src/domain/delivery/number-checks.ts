import type { Channel } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import { writtenId } from '../../data/ids';
import type { Senders } from '../accounts/senders.service';
import { tenantsTable } from '../accounts/tenants.table';
import { type NumberHealth, numberChecksTable } from './number-checks.table';

export interface NumberChecksDeps {
  database: Database;
  clock: Clock;
  senders: Pick<Senders, 'sender'>;
  standing(channel: string): Channel['standing'];
  /** It can't send, or its quality fell so far that it soon won't: told once, when it begins and when it is over. */
  onTurn(tx: TenantTx, sender: string, isWell: boolean, now: Date): Promise<void>;
}

/** How long what a provider said is believed. */
export const believedMs = 600_000;

/** Whether anything can leave from it, and for long. */
export const isWell = ({ quality, canSend, status }: Pick<NumberHealth, 'quality' | 'canSend' | 'status'>): boolean =>
  quality !== 'RED' && canSend !== 'BLOCKED' && ['CONNECTED', 'UNKNOWN'].includes(status);

/** Asks a provider how it sees each of our numbers: every ten minutes, and as soon as it says that something changed. */
export class NumberChecks {
  readonly kind = 'number';

  constructor(private readonly deps: NumberChecksDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done'> {
    const { database, clock, senders, onTurn } = this.deps;
    const id = writtenId(lane);
    const found = await database.withTenant(tenant, async (tx) =>
      (await tenantsTable.sender(tx, id)) ? senders.sender(tx, id) : undefined,
    );
    const standing = found && this.deps.standing(found.channel);
    if (!found || !standing) return 'done';
    const said = await standing(found);
    await database.withTenant(tenant, async (tx) => {
      if (said.outcome !== 'accepted') return numberChecksTable.fail(tx, id, said.code);
      const before = await numberChecksTable.get(tx, id);
      await numberChecksTable.keep(tx, id, said.value, clock.now());
      if (said.value.limit !== undefined) await tenantsTable.setMessagingLimit(tx, found.channel, said.value.limit);
      const now = isWell(said.value);
      if (now !== (before?.checkedAt ? isWell(before) : true)) await onTurn(tx, id, now, clock.now());
    });
    return 'done';
  }

  /** A number that can't be asked about stays as it was. */
  async parked(): Promise<void> {}
}
