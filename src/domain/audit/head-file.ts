import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Signed heads of the audit chains, one small file a tenant, outside the database. */
export class HeadFiles {
  constructor(private readonly folder: string) {}

  async write(tenant: string, line: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, `${tenant}.head`);
    await writeFile(`${path}.new`, `${line}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path); // whole or not at all
  }

  async read(tenant: string): Promise<string | undefined> {
    try {
      return (await readFile(join(this.folder, `${tenant}.head`), 'utf8')).trimEnd();
    } catch {
      return undefined;
    }
  }
}
