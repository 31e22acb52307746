import { isUtf8 } from 'node:buffer';
import { type Encoding, plainBytes } from './encoding';

/** Longer ones are nobody's row: they are passed over, and never held. */
export const longestLine = 65_536;
export type Broken = 'too_long' | 'nul';
/** One line of the file without its end; `broken`: its words are not to be had. */
export interface Line {
  text: string;
  broken?: Broken;
}

const windows = new TextDecoder('windows-1252');
const newline = 10;
const carriageReturn = 13;

/** The lines of a file, many at a time, in as much memory as one piece of it. Files of old Macs end theirs with 13 alone. */
export async function* linesOf(source: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  let isTooLong = false;
  let end: number | undefined;
  let isFirst = true;
  for await (const piece of plainBytes(source, encoding)) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    end ??= endOf(bytes);
    const last = end === undefined ? -1 : bytes.lastIndexOf(end);
    const lines = last < 0 ? [] : split(bytes.subarray(0, last), end as number);
    rest = bytes.subarray(last + 1);
    if (isTooLong && lines.length > 0) {
      lines[0] = { text: '', broken: 'too_long' };
      isTooLong = false;
    }
    if (rest.length > longestLine) {
      isTooLong = true;
      rest = Buffer.alloc(0);
    }
    if (isFirst && lines[0]) {
      lines[0].text = lines[0].text.replace(/^\uFEFF/, '');
      isFirst = false;
    }
    if (lines.length > 0) yield lines;
  }
  if (isTooLong) yield [{ text: '', broken: 'too_long' }];
  else if (rest.length > 0) {
    const [line] = split(rest, newline);
    if (line && isFirst) line.text = line.text.replace(/^\uFEFF/, '');
    if (line) yield [line];
  }
}

/** `undefined`: not to be seen yet; after a 13 may come a 10. */
const endOf = (bytes: Buffer): number | undefined => {
  if (bytes.includes(newline)) return newline;
  const at = bytes.indexOf(carriageReturn);
  return at >= 0 && at < bytes.length - 1 ? carriageReturn : undefined;
};

/** A line that is no UTF-8 is Windows-1252: whoever puts two lists into one file mixes both. */
function split(bytes: Buffer, end: number): Line[] {
  // Thousands of lines at once where all of them are in order.
  if (!bytes.includes(0) && isUtf8(bytes)) return bytes.toString('utf8').split(String.fromCharCode(end)).map(lineOf);
  const lines: Line[] = [];
  for (let from = 0; from <= bytes.length; ) {
    const found = bytes.indexOf(end, from);
    const to = found < 0 ? bytes.length : found;
    lines.push(lineAlone(bytes.subarray(from, to)));
    from = to + 1;
  }
  return lines;
}

const lineOf = (text: string): Line => {
  if (text.length > longestLine) return { text: '', broken: 'too_long' };
  return { text: text.endsWith('\r') ? text.slice(0, -1) : text };
};

function lineAlone(bytes: Buffer): Line {
  if (bytes.includes(0)) return { text: '', broken: 'nul' };
  return lineOf(isUtf8(bytes) ? bytes.toString('utf8') : windows.decode(bytes));
}
