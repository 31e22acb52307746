import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config';
import { dataBackups } from '../data/backup/backup-folder';
import { redisState } from '../queue/redis-state';
import { codeOf, type Finding, look, well, wrong } from './finding';

const leastFree = 1024 ** 3;
const deadlineMs = 8_000;
const oldestBackupHours = 26;

/** The machine and what stands beside it: folders, disk, Redis, and the address by which the world reaches us. */
export async function examineHere(
  config: Config,
  backups: { folder: string; key: Buffer },
  now: Date,
): Promise<Finding[]> {
  return [
    ...(await folder(config.DATA_DIR)),
    ...(await redis(config.REDIS_URL)),
    ...(await address(config)),
    ...keysOf(config),
    ...(await backup(backups, now)),
  ];
}

async function folder(path: string): Promise<Finding[]> {
  try {
    const { bavail, bsize, blocks } = await statfs(await writable(path));
    const percent = Math.floor((bavail / blocks) * 100);
    const isLow = bavail * bsize < leastFree || percent < 10;
    return [isLow ? wrong('DISK', 'DATA_DIR', { percent }) : well('DISK', { percent })];
  } catch (error) {
    return [wrong('FOLDER', 'DATA_DIR', { path, why: codeOf(error) })];
  }
}

/** The folder, or the nearest above it in which a start would make it. @throws where it could not */
async function writable(path: string): Promise<string> {
  try {
    await access(path, constants.W_OK);
    return path;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return writable(dirname(path));
  }
}

async function redis(url: string | undefined): Promise<Finding[]> {
  if (!url) return [];
  try {
    const { version, policy } = await redisState(url);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (version && (major < 6 || (major === 6 && minor < 2))) return [wrong('REDIS_OLD', 'REDIS_URL', { version })];
    return [policy && policy !== 'noeviction' ? wrong('REDIS_POLICY', 'REDIS_URL', { policy }) : well('REDIS')];
  } catch (error) {
    return [wrong('REDIS', 'REDIS_URL', { why: codeOf(error) })];
  }
}

/** Whoever opens it must reach this product, and nothing that merely answers. */
async function address({ PUBLIC_URL: url, NODE_ENV }: Config): Promise<Finding[]> {
  if (!url || NODE_ENV !== 'production') return [];
  try {
    const answer = await fetch(new URL('/healthz', url), {
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    });
    const isUs = answer.ok && (await answer.text()) === 'ok';
    return [isUs ? well('PUBLIC_URL') : wrong('PUBLIC_URL', 'PUBLIC_URL', { why: answer.status })];
  } catch (error) {
    return [wrong('PUBLIC_URL', 'PUBLIC_URL', { why: codeOf(error) })];
  }
}

function keysOf({ MASTER_KEY, SIGNING_KEY, BACKUP_KEY, OPERATIONS_PASSWORD, NODE_ENV }: Config): Finding[] {
  const isSame = SIGNING_KEY !== undefined && SIGNING_KEY === MASTER_KEY;
  return [
    ...(isSame ? [wrong('SIGNING_KEY_SAME', 'SIGNING_KEY')] : []),
    ...(SIGNING_KEY === undefined ? [look('SIGNING_KEY', 'SIGNING_KEY')] : []),
    ...(NODE_ENV === 'production' && BACKUP_KEY === undefined ? [look('BACKUP_KEY', 'BACKUP_KEY')] : []),
    ...(NODE_ENV === 'production' && OPERATIONS_PASSWORD === undefined
      ? [look('UNWATCHED', 'OPERATIONS_PASSWORD')]
      : []),
  ];
}

async function backup(place: { folder: string; key: Buffer }, now: Date): Promise<Finding[]> {
  const [newest] = await dataBackups(place);
  if (!newest) return [look('NO_BACKUP', 'BACKUP_DIR')];
  const hours = Math.floor((now.getTime() - newest.at.getTime()) / 3_600_000);
  return [hours > oldestBackupHours ? look('OLD_BACKUP', 'BACKUP_DIR', { hours }) : well('BACKUP')];
}
