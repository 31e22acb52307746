import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';

/** Three audiences and their words, as they are and as they were a few changes ago. */
const MOST_FILES = 16;

const sha256 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest();
};

/** What is learnt depends on the code that learns, as it is when it begins: the files of this room, and what this Node takes for a letter, are part of the name. */
const code = readdirSync(__dirname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
  .map(({ parentPath, name }) => join(parentPath, name))
  .sort()
  .map((file) => sha256(readFileSync(file)).toString('hex'))
  .concat(process.versions.unicode ?? '', endianness())
  .join();

/** How something learnt becomes bytes and the same again. */
export interface Packing<T> {
  pack(learnt: T): Buffer;
  /** @throws on bytes that are not what was packed */
  unpack(bytes: Buffer): T;
}

/** A folder that keeps what was learnt of the same lines between starts; without one all is learnt anew. */
export class Kept {
  private readonly base: string;

  /** @param from all that is learnt from: other lines have other names */
  constructor(
    private readonly folder: string | undefined,
    from: unknown,
  ) {
    this.base = folder ? sha256(code, JSON.stringify(from)).toString('hex') : '';
  }

  /** What was kept under this name, or else what is learnt now and then kept. */
  async of<T>(what: string, learn: () => T | Promise<T>, { pack, unpack }: Packing<T>): Promise<T> {
    if (!this.folder) return learn();
    const name = sha256(this.base, what).toString('hex').slice(0, 40);
    const bytes = read(this.folder, name);
    try {
      if (bytes) return unpack(bytes);
    } catch {}
    const learnt = await learn();
    keep(this.folder, name, () => pack(learnt));
    return learnt;
  }
}

/** The bytes kept under a name; undefined where there are none, or others than were written. */
const read = (dir: string, name: string): Buffer | undefined => {
  try {
    const file = join(dir, name);
    const whole = readFileSync(file);
    const [sum, bytes] = [whole.subarray(0, 32), whole.subarray(32)];
    if (!sha256(bytes).equals(sum)) return undefined;
    utimesSync(file, new Date(), new Date());
    return bytes;
  } catch {
    return undefined;
  }
};

/** Keeps bytes for the next start. Where that can't be done they are learnt again then: nothing is lost. */
const keep = (dir: string, name: string, pack: () => Buffer): void => {
  try {
    const bytes = pack();
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const draft = join(dir, `${name}.${randomUUID()}`);
    writeFileSync(draft, Buffer.concat([sha256(bytes), bytes]), { mode: 0o600 });
    renameSync(draft, join(dir, name)); // another start reads all of it or nothing
    const byAge = readdirSync(dir)
      .map((file) => ({ file: join(dir, file), at: statSync(join(dir, file)).mtimeMs }))
      .sort((a, b) => b.at - a.at);
    for (const { file } of byAge.slice(MOST_FILES)) rmSync(file, { force: true });
  } catch {}
};
