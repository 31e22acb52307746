import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openPieces, sealPieces } from './pieces';

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

const aName = /^[0-9a-f]{32}$/;

/** Sealed in pieces: a file of any length is never in memory. */
export class FolderBlobs implements BlobStore {
  constructor(private readonly folder: string) {}

  async put(source: AsyncIterable<Buffer>, key: Buffer): Promise<string> {
    const name = randomBytes(16).toString('hex');
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const under = `${this.path(name)}.part`;
    const file = await open(under, 'wx', 0o600);
    try {
      for await (const bytes of sealPieces(source, key, `blob|${name}`)) await file.write(bytes);
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
      yield* openPieces(file, 0, key, `blob|${name}`);
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
