import type { Database, SystemTx, TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import type { SystemKeys } from '../../data/system-keys';
import { AppError } from '../../errors';
import { canonicalPhone } from '../../phone';
import { edgeTable } from './edge.table';
import { type NewTenant, type TenantRow, tenantsTable } from './tenants.table';

export interface NewSender {
  channel: string;
  app: string;
  /** Phone number id, Slack team id. */
  providerId: string;
  token: string;
  label: string;
  ratePerSecond?: number;
  /** What the address hangs on at the provider. */
  account?: string;
  /** privacy: for requests alone. */
  purpose?: 'all' | 'privacy';
}

type Named = Pick<NewSender, 'channel' | 'app' | 'providerId' | 'token' | 'label'>;

export const aboutToken = (channel: string, app: string, providerId: string): string =>
  `${channel}|${app}|${providerId}`;

/** The customers: who they are, what they send from, where their team sits. Making one opens transactions of its own and may be repeated. */
export class Tenants {
  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly systemKeys: SystemKeys,
  ) {}

  /** @param id its id, if it must be a known one */
  async create(tenant: NewTenant, now: Date, id = newId(now)): Promise<string> {
    await this.database.withTenant(id, async (tx) => {
      await tenantsTable.insert(tx, tenant, now);
      await this.keys.create(tx);
    });
    return id;
  }

  /** Every customer that has an address, for work that is done for each in turn. Opens its own transaction. */
  async all(): Promise<string[]> {
    return this.database.withSystem('resolver', (tx) => edgeTable.tenants(tx));
  }

  /** One of our addresses now belongs to this tenant. Returns its id. @throws TENANT_REQUIRED when it is another tenant's */
  async addSender(tenant: string, sender: NewSender, now: Date): Promise<string> {
    const { channel, app, providerId, label } = sender;
    const row = {
      id: newId(now),
      channel,
      app,
      provider_id: providerId,
      label,
      rate_per_second: sender.ratePerSecond ?? 20,
      account: sender.account ?? null,
      purpose: sender.purpose ?? 'all',
    } as const;
    await this.claim(tenant, sender); // refused before anything of it is stored
    const senderId = await this.database.withTenant(tenant, (tx) => tenantsTable.addSender(tx, row));
    await this.claim(tenant, sender, senderId);
    return senderId;
  }

  /** A Slack workspace: its token, and the tenant of updates that name no channel and no known member. */
  async addWorkspace(tenant: string, team: string, token: string, app = 'default'): Promise<void> {
    await this.database.withSystem('resolver', (tx) => this.addWorkspaceIn(tx, tenant, team, token, app));
  }
  /** As `addWorkspace`, in a transaction that is open. */
  async addWorkspaceIn(tx: SystemTx, tenant: string, team: string, token: string, app = 'default'): Promise<void> {
    await this.claimIn(tx, tenant, { channel: 'slack', app, providerId: team, token, label: team });
  }

  /** Our own people's workspace: each customer that lets one of them in may write to them there. */
  async addStaffWorkspace(tenant: string, team: string, token: string, app = 'default'): Promise<void> {
    await this.addWorkspace(tenant, team, token, app);
    await this.database.withSystem('resolver', (tx) => edgeTable.markStaff(tx, app, team));
  }

  /** What addresses hang on: the provider's updates about it (its templates, its standing) are this tenant's. @throws TENANT_REQUIRED when it is another tenant's */
  async addAccount(
    tenant: string,
    account: Omit<NewSender, 'label' | 'ratePerSecond' | 'account' | 'purpose'>,
  ): Promise<void> {
    await this.claim(tenant, { ...account, label: account.providerId });
  }

  /** Where posts of this purpose go, and what is heard there belongs to this tenant. */
  async addPlace(tenant: string, purpose: string, team: string, channel: string): Promise<void> {
    const ours = await this.database.withSystem('resolver', (tx) => edgeTable.addPlace(tx, team, channel, tenant));
    if (!ours) throw new AppError('TENANT_REQUIRED', { tenant });
    await this.database.withTenant(tenant, (tx) => tenantsTable.setPlace(tx, purpose, team, channel));
  }

  async place(tx: TenantTx, purpose: string): Promise<{ team: string; channel: string } | undefined> {
    return tenantsTable.place(tx, purpose);
  }

  async get(tx: TenantTx): Promise<TenantRow> {
    const row = await tenantsTable.get(tx);
    if (!row) throw new AppError('TENANT_REQUIRED', { tenant: tx.tenant });
    return row;
  }

  /** What a person is told about the company that writes to them. */
  async profile(tx: TenantTx) {
    const row = await this.get(tx);
    return {
      name: row.name,
      legalName: row.legal_name,
      country: row.country,
      zone: row.zone,
      privacyUrl: row.privacy_url,
      policyVersion: row.policy_version,
      policyDate: row.policy_date ?? row.created_at,
      contact: row.contact,
    };
  }

  /** The number people write to on WhatsApp, as E.164, where its label tells it. */
  async chatNumber(tx: TenantTx): Promise<string | undefined> {
    const { country } = await this.get(tx);
    const labels = (await tenantsTable.senders(tx, 'whatsapp')).map(({ label }) => canonicalPhone(label, country));
    return labels.find((one) => one !== undefined);
  }

  private async claim(tenant: string, sender: NewSender, senderId?: string): Promise<void> {
    await this.database.withSystem('resolver', (tx) => this.claimIn(tx, tenant, sender, senderId));
  }

  private async claimIn(tx: SystemTx, tenant: string, sender: Named, senderId?: string): Promise<void> {
    const { channel, app, providerId, label } = sender;
    const token = this.systemKeys.sealToken(sender.token, aboutToken(channel, app, providerId));
    const row = { channel, app, providerId, tenant, token, label, ...(senderId && { senderId }) };
    if (!(await edgeTable.addSender(tx, row))) throw new AppError('TENANT_REQUIRED', { tenant });
  }
}
