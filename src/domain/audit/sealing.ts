import { createHash } from 'node:crypto';
import type { Database } from '../../data/database';
import type { Audit } from './audit.service';
import type { HeadFiles } from './head-file';

/** Links what was done, and keeps each chain's signed end outside the database. */
export class Sealing {
  /** What was written last, by its hash. */
  private readonly written = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly heads: HeadFiles,
  ) {}

  async seal(tenants: readonly string[]): Promise<void> {
    for (const tenant of tenants) {
      const head = await this.database.withTenant(tenant, async (tx) =>
        (await this.audit.seal(tx)) > 0 ? this.audit.head(tx) : undefined,
      );
      const digest = head && createHash('sha256').update(head).digest('hex');
      if (!head || this.written.get(tenant) === digest) continue;
      await this.heads.write(tenant, head);
      this.written.set(tenant, digest as string);
    }
  }
}
