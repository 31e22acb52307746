import type { TenantTx } from '../../data/database';
import { disclosuresTable } from './disclosures.table';
import { routeOf, subprocessor } from './subprocessors';

/** What one message tells whoever carries it, by the names of the register. */
interface Told {
  channel: string;
  /** What fills its places. */
  variables?: readonly object[];
  parts?: { header?: { kind: string; variable?: object } };
  /** It is a file. */
  file?: true;
}
/** Who got something of a person, what, since when, and in how many messages. Never the values. */
export interface Disclosure {
  subprocessor: string;
  name: string;
  country: string;
  fields: readonly string[];
  since: Date;
  count: number;
}

/** How somebody is addressed; on WhatsApp by the number, or by their id where there is none. */
const addresses: Readonly<Record<string, readonly string[]>> = {
  whatsapp: ['phone', 'whatsapp_id'],
  sms: ['phone'],
  email: ['email'],
};
/** Channels by which a code of ours goes along, to know the message again. */
const referenced: ReadonlySet<string> = new Set(['whatsapp', 'email']);

/** The fields that such a message holds, at most. */
export function fieldsIn({ channel, variables = [], parts, file }: Told): string[] {
  const header = parts?.header;
  const isNamed = [...variables, header?.variable].some((one) => one && 'from' in one);
  return [
    ...(addresses[channel] ?? []),
    ...(isNamed ? ['name'] : []),
    'message',
    ...(file || (header && header.kind !== 'text') ? ['file'] : []),
    ...(referenced.has(channel) ? ['reference'] : []),
  ];
}

export const disclosures = {
  /** Before the first message of a batch leaves: who will get what. */
  async note(tx: TenantTx, batch: string, told: Told, now: Date): Promise<void> {
    const of = { batch, channel: told.channel };
    for (const to of routeOf(told.channel)) await disclosuresTable.note(tx, of, to, fieldsIn(told), now);
  },

  /** Answers "whom was my data shared with?". */
  async of(tx: TenantTx, contact: string): Promise<readonly Disclosure[]> {
    const rows = await disclosuresTable.of(tx, contact);
    return rows.map((row) => ({ ...row, name: subprocessor(row.subprocessor)?.name ?? row.subprocessor }));
  },
};
