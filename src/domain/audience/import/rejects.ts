import { type ImportRow, importsTable } from './import.table';
import type { ImportDeps } from './imports.service';
import type { Refused } from './persons';
import { rowsOf } from './records';
import { words } from './reject-words';

const page = 5_000;

/** A cell that a spreadsheet would run is text from here on. */
const neutral = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
/** As every spreadsheet here reads it back: quoted where it must be. */
const written = (cell: string): string => {
  const safe = neutral(cell);
  return /[";\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
};
const line = (cells: readonly string[]): string => `${cells.map(written).join(';')}\r\n`;

/** The rows that were not taken, as they stood, with why in front: a CSV that Excel opens and that can be corrected and brought again. */
export async function* rejectedCsv(
  { database, keys, blobs }: ImportDeps,
  tenant: string,
  row: ImportRow,
  language: string,
): AsyncGenerator<string> {
  const { reading, blob, blob_key } = row;
  if (!blob || !blob_key) return;
  const said = words[language] ?? words.es;
  const key = (await keys.tenant(tenant)).open(blob_key, `import|${row.id}`);
  const after = (from: number) => database.withTenant(tenant, (tx) => importsTable.rejects(tx, row.id, from, page));
  let refused = await after(0);
  if (refused.length === 0) return;
  yield `\uFEFF${line([said?.row ?? '', said?.why ?? '', ...reading.columns.map(({ title }) => title)])}`;
  for await (const rows of rowsOf(blobs.get(blob, key), reading)) {
    let text = '';
    for (const { row: number, cells } of rows) {
      if (refused[0]?.row !== number) continue;
      const { reason, column } = refused.shift() as Refused;
      const why = `${said?.reasons[reason] ?? reason}${column ? ` (${column})` : ''}`;
      text += line([String(number), why, ...cells]);
      if (refused.length === 0) refused = await after(number);
    }
    if (text) yield text;
    if (refused.length === 0) return;
  }
}
