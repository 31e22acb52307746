import type { FileHandle } from 'node:fs/promises';
import { decrypt, encrypt } from './vault';

const piece = 256 * 1024;
/** A seal is a little longer than what is in it. */
const longest = piece + 64;

/** Of which file it is, at which place, and whether it is the last: none can be left out, turned, added or taken from elsewhere. */
const about = (of: string, index: number, isLast: boolean): string => `${of}|${index}|${isLast ? 'last' : ''}`;

/** A stream of any length as sealed pieces, each with its length before it. */
export async function* sealPieces(source: AsyncIterable<Buffer>, key: Buffer, of: string): AsyncGenerator<Buffer> {
  let index = 0;
  const sealed = (plain: Buffer, isLast: boolean): Buffer => {
    const bytes = encrypt(key, plain, about(of, index++, isLast));
    const head = Buffer.alloc(5);
    head.writeUInt32BE(bytes.length);
    head.writeUInt8(isLast ? 1 : 0, 4);
    return Buffer.concat([head, bytes]);
  };
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; at += piece) yield sealed(chunk.subarray(at, at + piece), false);
  yield sealed(Buffer.alloc(0), true);
}

/** The stream again. @param from where in the file they begin. @throws when anything was changed, or the end is missing */
export async function* openPieces(file: FileHandle, from: number, key: Buffer, of: string): AsyncGenerator<Buffer> {
  let at = from;
  for (let index = 0; ; index++) {
    const head = await exactly(file, at, 5);
    const isLast = head.readUInt8(4) === 1;
    const length = head.readUInt32BE(0);
    if (length > longest) throw new Error('not a file of ours');
    const plain = decrypt(key, await exactly(file, at + 5, length), about(of, index, isLast));
    at += 5 + length;
    if (isLast) return;
    yield plain;
  }
}

async function exactly(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, from + at);
    if (bytesRead === 0) throw new Error('the end of a file is missing');
    at += bytesRead;
  }
  return bytes;
}
