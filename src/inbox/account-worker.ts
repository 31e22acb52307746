import type { ChannelEvent } from '../channel';
import type { Clock } from '../clock';
import type { Database, TenantTx } from '../data/database';
import type { Keys } from '../data/keys';
import type { ShownOut } from '../domain/accounts/installations.table';
import { tierOf } from '../domain/accounts/tiers';
import { lockLane, markHandled, nextWaiting } from './inbox.table';
import { openEvent } from './intake';

type AccountEvent = Extract<ChannelEvent, { kind: 'account' }>;

/** What a provider says about our own numbers and templates. */
export interface AccountPorts {
  onTemplateStatus(
    tx: TenantTx,
    template: { name: string; language: string; status: string; why?: string },
    now: Date,
  ): Promise<void>;
  /** It judges a template by what people do with it, or files it anew. */
  onTemplateStanding(
    tx: TenantTx,
    template: { name: string; language: string },
    change: { quality?: string; category?: string },
    now: Date,
  ): Promise<void>;
  /** How many people it lets us begin with in 24 hours; null: as many as we like. */
  onMessagingLimit(tx: TenantTx, channel: string, limit: number | null): Promise<void>;
  /** Something about our numbers or the account they hang on is no longer as it was: it is asked again. */
  onNumbersChanged(tx: TenantTx, channel: string): Promise<void>;
  /** A workspace has shown us out. */
  onShownOut?(tx: TenantTx, workspace: string, out: ShownOut, now: Date): Promise<void>;
  /** Somebody there is no longer one of its own. */
  onStanding?(tx: TenantTx, who: { team: string; user: string }, standing: string, now: Date): Promise<void>;
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
      const outcome = event.kind === 'account' ? await this.act(tx, event, row.received_at, now) : 'noted';
      await markHandled(tx, lane, row.id, outcome, undefined, now);
      return 'again';
    });
  }

  private async act(tx: TenantTx, event: AccountEvent, heard: Date, now: Date): Promise<string> {
    const { field, value, channel } = event;
    const said = (value ?? {}) as Record<string, unknown>;
    if (channel === 'slack') return this.actOnWorkspace(tx, event, said, heard, now);
    const template = templateOf(said);
    const status = statuses[String(said.event)];
    const change = standingOf(field, said);
    const limit = limitOf(field, said);
    if (ofNumbers.has(field)) await this.ports.onNumbersChanged(tx, channel);
    if (template && change) await this.ports.onTemplateStanding(tx, template, change, now);
    else if (template && status && field === 'message_template_status_update')
      await this.ports.onTemplateStatus(tx, { ...template, status, ...whyOf(said) }, now);
    else if (limit !== undefined) await this.ports.onMessagingLimit(tx, channel, limit);
    else return 'noted';
    return template ? 'template' : 'limit';
  }

  private async actOnWorkspace(
    tx: TenantTx,
    { field, sender, at }: AccountEvent,
    said: Readonly<Record<string, unknown>>,
    heard: Date,
    now: Date,
  ): Promise<string> {
    if (field === 'app_uninstalled' || (field === 'tokens_revoked' && said.isBot === true)) {
      await this.ports.onShownOut?.(tx, sender, { why: field, at, heard }, now);
      return 'shown_out';
    }
    const { user, standing } = said;
    if (field !== 'user_change' || typeof user !== 'string' || typeof standing !== 'string') return 'noted';
    await this.ports.onStanding?.(tx, { team: sender, user }, standing, now);
    return 'standing';
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
function templateOf(said: Readonly<Record<string, unknown>>): { name: string; language: string } | undefined {
  const { message_template_name: name, message_template_language: language } = said;
  return typeof name === 'string' && typeof language === 'string'
    ? { name, language: language.replace('-', '_') }
    : undefined;
}

/** Why it was refused, by the provider's own code. */
const whyOf = ({ reason }: Readonly<Record<string, unknown>>): { why?: string } =>
  typeof reason === 'string' && /^[A-Z_]{1,60}$/.test(reason) && reason !== 'NONE' ? { why: reason } : {};

const qualities = ['GREEN', 'YELLOW', 'RED', 'UNKNOWN'];

/** The quality update has come under the name of the status update, too: what it carries decides. A category that is only announced changes nothing yet. */
function standingOf(
  field: string,
  said: Readonly<Record<string, unknown>>,
): { quality?: string; category?: string } | undefined {
  const quality = String(said.new_quality_score ?? '');
  if (qualities.includes(quality)) return { quality };
  const isDone = field === 'template_category_update' && said.previous_category !== undefined;
  return isDone && typeof said.new_category === 'string' ? { category: said.new_category } : undefined;
}

const ofNumbers: ReadonlySet<string> = new Set([
  ...['phone_number_quality_update', 'phone_number_name_update', 'business_capability_update'],
  ...['account_update', 'account_review_update', 'account_alerts'],
]);

/** undefined: it says nothing of a limit. */
function limitOf(field: string, said: Readonly<Record<string, unknown>>): number | null | undefined {
  if (field !== 'phone_number_quality_update' && field !== 'business_capability_update') return undefined;
  return tierOf(String(said.max_daily_conversations_per_business ?? said.current_limit ?? ''));
}
