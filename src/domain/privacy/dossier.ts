import { createHash } from 'node:crypto';
import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { Audit } from '../audit/audit.service';
import { agencyClaimsTable } from './agency-claims.table';
import { caseClocksTable } from './case-clocks.table';
import { type CaseLetters, companyOf } from './case-letters';
import { aboutDetail } from './case-opening';
import { caseNumber } from './case-view';
import { type CaseRow, casesTable } from './cases.table';
import { dossierTable } from './dossier.table';
import { lettersTable } from './letters.table';

export interface DossierFile {
  /** `case.json` */
  name: string;
  bytes: Buffer;
}
interface Deps {
  keys: Keys;
  audit: Audit;
  letters: CaseLetters;
  sign?(document: object): string;
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const hex = (bytes: Buffer | null): string | null => bytes?.toString('hex') ?? null;

/**
 * The file of one case as an authority asks for it (Ley 19.628, art. 11 and 41): what was asked, by whom it was decided and why, what was done, every letter
 * with the very bytes that left, and every clock. The person is named by the masked number alone.
 */
export class Dossiers {
  constructor(private readonly deps: Deps) {}

  async of(tx: TenantTx, row: CaseRow, actor: string, now: Date): Promise<readonly DossierFile[]> {
    const letters = await this.letterFiles(tx, row);
    const files = [
      { name: 'case.json', bytes: json(await this.facts(tx, row, now)) },
      { name: 'trail.json', bytes: json(await dossierTable.trail(tx, row.id)) },
      ...(row.envelope ? [{ name: 'forwarded.json', bytes: Buffer.from(row.envelope) }] : []),
      ...letters,
    ];
    const manifest = {
      kind: 'case_dossier',
      version: 1,
      case: caseNumber(row.number),
      case_id: row.id,
      made_at: now.toISOString(),
      files: Object.fromEntries(files.map(({ name, bytes }) => [name, sha256(bytes)])),
    };
    const entry = { actor, act: 'case.dossier', subject: `case:${row.id}` };
    await this.deps.audit.record(tx, { ...entry, detail: { files: files.length } }, now);
    const signed = this.deps.sign?.(manifest);
    return [...files, { name: 'manifest.json', bytes: signed ? Buffer.from(signed) : json(manifest) }];
  }

  private async facts(tx: TenantTx, row: CaseRow, now: Date): Promise<object> {
    const { id: _id, contact_id: _contact, number, envelope: _envelope, answer_seq: _seq, ...facts } = row;
    const detail = await casesTable.detail(tx, row.id);
    const keys = await this.deps.keys.of(tx);
    const family = (await casesTable.family(tx, row)).filter((one) => one.id !== row.id);
    return {
      case: caseNumber(number),
      controller: await companyOf(tx),
      processor: 'Connectus SpA',
      made_at: now,
      ...facts,
      asked: detail ? keys.open(detail, aboutDetail(row.id)).toString('utf8') : null,
      asked_together_with: family.map((one) => ({ case: caseNumber(one.number), right: one.right, state: one.state })),
      clocks: await caseClocksTable.ofCase(tx, row.id),
      erasure: await dossierTable.steps(tx, row.id),
      claims: await agencyClaimsTable.ofCase(tx, row.id),
    };
  }

  private async letterFiles(tx: TenantTx, row: CaseRow): Promise<DossierFile[]> {
    const files: DossierFile[] = [];
    for (const [at, letter] of (await lettersTable.ofCase(tx, row.id)).entries()) {
      const name = `letter-${at + 1}-${letter.kind}`;
      files.push({ name: `${name}.txt`, bytes: Buffer.from(await this.deps.letters.open(tx, letter)) });
      const bytes = await this.deps.letters.sentBytes(tx, letter);
      if (bytes) files.push({ name: `${name}-sent.json`, bytes: Buffer.from(bytes) });
      const { kind, outcome, says, written_at, channel, sent_at, delivered_at, lost_at } = letter;
      const proof = { kind, outcome, says, written_at, channel, sent_at, delivered_at, lost_at };
      const hashes = {
        sha256: hex(letter.hash),
        sent_sha256: hex(letter.sent_hash),
        provider_id: hex(letter.provider),
      };
      files.push({ name: `${name}-proof.json`, bytes: json({ ...proof, ...hashes }) });
    }
    return files;
  }
}
