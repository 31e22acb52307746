import type { Clock } from '../clock';
import type { Database, TenantTx } from '../data/database';
import type { Keys } from '../data/keys';
import { lockLane, markHandled, nextWaiting } from './inbox.table';
import { openEvent } from './intake';

/** What a provider says about our own numbers and templates. */
export interface AccountPorts {
  onTemplateStatus(
    tx: TenantTx,
    template: { name: string; language: string; status: string },
    now: Date,
  ): Promise<void>;
}

/** Updates about an account: kept, and those that change what may be sent are acted upon. */
export class AccountWorker {
  readonly kind = 'account';

  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly clock: Clock,
    private readonly ports: AccountPorts,
  ) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    return this.database.withTenant(tenant, async (tx) => {
      await lockLane(tx, lane);
      const row = await nextWaiting(tx, lane, 'account');
      if (!row) return 'done';
      const event = openEvent(await this.keys.of(tx), row);
      const now = this.clock.now();
      const status = event.kind === 'account' ? templateStatus(event.field, event.value) : undefined;
      if (status) await this.ports.onTemplateStatus(tx, status, now);
      await markHandled(tx, lane, row.id, status ? 'template' : 'noted', undefined, now);
      return 'again';
    });
  }

  async parked(tenant: string, lane: Buffer): Promise<void> {
    await this.database.withTenant(tenant, async (tx) => {
      const row = await nextWaiting(tx, lane, 'account');
      if (row) await markHandled(tx, lane, row.id, 'parked', undefined, this.clock.now());
    });
  }
}

const statuses: Readonly<Record<string, string>> = {
  APPROVED: 'APPROVED',
  REINSTATED: 'APPROVED',
  UNPAUSED: 'APPROVED',
  FLAGGED: 'APPROVED',
  PENDING: 'PENDING',
  REJECTED: 'REJECTED',
  PAUSED: 'PAUSED',
  DISABLED: 'DISABLED',
  DELETED: 'DELETED',
};

/** Meta writes `es-CL` in its webhooks and wants `es_CL` when we send. */
function templateStatus(field: string, value: unknown): { name: string; language: string; status: string } | undefined {
  if (field !== 'message_template_status_update') return undefined;
  const {
    message_template_name: name,
    message_template_language: language,
    event,
  } = (value ?? {}) as Record<string, unknown>;
  const status = statuses[String(event)];
  return typeof name === 'string' && typeof language === 'string' && status
    ? { name, language: language.replace('-', '_'), status }
    : undefined;
}
