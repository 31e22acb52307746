import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { agencyClaimsTable, type ClaimRow } from './agency-claims.table';
import { addDays, dayIn, hourOf } from './calendar';
import { caseClocksTable } from './case-clocks.table';
import { type CaseMoves, type Decider, lockCase, mayDecide } from './case-moves';
import { isOpen, isRefusal } from './case-state';
import type { CaseRow } from './cases.table';
import { deadlines, endAfter, regimeOf } from './deadlines';

const term = deadlines.terms.C6 ?? {};
const days = term.days ?? 30;

/** The person complained to the authority: clocks of their own, and nothing of the case is destroyed before it ends. */
export class AgencyClaims {
  constructor(private readonly moves: CaseMoves) {}

  /** The authority told the controller. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE, CLAIM_INCOMPLETE */
  async open(
    tx: TenantTx,
    id: string,
    claim: { reference: string; notifiedAt: Date },
    by: Decider,
    now: Date,
  ): Promise<ClaimRow> {
    mayDecide(by);
    const row = await lockCase(tx, id);
    const about = aboutOf(row, claim.notifiedAt);
    const reference = claim.reference.trim();
    if (!reference || reference.length > 60 || claim.notifiedAt > now) throw new AppError('CLAIM_INCOMPLETE');
    if (!about) throw new AppError('CASE_STATE', { status: row.state });
    const { zone } = regimeOf(row.regime);
    const due_at = endAfter(claim.notifiedAt, { days }, zone);
    const fresh = { id: newId(now), case_id: row.id, about, reference, notified_at: claim.notifiedAt, due_at };
    if (await agencyClaimsTable.insert(tx, fresh)) {
      await this.remind(tx, row, due_at);
      await this.note(tx, row, 'claimed', by, now);
    }
    const all = await agencyClaimsTable.ofCase(tx, row.id);
    return all.find((one) => one.reference === reference) as ClaimRow;
  }

  /** Once, and while there is still time. @throws ROLE_REQUIRED, CLAIM_NOT_FOUND, EXTENSION_USED, EXTENSION_LATE */
  async extend(tx: TenantTx, id: string, by: Decider, now: Date): Promise<ClaimRow> {
    const { claim, row } = await this.of(tx, id, by);
    if (claim.extended_at) throw new AppError('EXTENSION_USED');
    if (now > claim.due_at) throw new AppError('EXTENSION_LATE');
    const due_at = endAfter(claim.due_at, { days: term.extension?.days ?? 0 }, regimeOf(row.regime).zone);
    await agencyClaimsTable.change(tx, id, { due_at, extended_at: now });
    await this.remind(tx, row, due_at);
    await this.note(tx, row, 'claim_extended', by, now);
    return { ...claim, due_at, extended_at: now };
  }

  /** @throws ROLE_REQUIRED, CLAIM_NOT_FOUND */
  async answered(tx: TenantTx, id: string, by: Decider, now: Date): Promise<void> {
    const { claim, row } = await this.of(tx, id, by);
    if (!claim.answered_at) await agencyClaimsTable.change(tx, id, { answered_at: now });
    await this.note(tx, row, 'claim_answered', by, now);
  }

  /** It was ruled on, or withdrawn, and no court has it: the evidence may go when its time comes. @throws ROLE_REQUIRED, CLAIM_NOT_FOUND */
  async close(tx: TenantTx, id: string, ruling: string, by: Decider, now: Date): Promise<void> {
    const { row } = await this.of(tx, id, by);
    await agencyClaimsTable.change(tx, id, { closed_at: now, ruling: ruling.trim().slice(0, 500) });
    await this.note(tx, row, 'claim_closed', by, now);
  }

  ofCase = (tx: TenantTx, id: string): Promise<ClaimRow[]> => agencyClaimsTable.ofCase(tx, id);

  private async of(tx: TenantTx, id: string, by: Decider): Promise<{ claim: ClaimRow; row: CaseRow }> {
    mayDecide(by);
    const claim = isId(id) ? await agencyClaimsTable.lock(tx, id) : undefined;
    if (!claim || claim.closed_at) throw new AppError('CLAIM_NOT_FOUND');
    return { claim, row: await lockCase(tx, claim.case_id) };
  }

  private async remind(tx: TenantTx, row: CaseRow, due: Date): Promise<void> {
    const { zone } = regimeOf(row.regime);
    const before = (term.before ?? []).map((left) => ({
      clock: `C6_${left}`,
      due_at: hourOf(addDays(dayIn(due, zone), -left), 9, zone),
      lenient_at: null,
    }));
    const late = { clock: 'C6', due_at: new Date(due.getTime() + 1_000), lenient_at: null };
    await caseClocksTable.set(tx, row.id, [...before, late]);
  }

  private async note(tx: TenantTx, row: CaseRow, what: string, by: Decider, now: Date): Promise<void> {
    await this.moves.note(tx, row.id, { actor: `member:${by.member}`, act: `case.${what}`, now });
  }
}

/** A refusal, or a day that passed without an answer. */
function aboutOf(row: CaseRow, at: Date): ClaimRow['about'] | undefined {
  if (row.block === 'refused') return 'block';
  if (isRefusal(row.outcome) || row.outcome === 'partial') return 'refusal';
  return isOpen(row.state) && at > row.due_at ? 'silence' : undefined;
}
