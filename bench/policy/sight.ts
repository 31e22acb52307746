import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Pool } from 'pg';
import { appUrl } from '../../src/data/roles';
import type { Outside } from '../../test/tour/outside';

export interface Said {
  code: number;
  out: string;
  error: string;
}
export interface Shown {
  status: number;
  text: string;
  headers: Headers;
}

/** A row as it comes. */
export type Line = Readonly<Record<string, unknown>>;

/** All that can be looked at from outside the product. */
export interface Sight {
  /** The database with its owner's login, whom row-level security does not hold. */
  ask<Row extends object = Line>(sql: string, bind?: readonly unknown[]): Promise<Row[]>;
  /** The same as the program itself may: it has to take a role. */
  asProgram<T>(work: (ask: Sight['ask']) => Promise<T>): Promise<T>;
  databaseUrl: string;
  /** What the product listens on. */
  productUrl: string;
  /** The world: what was said, sent and asked, as WhatsApp, Slack, carrier and mailboxes recorded it. */
  outside: Outside;
  /** What the product keeps beside its database. */
  folder: string;
  /** Everything it has written to its log so far. */
  log(): string;
  page(path: string, init?: RequestInit): Promise<Shown>;
  /** Puts a file where a program can read it. @returns its path */
  keep(name: string, content: string): Promise<string>;
  /** Eyes on another database of the same server. To be closed. */
  beside(databaseUrl: string): Sight & { close(): Promise<void> };
  /** The same, with something else in its place. */
  with(change: Partial<Sight>): Sight;
  /** A program of `npm run …`, on this database. */
  tool(program: string, args?: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Said>;
}

const root = join(__dirname, '..', '..');

export interface SightParts {
  databaseUrl: string;
  productUrl: string;
  outside: Outside;
  folder: string;
  log(): string;
  /** What a program needs to know: keys, folder. */
  environment: Readonly<Record<string, string>>;
}

/** Eyes on a system, or on a copy of its database. */
export class Eyes implements Sight {
  readonly databaseUrl: string;
  readonly productUrl: string;
  readonly outside: Outside;
  readonly folder: string;
  readonly log: () => string;
  private readonly pool: Pool;

  constructor(private readonly parts: SightParts) {
    this.productUrl = parts.productUrl;
    this.databaseUrl = parts.databaseUrl;
    this.outside = parts.outside;
    this.folder = parts.folder;
    this.log = parts.log;
    this.pool = poolOf(parts.databaseUrl);
  }

  async ask<Row extends object = Line>(sql: string, bind: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(sql, [...bind])).rows as Row[];
  }

  async asProgram<T>(work: (ask: Sight['ask']) => Promise<T>): Promise<T> {
    const pool = poolOf(appUrl(this.databaseUrl), 1);
    try {
      return await work(async (sql, bind = []) => (await pool.query(sql, [...bind])).rows);
    } finally {
      await pool.end();
    }
  }

  async page(path: string, init: RequestInit = {}): Promise<Shown> {
    const url = path.startsWith('http') ? path : `${this.productUrl}${path}`;
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(20_000), ...init });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  tool(program: string, args: readonly string[] = [], more: Readonly<Record<string, string>> = {}): Promise<Said> {
    const env = { ...process.env, ...this.parts.environment, DATABASE_URL: this.databaseUrl, ...more };
    const child = spawn(process.execPath, ['src/boot.cjs', program, ...args], {
      ...{ cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    const said = { out: '', error: '' };
    child.stdout?.on('data', (chunk: Buffer) => {
      said.out += chunk;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said.error += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 180_000);
    return new Promise((done) =>
      child.once('close', (code) => {
        clearTimeout(timer);
        done({ code: code ?? 1, ...said });
      }),
    );
  }

  with(change: Partial<Sight>): Sight {
    return Object.assign(Object.create(this), change);
  }

  async keep(name: string, content: string): Promise<string> {
    const path = join(dirname(this.folder), name); // what is handed to somebody is no file of the system
    await writeFile(path, content);
    return path;
  }

  beside(databaseUrl: string): Eyes {
    return new Eyes({ ...this.parts, databaseUrl });
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

function poolOf(connectionString: string, max = 4): Pool {
  const pool = new Pool({ connectionString, max });
  pool.on('error', () => {});
  return pool;
}

/** No setting of whoever runs this says anything: neither their environment nor their `.env`. */
export const noSettings: Readonly<Record<string, string>> = Object.fromEntries(
  [...readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^# ([A-Z_]+)=/gm)].map(([, key]) => [key, '']),
);
