import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { type LocalPostgres, startPostgres } from '../../src/local/postgres';
import { type LocalRedis, startRedis } from '../../src/local/redis';
import { Line } from '../../test/support/line';
import { type BenchPlace, benchStart, endTogether, inDatabase } from '../frame';
import { StandIn } from '../stand-in/stand-in';
import { secret, settingsFor } from '../system/servers';
import { Crew, pause } from './crew';

/** Servers of its own behind lines that can be broken, the stand-in, and the processes of the product between them. */
export interface World {
  place: BenchPlace;
  standIn: StandIn;
  crew: Crew;
  /** What the product's processes talk over. */
  lines: Readonly<Record<'postgres' | 'redis', Line>>;
  servers: Servers;
  clock: Clock;
  /** The owner's login: to look, and to make time pass for leases. Tried again while the server is away. */
  ask<Row extends object>(sql: string, bind?: readonly unknown[]): Promise<Row[]>;
}

/** The product's time, as we tell it. */
export class Clock {
  private offsetMs = benchStart.getTime() - Date.now();
  now = (): Date => new Date(Date.now() + this.offsetMs);
  move(ms: number): Date {
    this.offsetMs += ms;
    return this.now();
  }
}

/** Postgres and Redis, which may be stopped hard and come back on another port. */
class Servers {
  constructor(
    private readonly folder: string,
    private readonly password: string,
    private postgres: LocalPostgres,
    private redis: LocalRedis,
    private readonly leads: { postgres: readonly Line[]; redis: readonly Line[] },
  ) {}

  /** Immediate: as if the machine had lost its power, but for what was committed. */
  async crashPostgres(): Promise<void> {
    const pidFile = join(this.folder, 'postgres', 'cluster', 'postmaster.pid');
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGQUIT');
    await this.postgres.stop();
    for (const line of this.leads.postgres) line.cut();
  }

  async revivePostgres(): Promise<void> {
    this.postgres = await startPostgres({ dataDir: this.folder });
    for (const line of this.leads.postgres) aim(line, this.postgres.url('postgres'));
  }

  /** Everything in it is lost. */
  async restartRedis(pauseMs: number): Promise<void> {
    for (const line of this.leads.redis) line.cut();
    await this.redis.stop();
    await pause(pauseMs);
    this.redis = await startRedis(this.password);
    for (const line of this.leads.redis) aim(line, this.redis.url);
  }

  async stop(): Promise<void> {
    await this.redis.stop();
    await this.postgres.stop();
  }
}

function aim(line: Line, url: string): void {
  line.target = Number(new URL(url).port);
  line.mend();
}

const through = (url: string, line: Line): string => {
  const led = new URL(url);
  led.port = String(line.port);
  return led.toString();
};
const lineTo = (url: string): Promise<Line> => Line.to(Number(new URL(url).port));

/** @param workers processes that work, beside one for the web */
export async function withWorld<T>(
  options: { workers: number; tell(line: string): void },
  work: (world: World) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'connectus-chaos-'));
  const ended = endTogether(folder);
  const postgres = await startPostgres({ dataDir: folder });
  const redis = await startRedis();
  const lines = { postgres: await lineTo(postgres.url('x')), redis: await lineTo(redis.url) };
  // Whoever watches goes by a line of their own, which nobody breaks.
  const own = await lineTo(postgres.url('x'));
  const password = new URL(redis.url).password;
  const leads = { postgres: [lines.postgres, own], redis: [lines.redis] };
  const servers = new Servers(folder, password, postgres, redis, leads);
  const standIn = await StandIn.start({ secret, receipts: 3, together: 4 });
  const ownerUrl = through(postgres.url('connectus'), own);
  try {
    return await inDatabase(ownerUrl, folder, async (place) => {
      const appUrl = through(place.appUrl, lines.postgres);
      const settings = settingsFor({ ...place, appUrl }, through(redis.url, lines.redis), standIn.url);
      const clock = new Clock();
      const crew = new Crew({ settings }, (url) => standIn.wish({ do: 'aim', url }), clock.now);
      const pool = new Pool({ connectionString: ownerUrl, max: 4 });
      pool.on('error', () => {});
      const { tell } = options;
      try {
        await crew.start(options.workers);
        return await work({ place: { ...place, tell }, standIn, crew, lines, servers, clock, ask: asking(pool) });
      } finally {
        await crew.close();
        await pool.end();
      }
    });
  } finally {
    await standIn.stop();
    await servers.stop();
    for (const line of [own, ...Object.values(lines)]) await line.close();
    ended();
  }
}

const asking =
  (pool: Pool): World['ask'] =>
  async (sql, bind = []) => {
    for (let tries = 0; ; tries++)
      try {
        return (await pool.query(sql, [...bind])).rows;
      } catch (error) {
        // Statements that are wrong stay wrong; what the server lost is asked again.
        const { code = '' } = error as { code?: string };
        if (/^(42|23|22)/.test(code) || tries > 200) throw error;
        await pause(100);
      }
  };
