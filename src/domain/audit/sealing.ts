import type { Database, TenantTx } from '../../data/database';
import type { Audit, Head } from './audit.service';
import type { HeadFiles } from './head-file';

/** Links what was done, and keeps each chain's signed end outside the database. */
export class Sealing {
  /** The head that was kept last. */
  private readonly kept = new Map<string, Head>();

  /** @param onBroken a chain no longer holds what its head saw: the head stays as it is, for it is what shows it */
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly heads: HeadFiles,
    private readonly onBroken: (tenant: string) => void = () => {},
  ) {}

  async seal(tenants: readonly string[]): Promise<void> {
    for (const tenant of tenants) {
      const line = await this.database.withTenant(tenant, async (tx) => {
        if ((await this.audit.seal(tx)) === 0) return undefined;
        if (await this.holds(tx)) return this.audit.head(tx);
        this.onBroken(tenant);
        return undefined;
      });
      if (!line) continue;
      await this.heads.write(tenant, line);
      this.kept.set(tenant, JSON.parse(line.slice(0, line.lastIndexOf(' '))));
    }
  }

  private async holds(tx: TenantTx): Promise<boolean> {
    const line = this.kept.has(tx.tenant) ? undefined : await this.heads.read(tx.tenant);
    const head = this.kept.get(tx.tenant) ?? (line && (await this.audit.readHead(tx, line)));
    return !head || this.audit.continues(tx, head);
  }
}
