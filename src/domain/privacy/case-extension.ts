import type { TenantTx } from '../../data/database';
import { addDays, dayIn, endOfDay } from './calendar';
import { setClocks } from './case-clocks';
import { type CaseLetters, companyOf } from './case-letters';
import { type CaseMoves, findCase } from './case-moves';
import { type CaseRow, casesTable } from './cases.table';
import { regimeOf } from './deadlines';
import { writeLetter } from './letters';

const wholeDays = (days: number): number => (Number.isInteger(days) && days > 0 && days < 1_000 ? days : 0);

/**
 * The one extension: the date moves, clocks are set anew, and the person reads why. Its own table holds one row a case: whatever else happens, there
 * is no second. @param row locked. @throws EXTENSION_NOT_ALLOWED, EXTENSION_USED, EXTENSION_LATE, EXTENSION_INCOMPLETE, CASE_STATE
 */
export async function extendCase(
  tx: TenantTx,
  { moves, letters }: { moves: CaseMoves; letters: CaseLetters },
  row: CaseRow,
  { days, reason }: { days: number; reason: string },
  member: string,
  now: Date,
): Promise<CaseRow> {
  const { zone } = regimeOf(row.regime);
  const until = endOfDay(addDays(dayIn(row.due_at, zone), wholeDays(days)), zone);
  const beside = { acknowledged_at: row.acknowledged_at ?? now };
  await moves.move(tx, row, { act: 'extend', until, reason }, { actor: `member:${member}`, now, beside });
  const why = reason.trim();
  await casesTable.extend(tx, { id: row.id, reason: why, from: row.due_at, until, by: member, at: now });
  const after = await findCase(tx, row.id);
  await setClocks(tx, after);
  await letters.write(
    tx,
    after,
    'extension',
    writeLetter('extension', after, await companyOf(tx), now, { reason: why }),
    now,
  );
  return after;
}
