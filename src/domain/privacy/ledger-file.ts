import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Lines that are only added to, one small file a tenant, outside the database. A line is on the disk before anybody goes on. */
export class LedgerFiles {
  constructor(private readonly folder: string) {}

  async append(tenant: string, line: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = await open(this.path(tenant), 'a', 0o600);
    try {
      await file.write(`\n${line}\n`); // what a crash left half written ends here
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async read(tenant: string): Promise<string[]> {
    try {
      return (await readFile(this.path(tenant), 'utf8')).split('\n');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return [];
      throw error;
    }
  }

  async remove(tenant: string): Promise<void> {
    await rm(this.path(tenant), { force: true });
  }

  private path(tenant: string): string {
    return join(this.folder, `${tenant}.ledger`);
  }
}

/** Not a line that a crash cut off before its end: its erasure had not begun. */
export const isWritten = (line: string): boolean => /^[0-9a-f]{64} \{.*\}$/.test(line);
