import type { Sender } from '../../channel';
import type { Database, TenantTx } from '../../data/database';
import type { SystemKeys } from '../../data/system-keys';
import { AppError } from '../../errors';
import { edgeTable } from './edge.table';
import { aboutToken } from './tenants.service';
import { tenantsTable } from './tenants.table';

export interface KnownSender {
  tenant: string;
  /** Absent for a Slack workspace. */
  senderId?: string;
}

const cacheMs = 60_000;
const cacheLimit = 10_000;

/** Which customer an arriving update belongs to, and what is needed to send from one of our addresses. */
export class Senders {
  private readonly cache = new Map<string, { known: KnownSender; until: number }>();

  constructor(
    private readonly database: Database,
    private readonly systemKeys: SystemKeys,
  ) {}

  /** The tenant follows from the sender alone, never from what a payload says. Opens its own transaction; kept for a minute. */
  async senderOf(channel: string, app: string, providerId: string): Promise<KnownSender | undefined> {
    const key = aboutToken(channel, app, providerId);
    const cached = this.cache.get(key);
    if (cached && performance.now() < cached.until) return cached.known;
    const row = await this.database.withSystem('resolver', (tx) => edgeTable.sender(tx, channel, app, providerId));
    this.cache.delete(key);
    if (!row) return undefined;
    const known = { tenant: row.tenant_id, ...(row.sender_id && { senderId: row.sender_id }) };
    if (this.cache.size >= cacheLimit) this.cache.delete(this.cache.keys().next().value as string);
    this.cache.set(key, { known, until: performance.now() + cacheMs });
    return known;
  }

  /** With its token, before a tenant is known. Opens its own transaction. */
  async senderBefore(channel: string, app: string, providerId: string): Promise<Sender | undefined> {
    const row = await this.database.withSystem('resolver', (tx) => edgeTable.sender(tx, channel, app, providerId));
    // Empty: a workspace that has shown us out.
    if (!row || row.token.length === 0) return undefined;
    const token = this.systemKeys.openToken(row.token, aboutToken(channel, app, providerId));
    return { channel, app, id: providerId, token };
  }

  /** One of this tenant's senders with its token and the name that people know it by. @throws TENANT_REQUIRED when it is not there */
  async sender(tx: TenantTx, senderId: string): Promise<Sender> {
    const row = await tenantsTable.sender(tx, senderId);
    if (!row) throw new AppError('TENANT_REQUIRED', { tenant: tx.tenant });
    const name = (await tenantsTable.get(tx))?.name;
    return { ...(await this.open(tx, row.channel, row.app, row.provider_id)), ...(name && { name }) };
  }

  /** A Slack workspace in which this tenant posts, with its token; ours only where somebody of it is let in. */
  async workspace(tx: TenantTx, team: string, now: Date, app = 'default'): Promise<Sender | undefined> {
    const sealed = await edgeTable.tokenOf(tx, 'slack', app, team, now);
    if (!sealed?.length) return undefined;
    const token = this.systemKeys.openToken(sealed, aboutToken('slack', app, team));
    return { channel: 'slack', app, id: team, token };
  }

  /** Every Slack workspace that lets us in, with its token. Opens its own transaction. */
  async workspaces(): Promise<Sender[]> {
    const rows = await this.database.withSystem('resolver', (tx) => edgeTable.senders(tx));
    return rows
      .filter(({ channel }) => channel === 'slack')
      .map(({ channel, app, provider_id: id, token }) => ({
        ...{ channel, app, id, token: this.systemKeys.openToken(token, aboutToken(channel, app, id)) },
      }));
  }

  /** Which of this tenant's senders something came to, without its token. */
  async find(tx: TenantTx, to: { channel: string; app: string; sender: string }) {
    const all = await tenantsTable.senders(tx, to.channel, 'every');
    return all.find((one) => one.provider_id === to.sender && one.app === to.app);
  }

  /** The mailbox for requests alone, where there is one. */
  async privacyMailbox(tx: TenantTx): Promise<string | undefined> {
    const all = await tenantsTable.senders(tx, 'email', 'every');
    return all.find((one) => one.purpose === 'privacy')?.provider_id;
  }

  /** What this tenant's numbers hang on at the provider, with their tokens. */
  async accounts(tx: TenantTx, channel: string): Promise<Sender[]> {
    const all: Sender[] = [];
    for (const { app, account } of await tenantsTable.accounts(tx, channel))
      all.push(await this.open(tx, channel, app, account));
    return all;
  }

  private async open(tx: TenantTx, channel: string, app: string, providerId: string): Promise<Sender> {
    const sealed = await edgeTable.tokenOf(tx, channel, app, providerId);
    if (!sealed) throw new AppError('TENANT_REQUIRED', { tenant: tx.tenant });
    return {
      channel,
      app,
      id: providerId,
      token: this.systemKeys.openToken(sealed, aboutToken(channel, app, providerId)),
    };
  }
}
