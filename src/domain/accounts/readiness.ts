import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { TenantTx } from '../../data/database';
import { type Papers, readinessTable } from './readiness.table';

export interface Subprocessor {
  name: string;
  country: string;
}
/** Who carries each channel's messages. */
export const routes: Readonly<Record<string, readonly Subprocessor[]>> = parse(
  readFileSync(join(__dirname, 'routes.yaml'), 'utf8'),
);

/** Puts a customer's papers on record; what is there already is brought up to date. @param by `member:<id>`, `system:<why>` */
export async function recordPapers(tx: TenantTx, papers: Papers, by: string, now: Date): Promise<void> {
  await readinessTable.contract(tx, papers.contract);
  for (const name of papers.subprocessors) await readinessTable.authorise(tx, name, by, now);
  for (const transfer of papers.transfers) await readinessTable.transfer(tx, transfer, now);
  for (const purpose of papers.purposes) await readinessTable.declare(tx, purpose, now);
  if (papers.isKnownSender) await readinessTable.knownSender(tx, now);
  if (papers.domains) await readinessTable.domains(tx, papers.domains);
}

/** The papers of a customer who has long sent promotions, with consent, over every channel that we have. */
export const usualPapers = (signedBy: string, at: Date): Papers => {
  const all = Object.values(routes).flat();
  return {
    contract: { version: '1', signedAt: at, signedBy, assessedAt: at },
    subprocessors: all.map(({ name }) => name),
    transfers: all.map(({ name, country }) => ({ subprocessor: name, country, ground: 'clauses' })),
    purposes: [{ purpose: 'marketing', category: 'MARKETING', basis: 'consent' }],
    isKnownSender: true,
  };
};
