import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

export type PolicyChange = 'first' | 'minor' | 'material';
export interface PolicyVersion {
  version: string;
  date: Date;
  change: PolicyChange;
  hashes: Readonly<Record<'es' | 'en' | 'pt', string>>;
}

export const ledgerFile = join(__dirname, 'policy-ledger.yaml');

/** Every version that was published, the newest last. Noon in UTC is the same day wherever it is read. */
export const policyLedger: readonly PolicyVersion[] = (
  load(readFileSync(ledgerFile, 'utf8')) as (Omit<PolicyVersion, 'date'> & { date: string })[]
).map((one) => ({ ...one, date: new Date(`${one.date}T12:00:00Z`) }));

/** What is published now. */
export const policyHead: PolicyVersion = policyLedger.at(-1) as PolicyVersion;
