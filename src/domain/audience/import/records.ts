import type { Encoding } from './encoding';
import { type Broken, type Line, linesOf, longestLine } from './lines';

/** One row of a list. `row`: as Excel counts its first line, from 1. */
export interface RawRow {
  row: number;
  cells: readonly string[];
  broken?: Broken | 'quotes';
}
export type Separator = ';' | ',' | '\t' | '|';
const separators: readonly Separator[] = [';', ',', '\t', '|'];

/** A cell with line breaks in it stands in at most so many lines: an open quote swallows no file. */
const mostLines = 50;

/** `sep=;`, as Excel writes it for itself. */
const saidSeparator = /^sep=(.)$/i;

/** What parts the cells: what the first line says or has most of, outside quotes. */
export function separatorOf(first: string): Separator {
  const said = saidSeparator.exec(first)?.[1];
  if (separators.includes(said as Separator)) return said as Separator;
  const bare = first.replace(/"[^"]*"/g, '');
  const counts = separators.map((one) => bare.split(one).length);
  return separators[counts.indexOf(Math.max(...counts))] as Separator;
}

/** The rows of a file, some thousand at a time. Lines without a word are no rows. Plan: quotes as RFC 4180 has them; what is badly quoted is one broken row. */
export async function* rowsOf(
  source: AsyncIterable<Buffer>,
  { encoding, separator }: { encoding: Encoding; separator: Separator },
): AsyncGenerator<RawRow[]> {
  let open: Line[] = [];
  let row = 0;
  for await (const lines of linesOf(source, encoding)) {
    const { rows, left } = parse(open.concat(lines), separator, row, false);
    row += open.length + lines.length - left.length;
    open = left;
    if (rows.length > 0) yield rows;
  }
  const { rows } = parse(open, separator, row, true);
  if (rows.length > 0) yield rows;
}

/** @param before how many lines came before these */
function parse(lines: Line[], separator: Separator, before: number, isEnd: boolean): { rows: RawRow[]; left: Line[] } {
  const rows: RawRow[] = [];
  for (let at = 0; at < lines.length; ) {
    const { text, broken } = lines[at] as Line;
    const row = before + at + 1;
    if (broken) rows.push({ row, cells: [], broken });
    else if (!text.includes('"')) {
      if (isWords(text, row)) rows.push({ row, cells: text.split(separator) });
    } else {
      const quoted = quotedRow(lines, at, separator);
      if (quoted === 'open' && !isEnd && lines.length - at < mostLines) return { rows, left: lines.slice(at) };
      if (typeof quoted === 'object') {
        rows.push({ row, cells: quoted.cells });
        at += quoted.lines - 1;
      } else rows.push({ row, cells: [], broken: 'quotes' });
    }
    at += 1;
  }
  return { rows, left: [] };
}

const isWords = (text: string, row: number): boolean =>
  /[^\s;,|]/.test(text) && !(row === 1 && saidSeparator.test(text));

/** A row in which a cell is quoted; it may go over several lines. `open`: its last quote has no end so far; `bad`: something stands after an end. */
function quotedRow(
  lines: readonly Line[],
  from: number,
  separator: Separator,
): { cells: string[]; lines: number } | 'open' | 'bad' {
  const cells: string[] = [];
  let text = (lines[from] as Line).text;
  let used = 1;
  let at = 0;
  for (;;) {
    if (text[at] !== '"') {
      const next = text.indexOf(separator, at);
      cells.push(next < 0 ? text.slice(at) : text.slice(at, next));
      if (next < 0) return { cells, lines: used };
      at = next + 1;
      continue;
    }
    let end = closing(text, at + 1);
    while (end < 0) {
      const more = lines[from + used];
      if (!more || more.broken || used >= mostLines || text.length > longestLine) return more ? 'bad' : 'open';
      text += `\n${more.text}`;
      used += 1;
      end = closing(text, at + 1);
    }
    cells.push(text.slice(at + 1, end).replace(/""/g, '"'));
    if (end + 1 === text.length) return { cells, lines: used };
    if (text[end + 1] !== separator) return 'bad';
    at = end + 2;
  }
}

/** Where a quoted cell ends; a doubled quote is one of its letters. */
function closing(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return -1;
}
