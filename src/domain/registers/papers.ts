import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { type Papers, papersTable, type Terms } from './papers.table';
import { mustBeMechanism, subprocessors } from './subprocessors';

/** The contract as Connectus offers it. */
const standardTerms: Terms = parse(readFileSync(join(__dirname, 'contract.yaml'), 'utf8'));

/** Of what was signed: a word that changes is another contract. */
const hashOf = (terms: Terms): Buffer => createHash('sha256').update(JSON.stringify(terms)).digest();

/** Puts a customer's papers on record; what is there already is brought up to date. @param by `member:<id>`, `system:<why>` @throws TRANSFER_GROUND */
export async function recordPapers(tx: TenantTx, papers: Papers, by: string, now: Date): Promise<void> {
  const { contract, assessment } = papers;
  await papersTable.contract(tx, contract, hashOf(contract.terms));
  if (assessment) await papersTable.assess(tx, { ...assessment, id: newId(assessment.at) }, by);
  for (const name of papers.subprocessors) await papersTable.authorise(tx, name, by, now);
  for (const transfer of papers.transfers) {
    mustBeMechanism(transfer.ground);
    await papersTable.transfer(tx, transfer, now);
  }
  for (const purpose of papers.purposes) await papersTable.declare(tx, purpose, now);
  if (papers.isKnownSender) await papersTable.knownSender(tx, now);
  if (papers.domains) await papersTable.domains(tx, papers.domains);
}

/** The papers of a customer who has long sent promotions, with consent, over every channel that we have. */
export const usualPapers = (signedBy: string, at: Date): Papers => ({
  contract: { terms: standardTerms, signedAt: at, signedBy },
  assessment: { reference: 'EIPD-1', at },
  subprocessors: subprocessors.map(({ id }) => id),
  transfers: subprocessors.flatMap(({ id, country, transfer }) =>
    transfer ? [{ subprocessor: id, country, ground: transfer.mechanism, document: transfer.document }] : [],
  ),
  purposes: [{ purpose: 'marketing', category: 'MARKETING', basis: 'consent' }],
  isKnownSender: true,
});
