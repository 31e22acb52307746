import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import { maskedValue } from '../audience/corrections';
import type { Audit } from '../audit/audit.service';
import { isUndecided } from './case-state';
import { type CaseRow, casesTable } from './cases.table';
import { type RectificationRow, rectificationTable } from './rectification.table';
import { calledIn, isIdentity, valueIn, wishesIn } from './rectification-words';

/** One thing that is to be put right. Of a proposal that was carried out, both stand in the case's file. */
export interface Correction {
  /** `name`, `email`, or a column of the customer's own by its key. */
  field: string;
  before: string;
  after: string;
  /** The person saw both and said yes. */
  confirmed: boolean;
  applied: boolean;
}
/** What came of the person's words. */
export interface Said {
  /** Waits for their yes. */
  proposed: readonly Correction[];
  /** They said what is wrong, not how it should be. */
  missing?: string;
  /** A number is corrected from the number itself. */
  isPhone: boolean;
  /** What they gave is no such thing. */
  unfit?: string;
  /** It stands like that already. */
  same?: string;
}
export interface RectificationPorts {
  /** What is shown of the case changed. */
  onChanged(tx: TenantTx, caseId: string): Promise<void>;
  /** What says who they are is to be changed: it has to be surer than the number alone makes it. */
  onIdentity(tx: TenantTx, caseId: string): Promise<void>;
  /** Who got this data from the customer is told. */
  onCorrected(tx: TenantTx, row: CaseRow, fields: readonly string[], now: Date): Promise<void>;
}

/** What is wrong about a person: said by them, shown before and after, confirmed by them, decided by the controller, and from then on said otherwise by no list. */
export class Rectification {
  constructor(
    private readonly keys: Keys,
    private readonly audience: Audience,
    private readonly audit: Audit,
    private readonly ports: RectificationPorts,
  ) {}

  /**
   * Reads what is wrong and how it should be, and keeps it with the case until they say yes.
   * @param field where it was asked for: then the words may be the value alone. @throws CASE_NOT_FOUND, CASE_STATE
   */
  async say(tx: TenantTx, id: string, words: string, field: string | undefined, now: Date): Promise<Said> {
    const row = await this.openCase(tx, id);
    const held = await this.audience.corrections.held(tx, row.contact_id);
    const own = held.map((one) => one.field).filter((one) => one !== 'name' && one !== 'email');
    const value = field && valueIn(words, field);
    const wishes = field ? [{ field, ...(value && { value }) }] : wishesIn(words, own);
    const said: Said = { proposed: [], isPhone: false };
    for (const wish of wishes) await this.take(tx, row, wish, held, said, now);
    await this.ports.onChanged(tx, row.id);
    return { ...said, proposed: (await this.of(tx, row.id)).filter(({ confirmed }) => !confirmed) };
  }

  private async take(
    tx: TenantTx,
    row: CaseRow,
    { field, value }: { field: string; value?: string },
    held: readonly { field: string; value: string }[],
    said: Said,
    now: Date,
  ): Promise<void> {
    if (field === 'phone') said.isPhone = true;
    else if (!value) said.missing ??= field;
    else {
      const before = held.find((one) => one.field === field)?.value ?? '';
      const after = this.fitting(field, value);
      if (!after) said.unfit ??= field;
      else if (after === before) said.same ??= field;
      else await this.put(tx, row, field, { before, after }, now);
    }
  }

  private fitting(field: string, value: string): string | undefined {
    try {
      return this.audience.corrections.fit(field, value);
    } catch {
      return undefined;
    }
  }

  private async put(tx: TenantTx, row: CaseRow, field: string, both: { before: string; after: string }, now: Date) {
    const key = await this.keys.person(tx, row.contact_id);
    await rectificationTable.put(tx, row.id, field, key.seal(JSON.stringify(both), aboutOf(row.id, field)), now);
  }

  /** All that a case is to correct, whole: whoever calls it has asked whether it may be read. */
  async whole(tx: TenantTx, id: string): Promise<Correction[]> {
    const row = await casesTable.get(tx, id);
    const rows = row ? await rectificationTable.of(tx, row.id) : [];
    if (!row || rows.length === 0) return [];
    const key = (await this.keys.people(tx, [row.contact_id])).get(row.contact_id);
    return rows.map((one) => correctionOf(one, key?.open(one.sealed, aboutOf(row.id, one.field)).toString()));
  }

  /** The same with what stands hidden: whoever has the phone now need not be whom it is about. */
  async of(tx: TenantTx, id: string): Promise<Correction[]> {
    return (await this.whole(tx, id)).map((one) => ({ ...one, before: maskedValue(one.before) }));
  }

  /** Both hidden, as a card says it that stands in Slack for everybody. */
  async hidden(tx: TenantTx, id: string): Promise<Correction[]> {
    return (await this.of(tx, id)).map((one) => ({ ...one, after: maskedValue(one.after) }));
  }

  /** The person says yes to what they were shown. @throws CASE_NOT_FOUND, CASE_STATE */
  async confirm(tx: TenantTx, id: string, now: Date): Promise<Correction[]> {
    const row = await this.openCase(tx, id);
    if ((await rectificationTable.confirm(tx, row.id, now)) > 0) {
      const entry = { actor: `contact:${row.contact_id}`, act: 'case.correction_confirmed', subject: `case:${row.id}` };
      await this.audit.record(tx, entry, now);
      const all = await rectificationTable.of(tx, row.id);
      if (all.some(({ field }) => isIdentity(field))) await this.ports.onIdentity(tx, row.id);
      await this.ports.onChanged(tx, row.id);
    }
    return this.of(tx, row.id);
  }

  /** No, not like that: the case stays open, with their words. @throws CASE_NOT_FOUND, CASE_STATE */
  async drop(tx: TenantTx, id: string): Promise<void> {
    const row = await this.openCase(tx, id);
    await rectificationTable.dropUnconfirmed(tx, row.id);
    await this.ports.onChanged(tx, row.id);
  }

  /** Before the controller accepts: what they were to correct is somebody else's. @throws VALUE_TAKEN */
  async mustBeFree(tx: TenantTx, id: string): Promise<void> {
    const row = await casesTable.get(tx, id);
    for (const { field, after, confirmed } of await this.whole(tx, id))
      if (row && confirmed && (await this.audience.corrections.isTaken(tx, row.contact_id, field, after)))
        throw new AppError('VALUE_TAKEN');
  }

  /** A step of what was accepted: one field. `undefined`: all is done. */
  async next(tx: TenantTx, row: CaseRow, now: Date): Promise<'done' | 'wait' | undefined> {
    const left = (await this.whole(tx, row.id)).find(({ confirmed, applied }) => confirmed && !applied);
    if (!left) return undefined;
    const { field, after } = left;
    // Meanwhile somebody else may have become known by it: then it stays as it was, and the file says so.
    const isTaken = await this.audience.corrections.isTaken(tx, row.contact_id, field, after);
    if (!isTaken) await this.audience.corrections.correct(tx, row.contact_id, field, after, now);
    await rectificationTable.applied(tx, row.id, field, now);
    const act = isTaken ? 'case.correction_taken' : 'case.corrected';
    await this.audit.record(tx, { actor: 'system:cases', act, subject: `case:${row.id}`, detail: { field } }, now);
    if (!isTaken) await this.ports.onCorrected(tx, row, [field], now);
    return 'done';
  }

  /** What the answer says was corrected: the same each time it is asked. */
  async told(tx: TenantTx, row: CaseRow): Promise<{ changes: string[] }> {
    const applied = (await this.of(tx, row.id)).filter((one) => one.applied);
    return {
      changes: applied.map(({ field, before, after }) => {
        const both = before ? `${before} → ${after}` : after;
        return `${calledIn(row.language, field)}: ${both}`;
      }),
    };
  }

  private async openCase(tx: TenantTx, id: string): Promise<CaseRow> {
    const row = await casesTable.get(tx, id);
    if (row?.right !== 'rectify') throw new AppError('CASE_NOT_FOUND');
    if (!isUndecided(row.state)) throw new AppError('CASE_STATE', { status: row.state });
    return row;
  }
}

const aboutOf = (caseId: string, field: string): string => `rectification|${caseId}|${field}`;

function correctionOf(row: RectificationRow, opened = '{"before":"","after":""}'): Correction {
  const { before, after } = JSON.parse(opened) as { before: string; after: string };
  return { field: row.field, before, after, confirmed: row.confirmed_at !== null, applied: row.applied_at !== null };
}
