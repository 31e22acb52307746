import type { TenantTx } from '../../data/database';
import { isYes, stateOf } from './consent-state';
import { type ConsentRow, consentsTable } from './consents.table';
import { writeEntry } from './ledger';

const channels = ['whatsapp', 'sms', 'email'] as const;
const isOf =
  (channel: string) =>
  (one: ConsentRow): boolean =>
    one.channel === channel || one.channel === 'all';

/**
 * What stood but for a stop that was said in one place and is now undone there: the newest yes of each channel. Whatever else was withdrawn, or is to
 * be confirmed anew, stays so. @param source where the stop was said, and is undone. @param at the moment it is undone
 */
function restored(entries: readonly ConsentRow[], source: string, at: Date): ConsentRow[] {
  const others = entries.filter((one) => !(one.act === 'withdrawn' && one.source === source && one.at < at));
  return channels.flatMap((channel) => {
    const of = others.filter(isOf(channel));
    const wasStopped = stateOf(entries.filter(isOf(channel))) !== 'given';
    if (!wasStopped || stateOf(of) !== 'given') return [];
    const newest = of.filter((one) => one.proven && isYes(one)).at(-1);
    return newest ? [{ ...newest, channel }] : [];
  });
}

/** Writes down what stands again, by the words that were agreed to then and the evidence of now. */
export async function restore(
  tx: TenantTx,
  contact: string,
  { source, evidence, now, at = now }: { source: string; evidence: string; now: Date; at?: Date },
): Promise<void> {
  const entries = await consentsTable.of(tx, contact);
  for (const { channel, text_hash, text_version, language, until } of restored(entries, source, at)) {
    const words = { text_hash, ...(text_version && language && { textVersion: text_version, language }) };
    const said = { at, source: 'person', actor: `contact:${contact}`, evidence, place: source } as const;
    await writeEntry(
      tx,
      contact,
      { channel, purpose: 'marketing', act: 'renewed', ...said, ...words, ...(until && { until }) },
      now,
    );
  }
}
