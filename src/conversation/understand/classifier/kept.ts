import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';

/** Three audiences, as they are and as they were a few changes ago. */
const MOST_FILES = 12;

const sha256 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest();
};

/** What is learnt depends on the code that learns: its own files are part of the name. */
const code = (): string =>
  readdirSync(__dirname)
    .sort()
    .map((file) => sha256(readFileSync(join(__dirname, file))).toString('hex'))
    .join();

/** Names what comes of learning these lines with this code on this kind of machine. */
export const keptName = (lines: unknown, settings: unknown): string =>
  sha256(code(), endianness(), JSON.stringify(settings), JSON.stringify(lines)).toString('hex').slice(0, 40);

/** The bytes kept under a name; undefined where there are none, or others than were written. */
export const readKept = (dir: string, name: string): Buffer | undefined => {
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
export const keep = (dir: string, name: string, bytes: Buffer): void => {
  try {
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
