import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { parse } from 'pg-connection-string';
import { type Model, type ModelAttributes, type ModelStatic, type Options, Sequelize, Transaction } from 'sequelize';
import { AppError } from '../errors';
import { Running } from './running';

export type SystemRole = 'intake' | 'resolver' | 'dispatcher';

export interface Tx {
  /**
   * Runs hand-written SQL with bound parameters (`$1`, …); never put input into the text itself. It is read and
   * planned once a connection, for any values: a text is one of few, never made of what somebody said.
   */
  query<Row extends object = Record<string, never>>(sql: string, bind?: readonly unknown[]): Promise<Row[]>;
  /** Runs after the commit, outside the transaction; not at all if it rolls back. */
  afterCommit(task: () => void | Promise<void>): void;
}

declare const tenantBrand: unique symbol;
/** A transaction bound to one tenant: row-level security shows and takes only its rows. Only `withTenant` makes one. */
export interface TenantTx extends Tx {
  readonly [tenantBrand]: true;
  readonly tenant: string;
  /** Plain-object reads and writes of one table; for keys, states and tokens, never for a number, a name or a mail: finders write values into the statement. */
  rows<Row extends object>(table: Table<Row>): Rows<Row>;
}
declare const systemBrand: unique symbol;
/** A transaction of one of the three rooms that work before a tenant is known. */
export interface SystemTx extends Tx {
  readonly [systemBrand]: SystemRole;
}

/** A table as Sequelize knows it. Declared once, in its `<name>.table.ts`. */
export interface Table<Row extends object> {
  name: string;
  columns: ModelAttributes;
  /** Type only. */
  row?: Row;
}

export interface Rows<Row extends object> {
  find(where: Partial<Row>): Promise<Row | undefined>;
  list(where: Partial<Row>, options?: { order?: [string, 'ASC' | 'DESC'][]; limit?: number }): Promise<Row[]>;
  insert(row: Partial<Row>): Promise<void>;
  /** Returns how many rows changed. */
  update(where: Partial<Row>, change: Partial<Row>): Promise<number>;
  remove(where: Partial<Row>): Promise<number>;
}

function withoutQuery(address: string): string {
  const url = new URL(address);
  url.search = '';
  return url.toString();
}

const inside = new AsyncLocalStorage<true>();

/** Postgres ends what takes longer. */
const STATEMENT_MS = 60_000;
/** So many texts are kept as plans; what comes after them is planned each time it is asked. */
const MOST_PLANS = 1_000;
const names = new Map<string, string>();
/** A prepared statement goes by a name that its text has. */
function nameOf(sql: string): string | undefined {
  const known = names.get(sql);
  if (known || names.size >= MOST_PLANS) return known;
  const name = createHash('sha256').update(sql).digest('base64url').slice(0, 20);
  names.set(sql, name);
  return name;
}

/** The one way to the data. Every query runs inside a transaction that has taken a role; the login itself may do nothing. */
export class Database {
  private readonly sequelize: Sequelize;

  /** @param options answerMs: so long an answer is waited for where nothing says that the line is dead; longer than any statement may take */
  constructor(
    appUrl: string,
    private readonly options: { pool?: number; answerMs?: number } = {},
  ) {
    // Sequelize knows nothing of sslmode and would connect in the clear: what it means is read as pg itself reads it.
    const { ssl } = parse(appUrl);
    this.sequelize = new Sequelize(withoutQuery(appUrl), {
      dialect: 'postgres',
      logging: false,
      databaseVersion: '15.0.0', // spares a query before any transaction
      pool: { max: options.pool ?? 10, min: 0, acquire: 10_000, idle: 30_000 },
      dialectOptions: {
        application_name: 'connectus',
        keepAlive: true,
        statement_timeout: STATEMENT_MS,
        // A worker that was put to sleep in the midst of a transaction must not keep the others waiting.
        idle_in_transaction_session_timeout: 5_000,
        connectionTimeoutMillis: 5_000,
        ...(ssl !== undefined && { ssl }),
      },
      define: { timestamps: false, freezeTableName: true },
    } as Options);
    this.sequelize.addHook('afterConnect', (connection: unknown) => {
      (connection as { pipeline: boolean }).pipeline = true; // Running asks without waiting for the answers before
    });
    this.sequelize.addHook('beforeQuery', (query: { transaction?: unknown }) => {
      if (!query.transaction) throw new AppError('TENANT_REQUIRED');
    });
  }

  /** One tenant, one transaction. @throws TRANSACTION_NESTED when called inside another */
  async withTenant<T>(tenant: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.transaction('tenant_rw', tenant, (tx) => work(tx as TenantTx));
  }

  /** For the rooms that work before a tenant is known: intake, sender look-up, dispatch. */
  async withSystem<T>(role: SystemRole, work: (tx: SystemTx) => Promise<T>): Promise<T> {
    return this.transaction(role, undefined, (tx) => work(tx as unknown as SystemTx));
  }

  /** The same for a single statement, which is sent with its commit: a third of the way to and fro. */
  async withSystemOnce<T>(role: SystemRole, work: (tx: SystemTx) => Promise<T>): Promise<T> {
    return this.transaction(role, undefined, (tx) => work(tx as unknown as SystemTx), true);
  }

  /** The database answers, within a transaction as everything else. */
  async ping(): Promise<void> {
    await this.withSystem('resolver', (tx) => tx.query('SELECT 1'));
  }

  async close(): Promise<void> {
    await this.sequelize.close();
  }

  private async transaction<T>(
    role: string,
    tenant: string | undefined,
    work: (tx: Tx) => Promise<T>,
    isSingle = false,
  ): Promise<T> {
    if (inside.getStore()) throw new AppError('TRANSACTION_NESTED');
    const after: (() => void | Promise<void>)[] = [];
    const pool = this.sequelize.connectionManager;
    const connection = await pool.getConnection({ type: 'write' });
    const running = new Running(connection as Client, role, tenant, {
      isSingle,
      mostMs: this.options.answerMs ?? STATEMENT_MS + 15_000,
    });
    let result: T;
    try {
      result = await inside.run(true, () => work(this.tx(running, tenant, after)));
      await running.commit();
    } catch (error) {
      await running.rollBack().then(
        () => pool.releaseConnection(connection),
        () => pool.destroyConnection(connection).catch(() => {}),
      );
      throw error;
    }
    pool.releaseConnection(connection);
    for (const task of after) await inside.exit(task);
    return result;
  }

  private tx(running: Running, tenant: string | undefined, after: (() => void | Promise<void>)[]): Tx {
    const transaction = Object.assign(new Transaction(this.sequelize, {}), { connection: running.connection });
    const rows = <Row extends object>(table: Table<Row>): Rows<Row> => rowsOf(this.model(table), transaction, tenant);
    return Object.assign(
      {
        query: <Row extends object>(text: string, values: readonly unknown[] = []) => {
          const name = nameOf(text);
          return running.ask<Row>({ text, values: [...values], ...(name && { name }) });
        },
        afterCommit: (task: () => void | Promise<void>) => void after.push(task),
      },
      { tenant, rows },
    );
  }

  private model(table: Table<object>): ModelStatic<Model> {
    return this.sequelize.isDefined(table.name)
      ? this.sequelize.model(table.name)
      : this.sequelize.define(table.name, table.columns, { tableName: table.name });
  }
}

function rowsOf<Row extends object>(
  model: ModelStatic<Model>,
  transaction: Transaction,
  tenant: string | undefined,
): Rows<Row> {
  const mine = (where: Partial<Row>) => ({ ...where, tenant_id: tenant }) as never;
  return {
    find: async (where) =>
      ((await model.findOne({ where: mine(where), transaction, raw: true })) ?? undefined) as Row | undefined,
    list: async (where, { order, limit } = {}) =>
      (await model.findAll({
        where: mine(where),
        transaction,
        raw: true,
        ...(order && { order }),
        ...(limit && { limit }),
      })) as unknown as Row[],
    insert: async (row) => void (await model.create(mine(row), { transaction, returning: false })),
    update: async (where, change) => (await model.update(change as never, { where: mine(where), transaction }))[0],
    remove: async (where) => model.destroy({ where: mine(where), transaction }),
  };
}
