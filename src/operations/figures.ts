import { statfs } from 'node:fs/promises';
import { type BackupPlace, dataBackups } from '../data/backup/backup-folder';
import type { Database } from '../data/database';
import type { Metrics, Sample } from '../metrics';
import type { JobCounts } from '../queue/bull';
import { type LaneLine, laneLines, workerLines } from './queues.table';

/** How things stand at this moment, in figures that are nobody's. */
export interface Figures {
  role: string;
  isDatabaseUp: boolean;
  isRedisUp: boolean;
  lanes: readonly LaneLine[];
  workers: readonly { id: string; silent: number }[];
  jobs: readonly JobCounts[];
  diskFree: number | undefined;
  backupAge: number | undefined;
}

export interface FiguresDeps {
  role: string;
  database: Database;
  queues: { counts(): Promise<readonly JobCounts[]>; isReady: boolean };
  folder: string;
  backups: BackupPlace;
  metrics: Metrics;
  now(): Date;
}

/** Reads them. What can't be reached is said to be away and never thrown: this is asked most when things are broken. */
export async function figuresOf({ role, database, queues, folder, backups, now }: FiguresDeps): Promise<Figures> {
  const work = await database
    .withSystem('dispatcher', async (tx) => ({ lanes: await laneLines(tx), workers: await workerLines(tx) }))
    .catch(() => undefined);
  const disk = await statfs(folder).catch(() => undefined);
  const [newest] = await dataBackups(backups);
  return {
    role,
    isDatabaseUp: work !== undefined,
    isRedisUp: queues.isReady,
    lanes: work?.lanes ?? [],
    workers: work?.workers ?? [],
    jobs: queues.isReady ? await queues.counts().catch(() => []) : [],
    diskFree: disk && disk.bavail / disk.blocks,
    backupAge: newest && Math.max(0, (now().getTime() - newest.at.getTime()) / 1_000),
  };
}

/** The same, with what this process counted, to be scraped. @param late seconds that this process is late with everything */
export function samplesOf(figures: Figures, metrics: Metrics, late: number): Sample[] {
  const { role, lanes, workers, jobs, diskFree, backupAge } = figures;
  const states = ['due', 'later', 'held', 'failing'] as const;
  return [
    ...metrics.samples(),
    ...lanes.flatMap((line): Sample[] => [
      ...states.map((state) => ({
        name: 'connectus_lanes' as const,
        labels: { kind: line.kind, state },
        value: line[state],
      })),
      { name: 'connectus_lane_wait_seconds', labels: { kind: line.kind }, value: line.waits },
    ]),
    ...jobs.flatMap(({ queue, waiting, active }): Sample[] => [
      { name: 'connectus_jobs', labels: { queue, state: 'waiting' }, value: waiting },
      { name: 'connectus_jobs', labels: { queue, state: 'active' }, value: active },
    ]),
    { name: 'connectus_workers', value: workers.length },
    { name: 'connectus_database_up', value: Number(figures.isDatabaseUp) },
    { name: 'connectus_redis_up', value: Number(figures.isRedisUp) },
    ...(diskFree === undefined ? [] : [{ name: 'connectus_disk_free_ratio' as const, value: diskFree }]),
    ...(backupAge === undefined ? [] : [{ name: 'connectus_backup_age_seconds' as const, value: backupAge }]),
    { name: 'connectus_memory_bytes', value: process.memoryUsage.rss() },
    { name: 'connectus_event_loop_seconds', value: late },
    { name: 'connectus_up_seconds', labels: { role }, value: process.uptime() },
  ];
}
