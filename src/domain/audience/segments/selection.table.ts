import type { TenantTx } from '../../../data/database';
import { channelBits } from '../standing.table';
import { type Action, type Bound, type Condition, type DayBound, type Expression, isNot, simplest } from './expression';
import { healing } from './healing';

/** A condition on a row `s` of standing, and what it binds. */
export interface Selection {
  where: string;
  /** Stand behind those that the statement has bound already. */
  bind: unknown[];
}

/**
 * Runs a statement over everybody whom an expression selects: sets are hashed and joined, in memory, whatever the planner makes of their sizes. It takes
 * a union of two hundred thousand for two hundred, and would look each of them up. The settings end with the statement.
 */
export async function bySets<T>(tx: TenantTx, work: () => Promise<T>): Promise<T> {
  const set = (loops: string, memory: string) =>
    tx.query("SELECT set_config('enable_nestloop', $1, true), set_config('work_mem', $2, true)", [loops, memory]);
  const [before] = await tx.query<{ memory: string }>("SELECT current_setting('work_mem') AS memory");
  await set('off', '64MB');
  const result = await work();
  await set('on', before?.memory ?? '4MB');
  return result;
}

/** What dates mean: the customer's calendar at this instant. */
export interface Today {
  now: Date;
  zone: string;
}

/**
 * Who an expression selects, as one condition for `standing s WHERE s.tenant_id = $1 AND …`. Everything said goes as a parameter.
 * Plans, each as tenant_rw: what a person has in common joins by attribute's key, attribute_number or attribute_day (equality and order of text, int and
 * float8 are leakproof, so row-level security leaves them the index); messages by their batch's range of the key; dates by contact's key. And, or and not
 * become semi-joins, unions and anti-joins: never a look-up per person.
 * @param bound how many parameters the statement has before; the first of them is the tenant
 * @param within narrows every table to some people, named by a column: for one page of them
 */
export function selectionOf(
  expression: Expression,
  today: Today,
  bound: number,
  within?: (person: string) => string,
): Selection {
  const compiler = new Compiler(today, bound, within);
  return { where: compiler.where(simplest(expression), 's'), bind: compiler.bind };
}

/** Rows of one table, each with the person it speaks of. */
interface Source {
  from: string;
  person: string;
  where: string;
}

const delivered = "('delivered', 'read')";
const column: Record<'joined' | 'wrote', string> = { joined: 'created_at', wrote: 'last_inbound_at' };

class Compiler {
  readonly bind: unknown[] = [];
  private readonly known = new Map<string, string>();
  private depth = 0;

  constructor(
    private readonly today: Today,
    private readonly bound: number,
    private readonly within: (person: string) => string = () => 'true',
  ) {}

  where(expression: Expression, of: string): string {
    if ('and' in expression) return expression.and.map((child) => this.where(child, of)).join('\n AND ') || 'true';
    if ('or' in expression) return this.any(expression.or, of);
    if (isNot(expression)) return this.none(expression.not, of);
    const row = this.ofRow(expression, of);
    return row ?? `EXISTS (SELECT 1 ${this.joined(this.source(expression), of)})`;
  }

  /** A union of people; what is written in the row itself is asked there. */
  private any(children: readonly Expression[], of: string): string {
    const rows = children.map((child) => this.wholly(child, of));
    if (rows.every((row) => row !== undefined)) return `(${rows.join(' OR ')})`;
    const them = this.alias();
    const union = children.map((child) => this.people(child)).join('\n UNION ALL ');
    // The second comparison says nothing new: it keeps the planner from making the union distinct first, which costs more than all the rest.
    return `EXISTS (SELECT 1 FROM (${union}) ${them} (person) WHERE ${them}.person = ${of}.contact_id AND ${them}.person <= ${of}.contact_id)`;
  }

  private none(child: Expression, of: string): string {
    const row = this.wholly(child, of);
    if (row !== undefined) return `NOT (${row})`;
    if ('or' in child) return child.or.map((one) => this.none(one, of)).join('\n AND ');
    if ('and' in child) {
      const them = this.alias();
      return `NOT EXISTS (SELECT 1 FROM (${this.people(child)}) ${them} (person) WHERE ${them}.person = ${of}.contact_id)`;
    }
    if (isNot(child)) return this.where(child.not, of);
    return `NOT EXISTS (SELECT 1 ${this.joined(this.source(child), of)})`;
  }

  private people(expression: Expression): string {
    if (!('and' in expression || 'or' in expression || isNot(expression)) && this.ofRow(expression, '') === undefined) {
      const { from, person, where } = this.source(expression);
      return `SELECT ${person} FROM ${from} WHERE ${where} AND ${this.within(person)}`;
    }
    const of = this.alias();
    return `SELECT ${of}.contact_id FROM standing ${of} WHERE ${of}.tenant_id = $1 AND ${this.within(`${of}.contact_id`)} AND ${this.where(expression, of)}`;
  }

  private joined({ from, person, where }: Source, of: string): string {
    return `FROM ${from} WHERE ${where} AND ${this.within(person)} AND ${person} = ${of}.contact_id`;
  }

  /** All of it, if the narrow row alone says it. */
  private wholly(expression: Expression, of: string): string | undefined {
    if (isNot(expression)) {
      const inner = this.wholly(expression.not, of);
      return inner === undefined ? undefined : `NOT (${inner})`;
    }
    const children = 'and' in expression ? expression.and : 'or' in expression ? expression.or : undefined;
    if (!children) return this.ofRow(expression as Condition, of);
    const rows = children.map((child) => this.wholly(child, of));
    if (!rows.every((row) => row !== undefined)) return undefined;
    return `(${rows.join('and' in expression ? ' AND ' : ' OR ') || 'true'})`;
  }

  private ofRow(condition: Condition, of: string): string | undefined {
    if ('language' in condition) return `${of}.language = ${this.param(condition.language)}`;
    if ('country' in condition) return `${of}.country = ${this.param(condition.country)}`;
    if ('unknown' in condition) return 'false';
    if (!('consent' in condition)) return undefined;
    const bit = channelBits[condition.channel];
    const has = (name: string) => `${of}.${name} & ${bit} <> 0`;
    const hasNot = (name: string) => `${of}.${name} & ${bit} = 0`;
    if (condition.consent === 'left') return `${has('stopped')}`;
    if (condition.consent === 'held') return `(${hasNot('stopped')} AND ${has('held')})`;
    const state = condition.consent === 'given' ? has('consented') : hasNot('consented');
    return `(${hasNot('stopped')} AND ${hasNot('held')} AND ${state})`;
  }

  private source(condition: Condition): Source {
    const it = this.alias();
    if ('tag' in condition) return this.attribute(it, 'tag', [`${it}.value = ${this.param(condition.tag)}`]);
    if ('attribute' in condition) return this.attribute(it, condition.attribute, this.compared(condition, it));
    if ('date' in condition)
      return {
        from: `contact ${it}`,
        person: `${it}.id`,
        where: [
          `${it}.tenant_id = $1`,
          ...this.between(condition, (bound, end) => `${it}.${column[condition.date]} ${this.instant(bound, end)}`),
        ].join(' AND '),
      };
    if ('did' in condition) return this.messages(condition, it);
    throw new Error('a condition of the narrow row has no rows of its own');
  }

  private attribute(it: string, key: string, more: readonly string[]): Source {
    const where = [`${it}.tenant_id = $1`, `${it}.key = ${this.param(key)}`, ...more].join(' AND ');
    return { from: `attribute ${it}`, person: `${it}.contact_id`, where };
  }

  private compared(condition: Extract<Condition, { attribute: string }>, it: string): string[] {
    if ('known' in condition) return [];
    if ('in' in condition) return [`${it}.value = ANY(${this.param(condition.in, 'text[]')})`];
    if ('is' in condition || 'not' in condition) {
      const [value, sign] = 'is' in condition ? [condition.is, '='] : [condition.not, '<>'];
      if (typeof value === 'string') return [`${it}.value ${sign} ${this.param(value)}`];
      return [`${it}.number ${sign} ${this.param(value, 'float8')}`];
    }
    return this.between(condition, (bound, end) =>
      typeof bound === 'number'
        ? `${it}.number ${sign[end]} ${this.param(bound, 'float8')}`
        : `${it}.day ${sign[end]} ${this.param(Number(this.dayOf(bound).replaceAll('-', '')), 'int')}`,
    );
  }

  private between(range: object, side: (bound: Bound, end: End) => string): string[] {
    return (['over', 'under', 'from', 'to'] as const).flatMap((end) => {
      const bound = (range as Partial<Record<End, Bound>>)[end];
      return bound === undefined ? [] : [side(bound, end)];
    });
  }

  /** A day begins and ends where the customer is. */
  private instant(bound: Bound, end: End): string {
    const isAfter = end === 'over' || end === 'to';
    const day = `${this.param(this.dayOf(bound as DayBound), 'date')}${isAfter ? ' + 1' : ''}`;
    return `${end === 'over' || end === 'from' ? '>=' : '<'} ((${day})::timestamp AT TIME ZONE ${this.param(this.today.zone)})`;
  }

  private messages(condition: Extract<Condition, { did: Action }>, it: string): Source {
    const { did } = condition;
    const where = [`${it}.tenant_id = $1`];
    if ('days' in condition) {
      const since = this.instant({ ago: condition.days }, 'over');
      // an answer needs no message of ours that it answers
      if (did === 'replied')
        return { from: `contact ${it}`, person: `${it}.id`, where: `${where} AND ${it}.last_inbound_at ${since}` };
      where.push(`${it}.batch_id > 0`, `${it}.accepted_at ${since}`);
    } else {
      const batch = `(SELECT g.batch_id FROM campaign g WHERE g.tenant_id = $1 AND g.number = ${this.param(condition.campaign, 'int')})`;
      where.push(`${it}.batch_id = ${batch}`);
    }
    const other = this.alias();
    const more: Record<Action, () => string> = {
      received: () => `${it}.state IN ${delivered}`,
      read: () => `${it}.state = 'read'`,
      clicked: () => this.interaction(it, other, 'clicked'),
      replied: () => this.interaction(it, other, 'replied'),
      failed: () => `${it}.state = 'failed' AND ${this.mayHeal(it)}`,
    };
    return { from: `message ${it}`, person: `${it}.contact_id`, where: [...where, more[did]()].join(' AND ') };
  }

  /** Of a message whose failure was told by no receipt it is only known that it was before its campaign's end. Plan: the keys of receipt and campaign. */
  private mayHeal(it: string): string {
    const failedAt = `coalesce(
      (SELECT max(r.at) FROM receipt r WHERE r.tenant_id = $1 AND r.batch_id = ${it}.batch_id AND r.seq = ${it}.seq AND r.status = 'failed'),
      (SELECT e.done_at FROM campaign e WHERE e.tenant_id = $1 AND e.batch_id = ${it}.batch_id))`;
    const now = this.param(this.today.now, 'timestamptz');
    return `(${it}.reason = ANY(${this.param(healing.at_once, 'text[]')})
      OR (${it}.reason = ANY(${this.param(healing.after_a_day, 'text[]')}) AND ${failedAt} <= ${now} - interval '24 hours'))`;
  }

  private interaction(it: string, other: string, kind: 'clicked' | 'replied'): string {
    return `EXISTS (SELECT 1 FROM interaction ${other} WHERE ${other}.tenant_id = $1 AND ${other}.batch_id = ${it}.batch_id AND ${other}.seq = ${it}.seq
          AND ${other}.kind = '${kind}')`;
  }

  private dayOf(bound: DayBound): string {
    return 'day' in bound ? bound.day : daysBefore(this.today, bound.ago);
  }

  private alias(): string {
    this.depth += 1;
    return `x${this.depth}`;
  }

  /** The same value is bound once. */
  private param(value: unknown, type = 'text'): string {
    const key = JSON.stringify([type, value]);
    const known = this.known.get(key);
    if (known) return known;
    this.bind.push(value);
    const name = `$${this.bound + this.bind.length}::${type}`;
    this.known.set(key, name);
    return name;
  }
}

type End = 'over' | 'under' | 'from' | 'to';
const sign: Record<End, string> = { over: '>', under: '<', from: '>=', to: '<=' };

/** The day so many days before today, where the customer is; `2026-11-29`. */
export function daysBefore({ now, zone }: Today, days: number): string {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(now);
  const at = new Date(`${today}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - days);
  return at.toISOString().slice(0, 10);
}
