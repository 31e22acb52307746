import type { TenantTx } from '../../data/database';
import { tenantsTable } from '../accounts/tenants.table';
import { instantOf, localTime, nextDay } from '../audience/local-time';
import { chargedSince } from './costs.service';
import { type Counts, recounted } from './recount';
import { settings } from './settings';
import { type UsageRow, usageTable } from './usage.table';

type Kind = Pick<UsageRow, 'day' | 'channel' | 'category'>;
type Side = Map<string, Counts>;
const messagesOf = (side: Side): number => [...side.values()].reduce((sum, { messages }) => sum + messages, 0);
const kindOf = ({ day, channel, category }: Kind): string => `${day}|${channel}|${category}`;

/** Nothing that left before is counted anew: a day more than the days, wherever the company is. */
export const recountedSince = (now: Date): Date => new Date(now.getTime() - (settings.recount_days + 2) * 86_400_000);

/** Counts anew, from the messages themselves, what was charged in the last weeks, and keeps it by the day: once a customer's messages are gone, what they were paid for remains. */
export async function meter(tx: TenantTx, now: Date): Promise<void> {
  const zone = (await tenantsTable.get(tx))?.zone ?? 'UTC';
  const first = nextDay(localTime(now, zone).day, -settings.recount_days);
  const kinds = new Map<string, { kind: Kind; found: Side; before: Side }>();
  const add = (side: 'found' | 'before', row: UsageRow) => {
    const { day, channel, category, country, messages, units } = row;
    const one = kinds.get(kindOf(row)) ?? { kind: { day, channel, category }, found: new Map(), before: new Map() };
    const was = one[side].get(country) ?? { messages: 0, units: 0 };
    one[side].set(country, { messages: was.messages + messages, units: was.units + units });
    kinds.set(kindOf(row), one);
  };
  for (const row of await chargedSince(tx, instantOf(first, 0, zone)))
    add('found', { ...row, units: row.messages * row.parts });
  for (const row of await usageTable.since(tx, first)) add('before', row);
  // An erased person's moment is only its day any more, which may be another one once the company's zone changed: on the first day nothing is missing for that.
  const isWhole = ({ kind, found, before }: { kind: Kind; found: Side; before: Side }) =>
    kind.day !== first || messagesOf(found) >= messagesOf(before);
  const changed = [...kinds.values()].filter(isWhole).flatMap(({ kind, found, before }) =>
    [...recounted(found, before)].flatMap(([country, counts]): UsageRow[] => {
      const was = before.get(country) ?? { messages: 0, units: 0 };
      const isSame = was.messages === counts.messages && was.units === counts.units;
      return isSame ? [] : [{ ...kind, country, ...counts }];
    }),
  );
  await usageTable.put(tx, changed);
}
