import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Signed heads of the audit chains, one small file a tenant, outside the database. */
export class HeadFiles {
  constructor(private readonly folder: string) {}

  async write(tenant: string, line: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = this.path(tenant);
    await writeFile(`${path}.new`, `${line}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path); // whole or not at all
  }

  async remove(tenant: string): Promise<void> {
    await rm(join(this.folder, `${tenant}.head`), { force: true });
  }

  async read(tenant: string): Promise<string | undefined> {
    try {
      return (await readFile(this.path(tenant), 'utf8')).trimEnd();
    } catch {
      return undefined;
    }
  }

  path(tenant: string): string {
    return join(this.folder, `${tenant}.head`);
  }
}
