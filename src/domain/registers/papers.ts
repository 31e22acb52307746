import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { type Papers, papersTable, type Terms } from './papers.table';
import { mustBeMechanism, subprocessors } from './subprocessors';

const read = (name: string): Terms => load(readFileSync(join(__dirname, name), 'utf8')) as Terms;

/** The contract as Connectus offers it. Its Spanish words are what is signed. */
const standardTerms = read('contract.yaml');
const readings: Readonly<Record<string, Terms>> = {
  es: standardTerms,
  en: { ...standardTerms, ...read('contract.en.yaml') },
  pt: { ...standardTerms, ...read('contract.pt.yaml') },
};

/** Of what was signed: a word that changes is another contract. */
const hashOf = (terms: Terms): Buffer => createHash('sha256').update(JSON.stringify(terms)).digest();

/** What is offered for signing, as somebody reads it; the hash is that of the words that bind. */
export const offeredContract = (language: string): { terms: Terms; hash: string } => ({
  terms: readings[language] ?? standardTerms,
  hash: hashOf(standardTerms).toString('hex'),
});

/** Puts a customer's papers on record; what is there already is brought up to date, and what is left out stays. @param by `member:<id>`, `system:<why>` @throws TRANSFER_GROUND */
export async function recordPapers(tx: TenantTx, papers: Partial<Papers>, by: string, now: Date): Promise<void> {
  const { contract, assessment, subprocessors: authorised = [], transfers = [], purposes = [] } = papers;
  if (contract) await papersTable.contract(tx, contract, hashOf(contract.terms));
  if (assessment) await papersTable.assess(tx, { ...assessment, id: newId(assessment.at) }, by);
  for (const name of authorised) await papersTable.authorise(tx, name, by, now);
  for (const transfer of transfers) {
    mustBeMechanism(transfer.ground);
    await papersTable.transfer(tx, transfer, now);
  }
  for (const purpose of purposes) await papersTable.declare(tx, purpose, now);
  if (papers.isKnownSender) await papersTable.knownSender(tx, now);
  if (papers.domains) await papersTable.domains(tx, papers.domains);
}

/** The same contract, signed now. @param by `member:<id>` */
export const signedNow = (by: string, now: Date): Pick<Papers, 'contract'> => ({
  contract: { terms: standardTerms, signedAt: now, signedBy: by },
});

/** What a customer may declare that it writes for, with the category of its messages and the basis in law. */
export const purposesOffered = load(readFileSync(join(__dirname, 'purposes.yaml'), 'utf8')) as Papers['purposes'];

/** The papers of a customer who has long sent promotions, with consent, over every channel that we have. */
export const usualPapers = (signedBy: string, at: Date): Papers => ({
  ...signedNow(signedBy, at),
  assessment: { reference: 'EIPD-1', at },
  subprocessors: subprocessors.map(({ id }) => id),
  transfers: subprocessors.flatMap(({ id, country, transfer }) =>
    transfer ? [{ subprocessor: id, country, ground: transfer.mechanism, document: transfer.document }] : [],
  ),
  purposes: purposesOffered.filter(({ purpose }) => purpose === 'marketing'),
  isKnownSender: true,
});
