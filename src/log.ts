import { pino } from 'pino';

/** Only these fields ever reach a log line: ids, codes, counts and durations; never a person's words, names or numbers. */
export const logFields: ReadonlySet<string> = new Set([
  'adapter',
  'batch',
  'campaign',
  'case',
  'channel',
  'code',
  'count',
  'event',
  'intent',
  'job',
  'kind',
  'lane',
  'migration',
  'method',
  'ms',
  'path',
  'pid',
  'port',
  'reference',
  'role',
  'setting',
  'signal',
  'status',
  'step',
  'team',
  'tenant',
  'tries',
  'url',
  'worker',
  'error',
  'at',
]);

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

const keep = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => logFields.has(key)));

/** Structured log from an allow-list: a field that is not on it is dropped, whoever passes it. */
export function createLog(level: string): Log {
  const out = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const at = (name: 'debug' | 'info' | 'warn' | 'error') => (fields: Fields, message: string) =>
    out[name](keep(fields), message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The same log, and each warning and error that is written is also told by its event. */
export const countedLog = (log: Log, count: (level: 'warn' | 'error', event: string) => void): Log => ({
  ...log,
  warn: (fields, message) => {
    count('warn', String(fields.event));
    log.warn(fields, message);
  },
  error: (fields, message) => {
    count('error', String(fields.event));
    log.error(fields, message);
  },
});

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What may be said of an unknown error: its class, its code and where it was thrown; its message may carry a person's data. */
export function describeError(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error };
  const inner = (error as { original?: unknown }).original ?? error.cause;
  const code = (error as { code?: unknown }).code ?? (inner as { code?: unknown } | undefined)?.code;
  return {
    error: error.name,
    code: typeof code === 'string' ? code : undefined,
    at: thrownAt(error)?.replace(/\(.*\/(?=src|adapters|intents|test)/, '('),
  };
}

/** The first frame of ours. A stack begins with the message, which may say anything. */
function thrownAt({ stack = '', message }: Error): string | undefined {
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n');
  return frames.find((line) => /^\s+at .+:\d+:\d+\)?$/.test(line) && !line.includes('node_modules'))?.trim();
}
