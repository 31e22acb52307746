import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { certificateWords } from '../../../src/conversation/certificate-words';
import type { TenantTx } from '../../../src/data/database';
import { signerOf } from '../../../src/data/signing';
import { Certificates } from '../../../src/domain/privacy/certificates.service';
import { DeletionLedger } from '../../../src/domain/privacy/deletion-ledger';
import { Erasure } from '../../../src/domain/privacy/erasure';
import type { KeptRow } from '../../../src/domain/privacy/erasure-kept.table';
import { type Needle, needlesOf, scanDatabase } from '../../support/scanner';
import { answerIs, type Office, office } from './office';

/** The privacy desk with all that an erasure needs: a signing key, a ledger outside, and legal holds set by hand. */
export async function erasingOffice() {
  const desk = await office();
  const signer = signerOf(randomBytes(32).toString('base64'));
  const folder = mkdtempSync(join(process.env.TEST_FOLDER as string, 'ledger-'));
  /** Categories that a hold covers, by person. */
  const held = new Map<string, readonly string[]>();
  const owed = new Set<string>();
  /** Of whose erasure the company was asked to tell others. */
  const toTell: string[] = [];
  /** Whether a new key backup is still being written. */
  const rewriting = { keys: false };
  /** When those holds are looked at again. */
  const review: { at?: Date | undefined } = {};
  const { database, keys, audience, audit, consent } = desk;
  const removePosts = async (tx: TenantTx, contact: string): Promise<void> =>
    void (await tx.query("UPDATE slack_post SET state = 'deleted', pending = false WHERE contact_id = $1", [contact]));
  const certificates = new Certificates(keys, audit, 'https://connectus.example', signer, { words: certificateWords });
  const ledger = new DeletionLedger({ database, keys, audience, audit, folder, removePosts });
  const erasure = new Erasure(keys, audience, consent, {
    ...{ removePosts, certificates, ledger },
    standingPosts: async (_tx, contact) => desk.standing.get(contact) ?? 0,
    copyIsOwed: async (_tx, contact) => owed.has(contact),
    onToTell: async (_tx, row) => void toTell.push(row.id),
    keyIsGone: async () => !rewriting.keys,
    holds: {
      covering: async (_tx, contact, category) =>
        held.get(contact)?.includes(category)
          ? { id: '00000000-0000-7000-8000-0000000000d1', ...(review.at && { until: review.at }) }
          : undefined,
    },
  });
  desk.executions.erase = erasure;
  const certificateOf = async (id: string) => (await desk.in((tx) => certificates.newest(tx, id)))?.document;
  const keptOf = (id: string): Promise<Pick<KeptRow, 'category' | 'ground'>[]> =>
    desk.in((tx) =>
      tx.query('SELECT category, ground FROM erasure_kept WHERE case_id = $1 AND erased_at IS NULL ORDER BY 1', [id]),
    );
  return {
    ...desk,
    signer,
    ledger,
    certificates,
    erasure,
    held,
    owed,
    toTell,
    rewriting,
    review,
    folder,
    certificateOf,
    keptOf,
  };
}
export type ErasingOffice = Awaited<ReturnType<typeof erasingOffice>>;

/** The decided case, done to its end: the answer is proved sent. */
export async function carriedOut(desk: Office, id: string): Promise<void> {
  await desk.work(id);
  await answerIs(desk, id, 'accepted');
  await desk.work(id);
}

export const needlesFor = (person: { identity: { phone: string; bsuid: string }; name: string }): Needle[] =>
  needlesOf({ phone: person.identity.phone, others: [person.identity.bsuid, person.name] });

/** Where anything of theirs still lies in the database, in any form. What the planner remembers goes when it looks again, as it does by itself; here it is asked to. */
export async function leftOf(desk: { ownerUrl: string }, person: Parameters<typeof needlesFor>[0]): Promise<string[]> {
  const scan = async () =>
    (await scanDatabase(desk.ownerUrl, needlesFor(person))).map(({ where, form }) => `${where}: ${form}`);
  const found = await scan();
  if (!found.some((where) => where.startsWith('pg_catalog.pg_stats'))) return [...new Set(found)];
  const owner = new Client({ connectionString: desk.ownerUrl });
  await owner.connect();
  await owner.query('ANALYZE').finally(() => owner.end());
  return [...new Set(await scan())];
}
