import { createHash } from 'node:crypto';
import { Zip, ZipDeflate } from 'fflate';

export interface ZipFile {
  name: string;
  content: AsyncIterable<Buffer> | Iterable<Buffer>;
}
/** What went in, as it can be checked by whoever opens it. */
export interface Packed {
  name: string;
  bytes: number;
  sha256: string;
}

/**
 * A ZIP as it comes: no file of it is ever held whole.
 * @param onPacked hears of each file when all of it is in, before the next is asked for
 */
export async function* zipped(
  files: AsyncIterable<ZipFile>,
  now: Date,
  onPacked: (one: Packed) => void = () => {},
): AsyncGenerator<Buffer> {
  let ready: Buffer[] = [];
  let failed: Error | undefined;
  const zip = new Zip((error, bytes) => {
    if (error) failed = error;
    else ready.push(Buffer.from(bytes));
  });
  const taken = (): Buffer[] => {
    if (failed) throw failed;
    const all = ready;
    ready = [];
    return all;
  };
  for await (const { name, content } of files) {
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = now;
    zip.add(entry);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.length;
      entry.push(chunk);
      yield* taken();
    }
    entry.push(new Uint8Array(0), true);
    onPacked({ name, bytes, sha256: hash.digest('hex') });
    yield* taken();
  }
  zip.end();
  yield* taken();
}
