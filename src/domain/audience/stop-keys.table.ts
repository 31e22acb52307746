import type { TenantTx } from '../../data/database';
import type { StopPhase } from '../../data/keys';

/** Where the newest stop key stands. Keys themselves are `Keys`' alone. Plans: tenant_key's key. */
export const stopKeysTable = {
  async newest(tx: TenantTx): Promise<{ version: number; phase: StopPhase }> {
    const [row] = await tx.query<{ version: number; phase: StopPhase }>(
      'SELECT k.version, k.phase FROM tenant t CROSS JOIN stop_key() k WHERE t.tenant_id = $1',
      [tx.tenant],
    );
    return row ?? { version: 0, phase: 'used' };
  },

  async set(tx: TenantTx, version: number, phase: StopPhase): Promise<void> {
    await tx.query("UPDATE tenant_key SET phase = $3 WHERE tenant_id = $1 AND kind = 'stop' AND version = $2", [
      tx.tenant,
      version,
      phase,
    ]);
  },

  /** The same lock as stop_key()'s, alone. @returns false while anybody has it */
  async lock(tx: TenantTx): Promise<boolean> {
    const [row] = await tx.query<{ alone: boolean }>(
      "SELECT pg_try_advisory_xact_lock(hashtextextended('stop_key|' || tenant_id, 0)) AS alone FROM tenant WHERE tenant_id = $1",
      [tx.tenant],
    );
    return row?.alone ?? false;
  },
};
