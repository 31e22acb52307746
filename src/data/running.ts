import type { Socket } from 'node:net';
import type { Client, QueryConfig, QueryResult } from 'pg';
import { DatabaseError } from 'sequelize';

/**
 * A transaction on one connection. Its beginning is not waited for: it leaves with the first statement, in one piece, and so does all that is asked in the same
 * step, because a write to a socket costs more than most statements. Postgres answers in the order in which it was asked; once something failed, it refuses
 * the rest.
 */
export class Running {
  private readonly isSingle: boolean;
  private readonly begun: Promise<QueryResult>;
  private over: Promise<QueryResult> | undefined;
  private readonly alarm: NodeJS.Timeout;

  /** @param role taken until the end of the transaction, as is the tenant, so that a pooled connection carries neither on · isSingle: its commit leaves with its one statement · mostMs: an answer that has not come by then never will: the line is dead, though nothing says so */
  constructor(
    readonly connection: Client,
    role: string,
    tenant: string | undefined,
    { isSingle = false, mostMs }: { isSingle?: boolean; mostMs: number },
  ) {
    this.isSingle = isSingle;
    this.alarm = setTimeout(() => this.stream.destroy(new Error('the database has not answered')), mostMs).unref();
    const forWhom = tenant === undefined ? '' : `; SET LOCAL app.tenant = ${connection.escapeLiteral(tenant)}`;
    this.begun = this.send({
      text: `START TRANSACTION; SET LOCAL ROLE ${connection.escapeIdentifier(role)}${forWhom}`,
    });
  }

  async ask<Row extends object>(statement: QueryConfig): Promise<Row[]> {
    if (this.over) throw new Error('the transaction is over');
    const asked = this.send(statement);
    if (this.isSingle) this.over = this.send(commit);
    const { rows } = await asked.catch(async (error) => {
      throw new DatabaseError(
        await this.begun.then(
          () => error,
          (cause) => cause,
        ),
      );
    });
    return rows;
  }

  /** @throws what kept it from beginning, or that Postgres undid it, because a statement had failed */
  async commit(): Promise<void> {
    this.over ??= this.send(commit);
    const [, { command }] = await Promise.all([this.begun, this.over]);
    clearTimeout(this.alarm);
    if (command !== 'COMMIT') throw new Error('the transaction was undone: a statement in it had failed');
  }

  /** @throws where the connection is of no more use */
  async rollBack(): Promise<void> {
    await (this.over ?? this.send({ text: 'ROLLBACK' })).finally(() => clearTimeout(this.alarm));
  }

  private get stream(): Socket {
    return (this.connection as unknown as { connection: { stream: Socket } }).connection.stream;
  }

  private send(statement: QueryConfig): Promise<QueryResult> {
    const { stream } = this;
    this.alarm.refresh();
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    const answer = this.connection.query(statement);
    answer.catch(() => {}); // whoever waits for it learns of it
    return answer;
  }
}

const commit = { text: 'COMMIT' };
