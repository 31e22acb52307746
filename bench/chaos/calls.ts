import { channel } from 'node:diagnostics_channel';
import { ServerResponse } from 'node:http';
import Redis from 'ioredis';
import { Client } from 'pg';

/** One moment of one call to something outside the process. */
export interface Call {
  /** `pg update message:before`, `redis evalsha:after`, `send headers`, … */
  point: string;
  /** Breaks the line it goes over: what waits for its answer is told so, and nobody knows whether it was done. */
  breakOff?(): void;
}
export type Reached = (call: Call) => void;

/**
 * Every moment at which the process talks to something outside: before and after each statement, by what it writes, each command of Redis, the steps of a
 * send and of a webhook. Nothing of the product knows of it: what is wrapped are the libraries of this process.
 */
export function watchCalls(reached: Reached): void {
  watchPostgres(reached);
  watchRedis(reached);
  for (const [name, point] of sendSteps) channel(name).subscribe(() => reached({ point: `send ${point}` }));
  channel('http.server.request.start').subscribe(() => reached({ point: 'webhook came' }));
  const { end } = ServerResponse.prototype;
  ServerResponse.prototype.end = function (this: ServerResponse, ...given: unknown[]) {
    reached({ point: 'webhook answer:before' });
    const ended = (end as (...all: unknown[]) => ServerResponse).apply(this, given);
    reached({ point: 'webhook answer:after' });
    return ended;
  } as typeof end;
}

const sendSteps = [
  ['undici:request:create', 'asked'],
  ['undici:client:sendHeaders', 'headers'],
  ['undici:request:bodySent', 'body'],
  ['undici:request:headers', 'answered'],
  ['undici:request:trailers', 'read'],
] as const;

type Answered = (error: Error | undefined, result?: unknown) => void;
type Lined = { connection?: { stream?: { destroy(): void } }; wrote?: string };

function watchPostgres(reached: Reached): void {
  const { query } = Client.prototype;
  const ask = query as (...all: unknown[]) => unknown;
  Client.prototype.query = function (this: Client & Lined, ...given: unknown[]) {
    const [first] = given;
    const text = typeof first === 'string' ? first : (first as { text?: string }).text;
    if (text === undefined) return ask.apply(this, given);
    const name = `pg ${nameOf(text, this, given[1])}`;
    const breakOff = (): void => void this.connection?.stream?.destroy();
    const call = (when: string): Call => ({ point: `${name}:${when}`, breakOff });
    reached(call('before'));
    const at = given.length - 1;
    const callback = given[at];
    if (typeof callback === 'function') {
      given[at] = (...answer: Parameters<Answered>) => {
        if (!answer[0]) reached(call('after'));
        (callback as Answered)(...answer);
      };
      return ask.apply(this, given);
    }
    const answer = ask.apply(this, given) as Promise<unknown>;
    return answer.then((result) => {
      reached(call('after'));
      return result;
    });
  } as typeof query;
}

/** What a statement does, in few words; a commit is called by what was written last before it. */
function nameOf(text: string, line: Lined, values: unknown): string {
  if (/^\s*(START TRANSACTION|BEGIN)/i.test(text)) {
    line.wrote = 'nothing';
    return 'begin';
  }
  if (/^\s*COMMIT/i.test(text)) return `commit ${line.wrote ?? ''}`;
  if (/set_config\('role'/.test(text)) return `role ${Array.isArray(values) ? values[0] : ''}`;
  const found = kept.get(text) ?? shortOf(text);
  kept.set(text, found);
  if (/^(insert|update|delete)/.test(found)) line.wrote = found;
  return found;
}

const kept = new Map<string, string>();

function shortOf(text: string): string {
  const write = /(?<!(?:FOR|DO|NO KEY)\s)\b(INSERT INTO|UPDATE|DELETE FROM)\s+"?([\w.]+)/i.exec(text);
  if (write) return `${(write[1] as string).split(' ')[0]?.toLowerCase()} ${write[2]}`;
  const called = /SELECT\s+((?:edge[.]|pg_)\w+|nextval)\s*\(/i.exec(text);
  const read = called ?? /\bFROM\s+"?([a-z][\w.]*)/.exec(text);
  return `select ${read?.[1] ?? 'something'}`;
}

function watchRedis(reached: Reached): void {
  const { sendCommand } = Redis.prototype;
  Redis.prototype.sendCommand = function (this: Redis, ...given: Parameters<typeof sendCommand>) {
    const [command] = given;
    const point = `redis ${command.name}`;
    const breakOff = (): void => void (this as { stream?: { destroy(): void } }).stream?.destroy();
    reached({ point: `${point}:before`, breakOff });
    command.promise.then(
      () => reached({ point: `${point}:after`, breakOff }),
      () => {},
    );
    return sendCommand.apply(this, given);
  };
}
