import type { ChannelEvent } from '../channel';
import type { Clock } from '../clock';
import type { Database } from '../data/database';
import { houseTenant, unknownTenant } from '../data/ids';
import type { Keys } from '../data/keys';
import type { Senders } from '../domain/accounts/senders.service';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { Audience } from '../domain/audience/audience.service';
import { forwardedTable } from './forwarded.table';
import { lockLane } from './inbox.table';
import { type Intake, openEvent } from './intake';

type Mail = ChannelEvent & { kind: 'message' };
interface Company {
  tenant: string;
  names: readonly string[];
  /** Its mailbox for requests. */
  mailbox: string | undefined;
  holds: boolean;
}
interface Deps {
  database: Database;
  keys: Keys;
  clock: Clock;
  tenants: Tenants;
  senders: Senders;
  audience: Audience;
  intake: Intake;
}

/**
 * A mail to our own mailbox is handed to every customer that holds data of its writer, as if it had been written to each of them and to nobody else;
 * one that names a customer, to that one alone. The writer is told the same whoever it was handed to.
 */
export class Forwarding {
  readonly kind = 'forward';

  constructor(private readonly deps: Deps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const { database, keys, clock } = this.deps;
    if (tenant !== houseTenant) return 'done';
    const mail = await database.withTenant(tenant, async (tx) => {
      await lockLane(tx, lane);
      const row = await forwardedTable.next(tx, lane);
      return row && { id: row.id, event: openEvent(await keys.of(tx), row) };
    });
    if (!mail) return 'done';
    // Each is stored by the mail's own id: broken off in between, nobody gets it twice.
    const holders = mail.event.kind === 'message' ? await this.forward(mail.event as Mail) : 0;
    await database.withTenant(tenant, (tx) => forwardedTable.done(tx, lane, mail.id, holders, clock.now()));
    return 'again';
  }

  async parked(): Promise<void> {}

  private async forward(mail: Mail): Promise<number> {
    const all: Company[] = [];
    for (const tenant of await this.deps.tenants.all())
      if (tenant !== houseTenant && tenant !== unknownTenant) all.push(await this.company(tenant, mail));
    const words = folded(mail.content.type === 'text' ? `${mail.content.title ?? ''} ${mail.content.text}` : '');
    const named = all.filter(({ names }) => names.some((name) => isNamed(words, name)));
    const to = named.length > 0 ? named : all.filter(({ holds }) => holds);
    for (const { tenant, mailbox } of to) {
      const others = all.filter((one) => one.tenant !== tenant).flatMap(({ names }) => names);
      const { sender, content } = mail;
      await this.deps.intake.forward(tenant, {
        ...mail,
        sender: mailbox ?? sender,
        content: content.type === 'text' ? without(content, others) : content,
        forwarded: true,
      });
    }
    return to.length;
  }

  private async company(tenant: string, { from }: Mail): Promise<Company> {
    const { database, tenants, senders, audience } = this.deps;
    return database.withTenant(tenant, async (tx) => {
      const { name, legalName } = await tenants.profile(tx);
      const mailbox = await senders.privacyMailbox(tx);
      const holds = from.email !== undefined && (await audience.find(tx, { email: from.email })) !== undefined;
      return { tenant, names: [name, legalName].filter(Boolean), mailbox, holds };
    });
  }
}

const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const isNamed = (words: string, name: string): boolean => ` ${words} `.includes(` ${folded(name)} `);

/** A name as it may be written: whatever stands between its words, with or without accents. */
const written = (name: string): RegExp => {
  const words = folded(name)
    .split(' ')
    .map((word) => [...word].map((letter) => `${letter}\\p{M}*`).join(''));
  return new RegExp(`(?<![\\p{L}\\p{N}])${words.join('[^\\p{L}\\p{N}]+')}(?![\\p{L}\\p{N}])`, 'giu');
};

/** No company reads the name of another one. */
function without<T extends { text: string; title?: string }>(content: T, names: readonly string[]): T {
  const clean = (text: string): string =>
    names.reduce((left, name) => left.replace(written(name), '…'), text.normalize('NFD')).normalize('NFC');
  return { ...content, text: clean(content.text), ...(content.title && { title: clean(content.title) }) };
}
