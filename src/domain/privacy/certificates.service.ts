import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { readLink, signLink, tenantOfLink } from '../../data/links';
import { signDocument, verifyDocument } from '../../data/signed-document';
import type { Signer } from '../../data/signing';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { subprocessor } from '../registers/subprocessors';
import { type CaseRow, casesTable } from './cases.table';
import { type CertificateFacts, factsOf, type Replaced, toldOf } from './certificate';
import { type CertificateRow, certificatesTable } from './certificates.table';
import { correctionNoticesTable } from './correction-notices.table';
import { erasureTable } from './erasure.table';
import type { KeptRow } from './erasure-kept.table';
import { providerErasureTable } from './provider-erasure.table';

/** What a person reads: the facts in their language, signed together with them. */
export interface CertificateWords {
  title: string;
  lead: string;
  sections: readonly {
    title: string;
    facts: readonly (readonly [label: string, value: string])[];
    notes: readonly string[];
  }[];
}
export interface CertificatePorts {
  words(facts: CertificateFacts, reader: { language: string; zone: string }): CertificateWords;
}

/** Certificates of erasures: signed by a key of their own, verified by anybody, from themselves alone. */
export class Certificates {
  constructor(
    private readonly keys: Keys,
    private readonly audit: Audit,
    private readonly publicUrl: string,
    /** Absent where this program may not certify. */
    private readonly signer: Signer | undefined,
    private readonly ports: CertificatePorts,
  ) {}

  /** Where the person finds it, known before it is there: `/c/<token>`, which never ends and tells nothing of whose it is. */
  async link(tx: TenantTx, caseId: string): Promise<string> {
    return `${this.publicUrl}/c/${signLink(await this.keys.of(tx), 'certificate', { subject: caseId })}`;
  }

  /** Certifies what was found to be gone. What was certified before and has changed since gets another version. */
  async issue(
    tx: TenantTx,
    row: CaseRow,
    { places, kept }: { places: number; kept: readonly KeptRow[] },
    now: Date,
  ): Promise<void> {
    const earlier = await this.newest(tx, row.id);
    await this.put(tx, row, await this.facts(tx, row, { places, kept }, earlier && replacedBy(earlier), now), now);
  }

  /** Others were told after it was issued: another that says so, of the same erasure, with the same link. What is not certified yet will say it anyway. */
  async renew(tx: TenantTx, caseId: string, now: Date): Promise<void> {
    const row = await casesTable.lock(tx, caseId); // whoever certifies for the first time has it
    const earlier = await this.newest(tx, caseId);
    if (!row || !earlier) return;
    const facts = {
      ...factsIn(earlier),
      ...{ issued_at: now.toISOString(), replaces: replacedBy(earlier), told: toldOf(await told(tx, caseId)) },
    };
    await this.put(tx, row, facts, now);
  }

  private async put(tx: TenantTx, row: CaseRow, facts: CertificateFacts, now: Date): Promise<void> {
    const words = this.ports.words(facts, { language: row.language, zone: row.zone });
    const link = await this.link(tx, row.id);
    const verify = { page: `${this.publicUrl}/verify`, certificate: link };
    await certificatesTable.insert(tx, row.id, this.sign(facts, words, { language: row.language, verify }), now);
    const act = facts.replaces ? 'certificate.renewed' : 'certificate.issued';
    await this.audit.record(tx, { actor: 'system:cases', act, subject: `case:${row.id}` }, now);
  }

  /** @throws SIGNING_KEY_MISSING */
  sign(facts: object, words: CertificateWords, about: object): string {
    if (!this.signer) throw new AppError('SIGNING_KEY_MISSING');
    return signDocument(
      { kind: 'certificate', schema: 'connectus.certificate/1', ...about, facts, words },
      this.signer,
    );
  }

  newest(tx: TenantTx, caseId: string): Promise<CertificateRow | undefined> {
    return certificatesTable.newest(tx, caseId);
  }

  /** Whose link it says it is, to know whose keys to ask. */
  tenantOf(link: string): string | undefined {
    return tenantOfLink(link);
  }

  /** The case a whole link of ours leads to. */
  async caseOf(tx: TenantTx, link: string, now: Date): Promise<string | undefined> {
    return readLink(await this.keys.of(tx), link, 'certificate', now);
  }

  private async facts(
    tx: TenantTx,
    row: CaseRow,
    { places, kept }: { places: number; kept: readonly KeptRow[] },
    replaces: Replaced | undefined,
    now: Date,
  ): Promise<CertificateFacts> {
    const { name, tax_id, contact } = await certificatesTable.party(tx);
    const asked = await providerErasureTable.counts(tx, row.id);
    const all = Object.values(asked).reduce((sum, count) => sum + count, 0);
    return factsOf({
      ...{ number: row.number, regime: row.regime, zone: row.zone, masked: row.masked, now, places, kept, replaces },
      controller: { name, tax_id, contact },
      receivedAt: row.received_at,
      decidedAt: row.decided_at ?? now,
      counts: await erasureTable.counts(tx, row.id),
      left: await erasureTable.left(tx, row.id),
      providers: { asked: all, done: (asked.done ?? 0) + (asked.refused ?? 0) },
      told: await told(tx, row.id),
    });
  }
}

const told = async (tx: TenantTx, caseId: string): Promise<{ name: string; at: Date | null }[]> =>
  (await correctionNoticesTable.of(tx, caseId)).map(({ subprocessor: id, told_at: at }) => ({
    ...{ name: subprocessor(id)?.name ?? id, at },
  }));

const factsIn = ({ document }: CertificateRow): CertificateFacts =>
  verifyDocument(document).document?.facts as unknown as CertificateFacts;
const replacedBy = ({ document, issued_at: at }: CertificateRow): Replaced => ({
  issued_at: at.toISOString(),
  sha256: verifyDocument(document).sha256 ?? '',
});
