import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decrypt, encrypt } from './vault';

/** Where files are kept, by random names and sealed. A folder of this machine; an object store is another of these. */
export interface BlobStore {
  /** Keeps what comes, as it comes, under a key of its own. A blob stands before the row that names it; when `source` throws, nothing stays. */
  put(source: AsyncIterable<Buffer>, key: Buffer): Promise<string>;
  /** @throws when anything of it was changed, or its end is missing */
  get(name: string, key: Buffer): AsyncIterable<Buffer>;
  /** Gone already is gone. */
  delete(name: string): Promise<void>;
  /** Takes away what is older than `ms` and not among these. */
  sweep(kept: ReadonlySet<string>, ms: number): Promise<number>;
}

const piece = 256 * 1024;
const aName = /^[0-9a-f]{32}$/;

/** Pieces, each with its length before it, sealed with its place and whether it is the last: none can be left out, turned or added. */
export class FolderBlobs implements BlobStore {
  constructor(private readonly folder: string) {}

  async put(source: AsyncIterable<Buffer>, key: Buffer): Promise<string> {
    const name = randomBytes(16).toString('hex');
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const under = `${this.path(name)}.part`;
    const file = await open(under, 'wx', 0o600);
    try {
      let index = 0;
      const write = async (plain: Buffer, isLast: boolean) => {
        const sealed = encrypt(key, plain, about(name, index++, isLast));
        const head = Buffer.alloc(5);
        head.writeUInt32BE(sealed.length);
        head.writeUInt8(isLast ? 1 : 0, 4);
        await file.write(Buffer.concat([head, sealed]));
      };
      for await (const chunk of source)
        for (let at = 0; at < chunk.length; at += piece) await write(chunk.subarray(at, at + piece), false);
      await write(Buffer.alloc(0), true);
      await file.sync();
      await file.close();
      await rename(under, this.path(name));
      return name;
    } catch (error) {
      await file.close().catch(() => {});
      await rm(under, { force: true });
      throw error;
    }
  }

  async *get(name: string, key: Buffer): AsyncGenerator<Buffer> {
    const file = await open(this.path(name), 'r');
    try {
      for (let index = 0; ; index++) {
        const head = await exactly(file, 5);
        const isLast = head.readUInt8(4) === 1;
        const length = head.readUInt32BE(0);
        if (length > piece + 64) throw new Error('not a blob of ours');
        const plain = decrypt(key, await exactly(file, length), about(name, index, isLast));
        if (isLast) return;
        yield plain;
      }
    } finally {
      await file.close();
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.path(name), { force: true });
  }

  async sweep(kept: ReadonlySet<string>, ms: number): Promise<number> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    let gone = 0;
    for (const name of names) {
      const path = join(this.folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (kept.has(name) || Date.now() - mtimeMs < ms) continue;
      await rm(path, { force: true });
      gone += 1;
    }
    return gone;
  }

  private path(name: string): string {
    if (!aName.test(name)) throw new Error('not the name of a blob');
    return join(this.folder, name);
  }
}

const about = (name: string, index: number, isLast: boolean): string => `blob|${name}|${index}|${isLast ? 'last' : ''}`;

async function exactly(file: Awaited<ReturnType<typeof open>>, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at);
    if (bytesRead === 0) throw new Error('the end of a blob is missing');
    at += bytesRead;
  }
  return bytes;
}
