import { resolve } from 'node:path';
import type { Adapter } from '../channel';
import type { Clock } from '../clock';
import type { Config } from '../config';
import { backupKeyOf } from '../data/backup/backup-folder';
import { root } from '../load';
import { silentLog } from '../log';
import type { Finding } from './finding';
import { examineHere } from './here';
import { examineOutside } from './outside';
import { examinePostgres } from './postgres';

/** Looks at everything that settings can get wrong, and changes nothing. What can't be looked at before something else is well is left out. */
export async function examine(config: Config, adapters: readonly Adapter[], clock: Clock): Promise<Finding[]> {
  const { findings, opened } = await examinePostgres(config);
  const folder = resolve(root, config.BACKUP_DIR ?? `${config.DATA_DIR}/backups`);
  const backups = { folder, key: backupKeyOf(config.MASTER_KEY ?? '', config.BACKUP_KEY) };
  const here = await examineHere({ ...config, DATA_DIR: resolve(root, config.DATA_DIR) }, backups, clock.now());
  if (!opened) return [...findings, ...here];
  const deps = { clock, log: silentLog, sender: async () => undefined };
  const channels = new Map(
    adapters.map((adapter) => [adapter.name, adapter.create(config.adapters[adapter.name] ?? {}, deps)]),
  );
  try {
    return [...findings, ...here, ...(await examineOutside(opened, channels))];
  } finally {
    for (const channel of channels.values()) await channel.close?.();
    await opened.database.close();
  }
}
