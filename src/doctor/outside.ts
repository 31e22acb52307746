import type { Channel, Sender } from '../channel';
import { edgeTable } from '../domain/accounts/edge.table';
import { Senders } from '../domain/accounts/senders.service';
import { aboutToken, Tenants } from '../domain/accounts/tenants.service';
import { tenantsTable } from '../domain/accounts/tenants.table';
import { type Finding, look, wrong } from './finding';
import type { Opened } from './postgres';

/** What each code asks to be changed. */
const settingOf: Readonly<Record<string, string>> = {
  SLACK_UNREACHABLE: 'SLACK_API_URL',
  WHATSAPP_UNREACHABLE: 'WHATSAPP_GRAPH_URL',
  EMAIL_RELAY: 'EMAIL_SMTP_URL',
  EMAIL_NO_RELAY: 'EMAIL_SMTP_URL',
  EMAIL_CERTIFICATE: 'EMAIL_TLS_CERT',
  EMAIL_CERTIFICATE_FILE: 'EMAIL_TLS_CERT',
};

interface Address {
  sender: Sender;
  what: 'address' | 'account';
  whose: string;
}

/** Every address of every customer, each asked of its provider. Nothing is sent. */
export async function examineOutside(opened: Opened, channels: ReadonlyMap<string, Channel>): Promise<Finding[]> {
  const found: Finding[] = [];
  const addresses: Address[] = [];
  const unread = await addressesOf(opened, addresses);
  if (unread.length > 0) found.push(wrong('TOKENS', 'MASTER_KEY', { names: unread.slice(0, 5).join(', ') }));
  if (addresses.length === 0 && unread.length === 0) found.push(look('NO_CUSTOMERS', undefined));
  const relays = new Set<string>();
  for (const { sender, what, whose } of addresses) {
    // Every mailbox leaves by the one relay.
    if (sender.channel === 'email' && relays.has(sender.app)) continue;
    if (sender.channel === 'email') relays.add(sender.app);
    for (const one of (await channels.get(sender.channel)?.examine?.(sender, what)) ?? []) {
      const setting = settingOf[one.code];
      found.push({ ...one, whose, ...(setting && one.state !== 'well' && { setting }) });
    }
  }
  return found;
}

/** @returns those whose tokens the master key does not open */
async function addressesOf({ database, keys, systemKeys }: Opened, into: Address[]): Promise<string[]> {
  const unread: string[] = [];
  const tenants = new Tenants(database, keys, systemKeys);
  const senders = new Senders(database, systemKeys);
  const workspaces = await database.withSystem('resolver', (tx) => edgeTable.senders(tx));
  for (const { channel, app, provider_id: id, token } of workspaces) {
    const whose = `${channel} ${id}`;
    try {
      const sender = { channel, app, id, token: systemKeys.openToken(token, aboutToken(channel, app, id)) };
      if (channel === 'slack') into.push({ sender, what: 'address', whose });
    } catch {
      unread.push(whose);
    }
  }
  if (unread.length > 0) return unread;
  for (const tenant of await tenants.all())
    await database.withTenant(tenant, async (tx) => {
      const { name } = await tenants.get(tx);
      for (const channel of ['whatsapp', 'email']) {
        for (const { id, label } of await tenantsTable.senders(tx, channel, 'every'))
          into.push({ sender: await senders.sender(tx, id), what: 'address', whose: `${name}, ${label}` });
        for (const sender of await senders.accounts(tx, channel)) into.push({ sender, what: 'account', whose: name });
      }
    });
  return unread;
}
