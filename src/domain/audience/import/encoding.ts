import { isUtf8 } from 'node:buffer';
import { AppError } from '../../../errors';

/** How a file is written. `windows-1252` is what Excel in Chile and Brazil saves as "CSV". */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** The beginnings of what is no text, whatever its name says: zip and so xlsx, gzip, old Excel, PDF, pictures. */
const foreign = ['504b0304', '504b0506', '1f8b', 'd0cf11e0', '25504446', '89504e47', 'ffd8ff', '377abcaf', '52617221'];

/** By its first bytes. Between UTF-8 and Windows-1252 it is what most of them look like: each line is read for itself. @throws IMPORT_NOT_A_LIST */
export function encodingOf(start: Buffer): Encoding {
  const hex = start.subarray(0, 4).toString('hex');
  if (foreign.some((magic) => hex.startsWith(magic))) throw new AppError('IMPORT_NOT_A_LIST');
  if (hex.startsWith('fffe')) return 'utf-16le';
  if (hex.startsWith('feff')) return 'utf-16be';
  const [even, odd] = nuls(start);
  if (odd > start.length / 8 && even < odd / 8) return 'utf-16le';
  if (even > start.length / 8 && odd < even / 8) return 'utf-16be';
  if (even + odd > start.length / 100) throw new AppError('IMPORT_NOT_A_LIST');
  return isUtf8(wholeCharacters(start)) ? 'utf-8' : 'windows-1252';
}

function nuls(bytes: Buffer): [even: number, odd: number] {
  let even = 0;
  let odd = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0) at % 2 === 0 ? even++ : odd++;
  return [even, odd];
}

/** A sample may end in the middle of a character. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back);
    if (byte < 0x80) break;
  }
  return bytes;
}

/** Bytes in which a line ends with the byte 10 and a comma is a comma: UTF-16 becomes UTF-8, everything else stays as it is. */
export async function* plainBytes(source: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  if (!encoding.startsWith('utf-16')) return yield* source;
  const decoder = new TextDecoder(encoding);
  for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
