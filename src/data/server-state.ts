import { Client } from 'pg';

export interface ServerState {
  version: number;
  /** Seconds the server's clock is ahead of this machine's; negative: behind. */
  ahead: number;
  /** Settings by which a person's data could get into the server's own log, as `name = value`. */
  telling: string[];
}

/** What a first question to a Postgres shows. @throws as `pg` does when it can't be reached or refuses the login */
export async function serverState(url: string): Promise<ServerState> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{
      version: string;
      now: Date;
      statement: string;
      verbosity: string;
      all: string;
    }>(
      `SELECT current_setting('server_version_num') AS version, clock_timestamp() AS now,
              current_setting('log_min_error_statement') AS statement, current_setting('log_error_verbosity') AS verbosity,
              current_setting('log_statement') AS all`,
    );
    const here = performance.timeOrigin + performance.now();
    const { version = '0', now, statement = '', verbosity = '', all = '' } = rows[0] ?? {};
    return {
      version: Math.floor(Number(version) / 10_000),
      ahead: now ? (now.getTime() - here) / 1_000 : 0,
      telling: [
        ...(['panic', 'fatal'].includes(statement) ? [] : [`log_min_error_statement = ${statement}`]),
        ...(verbosity === 'terse' ? [] : [`log_error_verbosity = ${verbosity}`]),
        ...(all === 'none' || all === 'ddl' ? [] : [`log_statement = ${all}`]),
      ],
    };
  } finally {
    await client.end();
  }
}
