import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TenantTx } from '../../data/database';
import type { Audience } from '../audience/audience.service';
import type { SuppressedChannel } from '../audience/suppressions.table';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import type { CaseRow } from './cases.table';
import { plain, says } from './causes';

interface Use {
  purposes: readonly string[];
  channel?: SuppressedChannel;
  said: readonly string[];
}
const { uses, causes, otherwise } = load(readFileSync(join(__dirname, 'objections.yaml'), 'utf8')) as {
  uses: Readonly<Record<string, Use>>;
  causes: Readonly<Record<string, readonly string[]>>;
  otherwise: readonly string[];
};

type Objection = Pick<CaseRow, 'right' | 'cause' | 'objected'>;

/** The uses that somebody's words name, by objections.yaml. */
export const usesIn = (words: string): string[] =>
  Object.keys(uses).filter((name) => says(plain(words), uses[name]?.said ?? []));

/** What stops when it is accepted; of any other right, nothing. */
export function objectedTo({ right, cause, objected }: Objection): readonly string[] {
  if (right !== 'object') return [];
  return (cause && causes[cause]) || objected || otherwise;
}

/** Whether it is to promotions by its cause or by its own words: then nobody has to decide that part (art. 8 b). */
export const namesPromotions = ({ right, cause, objected }: Objection): boolean =>
  right === 'object' && ((cause && causes[cause]) || objected || []).includes('promotions');

/** What was objected to stops, in the transaction of the yes; it stays stopped whatever lists say. */
export async function stopUses(
  tx: TenantTx,
  { consent, audience, audit }: { consent: Consent; audience: Audience; audit: Audit },
  row: CaseRow,
  now: Date,
): Promise<void> {
  const stopped = objectedTo(row);
  for (const name of stopped) {
    const { purposes = [], channel = 'all' } = uses[name] ?? {};
    for (const purpose of purposes) {
      if (purpose === 'marketing') await endPromotions(tx, consent, row, channel, now);
      else {
        const stop = {
          strength: 'stop',
          channel,
          purpose,
          effectiveAt: now,
          source: 'case',
          evidence: row.id,
        } as const;
        await audience.suppressions.put(tx, await audience.stopTokens(tx, row.contact_id), stop);
      }
    }
  }
  if (stopped.length === 0) return;
  const entry = { actor: 'system:cases', act: 'case.uses_stopped', subject: `case:${row.id}` };
  await audit.record(tx, { ...entry, detail: { uses: stopped.join(' ') } }, now);
}

/** Promotions end for good, unless they had. */
export async function endPromotions(
  tx: TenantTx,
  consent: Consent,
  row: Pick<CaseRow, 'id' | 'contact_id'>,
  channel: SuppressedChannel,
  now: Date,
): Promise<void> {
  if ((await consent.suppression(tx, row.contact_id, channel)) === 'stop') return;
  await consent.withdraw(tx, row.contact_id, { source: 'case', evidence: row.id, channel, now });
}
