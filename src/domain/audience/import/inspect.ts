import { AppError } from '../../../errors';
import { matchColumns } from './columns';
import { encodingOf } from './encoding';
import type { Reading } from './import.table';
import { type RawRow, rowsOf, separatorOf } from './records';

export const sampleBytes = 128 * 1024;
const sampleRows = 500;

/**
 * How a file is written and what its columns become, by its beginning alone.
 * @param isWhole nothing comes after it
 * @throws IMPORT_NOT_A_LIST, IMPORT_EMPTY, IMPORT_NO_ROWS, and as `matchColumns`
 */
export async function inspect(start: Buffer, isWhole: boolean): Promise<Reading> {
  if (start.length === 0) throw new AppError('IMPORT_EMPTY');
  const encoding = encodingOf(start);
  const lines = await firstRows(start, { encoding, separator: '\u0000' as never });
  const first = lines.find(({ cells }) => (cells[0] ?? '').trim() !== '');
  if (!first) throw new AppError(lines.some(({ broken }) => broken) ? 'IMPORT_NOT_A_LIST' : 'IMPORT_EMPTY');
  const separator = separatorOf(first.cells[0] ?? '');
  const [titles, ...rows] = await firstRows(start, { encoding, separator });
  if (!titles || titles.broken) throw new AppError('IMPORT_NOT_A_LIST');
  // The last row of a sample may be half a row.
  const sample = isWhole ? rows : rows.slice(0, -1);
  const columns = matchColumns(
    titles.cells,
    sample.slice(0, sampleRows).map(({ cells }) => cells),
  );
  if (rows.length === 0) throw new AppError('IMPORT_NO_ROWS');
  return { encoding, separator, columns };
}

async function firstRows(start: Buffer, how: Parameters<typeof rowsOf>[1]) {
  const all: RawRow[] = [];
  for await (const rows of rowsOf(one(start), how)) all.push(...rows);
  return all;
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
