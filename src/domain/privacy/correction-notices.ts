import type { TenantTx } from '../../data/database';
import type { Audit } from '../audit/audit.service';
import { disclosures } from '../registers/disclosures';
import { subprocessor } from '../registers/subprocessors';
import { correctionNoticesTable, type NoticeRow } from './correction-notices.table';

export interface CorrectionNotice {
  name: string;
  /** As they are called in the register of disclosures. */
  fields: readonly string[];
  toldAt?: Date;
}

/** What a field is called where it is written down who got what; a column of the customer's own can stand in any message. */
const disclosedAs = (field: string): string => (field === 'name' || field === 'email' ? field : 'message');

/** Whoever had received what was corrected is told (art. 6): who that is follows from what was sent, never from a guess. */
export class CorrectionNotices {
  constructor(
    private readonly audit: Audit,
    /** What was said of the case before is said anew. */
    private readonly onTold: (tx: TenantTx, caseId: string, now: Date) => Promise<void>,
  ) {}

  /** @returns whether there is anybody to tell */
  async note(
    tx: TenantTx,
    of: { case: string; contact: string },
    fields: readonly string[],
    now: Date,
  ): Promise<boolean> {
    const got = new Set(fields.map(disclosedAs));
    const had = (await disclosures.of(tx, of.contact)).filter((one) => one.fields.some((field) => got.has(field)));
    for (const one of had)
      await correctionNoticesTable.note(
        tx,
        { case: of.case, subprocessor: one.subprocessor, fields: one.fields.filter((field) => got.has(field)) },
        now,
      );
    return had.length > 0;
  }

  async of(tx: TenantTx, caseId: string): Promise<CorrectionNotice[]> {
    return (await correctionNoticesTable.of(tx, caseId)).map(shown);
  }

  /** The company told them all. */
  async told(tx: TenantTx, caseId: string, member: string, now: Date): Promise<void> {
    if ((await correctionNoticesTable.told(tx, caseId, member, now)) === 0) return;
    const entry = { actor: `member:${member}`, act: 'case.others_told', subject: `case:${caseId}` };
    await this.audit.record(tx, entry, now);
    await this.onTold(tx, caseId, now);
  }
}

const shown = ({ subprocessor: id, fields, told_at: toldAt }: NoticeRow): CorrectionNotice => ({
  name: subprocessor(id)?.name ?? id,
  fields,
  ...(toldAt && { toldAt }),
});
