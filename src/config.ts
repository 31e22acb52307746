import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';

const secure = (url: string): boolean =>
  /^rediss:/.test(url) || /[?&]sslmode=(require|verify-ca|verify-full)/.test(url);

const postgres = z.url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://user:password@host/database' });
const redis = z.url({ protocol: /^rediss?$/, error: 'expected redis://host or rediss://host' });
const key = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, 'expected 32 bytes in base64');

/** Every setting of the house itself; each adapter adds its own. Read once, at the start. */
const house = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production refuses to start without real secrets and servers, and starts no simulator'),
  ROLE: z
    .enum(['all', 'web', 'worker'])
    .default('all')
    .describe('web takes webhooks, worker does the work, all does both'),
  HOST: z.string().default('127.0.0.1').describe('address to listen on'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(3000)
    .describe('port of the webhooks and pages; the simulator takes the next one'),
  SIMULATOR_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('port of the simulator page (PORT + 1)'),
  SIMULATOR_URL: z.url().optional().describe('a simulator that is already running; its clock is followed'),
  PUBLIC_URL: z.url().optional().describe('where the world reaches this program, for links and webhooks'),
  DATA_DIR: z
    .string()
    .default('.data/start')
    .describe('folder for what this machine keeps: the embedded database, keys, pictures'),
  DATABASE_URL: postgres
    .optional()
    .describe("Postgres, the owner's login: makes roles and migrates, serves no request"),
  DATABASE_APP_URL: postgres
    .optional()
    .describe("Postgres, the program's own login, which may do nothing but take a role"),
  DATABASE_POOL: z.coerce
    .number()
    .int()
    .min(2)
    .max(100)
    .default(10)
    .describe('connections to Postgres a process holds at most'),
  PRIVACY_MAILBOX: z
    .email()
    .optional()
    .describe(
      'our own mailbox for requests about personal data; what comes there is handed to whoever holds data of its writer',
    ),
  PAYMENT_URL: z
    .url()
    .optional()
    .describe('the API of the payment gateway (Flow); without it nobody can pay by a link'),
  PAYMENT_KEY: z.string().optional().describe('our key at the payment gateway'),
  PAYMENT_SECRET: z.string().optional().describe('what signs our requests to the payment gateway'),
  REDIS_URL: redis.optional().describe('Redis or Valkey, for wake-ups and rates; losing it loses nothing'),
  MASTER_KEY: key.optional().describe('32 random bytes in base64; opens every other key'),
  MASTER_KEY_PREVIOUS: key.optional().describe('the key before it, while keys are being wrapped anew'),
  SIGNING_KEY: key.optional().describe('32 random bytes in base64; signs certificates and reports, opens nothing'),
  BACKUP_DIR: z.string().optional().describe('folder for backups (DATA_DIR/backups)'),
  BACKUP_KEY: key
    .optional()
    .describe(
      '32 random bytes in base64; seals backups, to be kept apart from MASTER_KEY, which it is derived from otherwise',
    ),
  OPERATIONS_PASSWORD: z
    .string()
    .min(16)
    .optional()
    .describe('opens /metrics and /operations, which are not there without it; at least 16 characters'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .optional()
    .describe('least severe log line that is written (info in production, else warn)'),
});

export type HouseSettings = z.infer<typeof house>;
type Shape = Record<string, z.ZodType>;

export interface Config extends HouseSettings {
  /** Settings of each adapter, by its name. */
  adapters: Readonly<Record<string, Record<string, unknown>>>;
}

/** What is wrong with the settings, one line each, with the name of the key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Keys that production can't do without, beside those that an adapter requires. */
function missingInProduction(settings: HouseSettings): string[] {
  const wanted: (keyof HouseSettings)[] = ['DATABASE_APP_URL', 'REDIS_URL', 'MASTER_KEY', 'SIGNING_KEY', 'PUBLIC_URL'];
  const problems = wanted.filter((key) => !settings[key]).map((key) => `${key} is missing: ${describe(key)}`);
  for (const key of ['DATABASE_URL', 'DATABASE_APP_URL', 'REDIS_URL'] as const) {
    const url = settings[key];
    if (url && !secure(url))
      problems.push(`${key} must be encrypted: ${key === 'REDIS_URL' ? 'rediss://…' : '…?sslmode=verify-full'}`);
  }
  if (settings.PUBLIC_URL && !settings.PUBLIC_URL.startsWith('https://'))
    problems.push('PUBLIC_URL must begin with https://');
  if (settings.SIMULATOR_URL) problems.push('SIMULATOR_URL must not be set in production');
  return problems;
}

/** All of them, or none. */
function halfSet(settings: HouseSettings): string[] {
  const keys = ['PAYMENT_URL', 'PAYMENT_KEY', 'PAYMENT_SECRET'] as const;
  const missing = keys.filter((key) => !settings[key]);
  return missing.length === keys.length ? [] : missing.map((key) => `${key} is missing: ${describe(key)}`);
}

const describe = (key: keyof HouseSettings): string => house.shape[key].description ?? '';

/** What `.env` says, unread by the system itself. */
export const readDotEnv = (root: string): Record<string, string | undefined> => {
  const file = join(root, '.env');
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
};

/**
 * @param standIns what is used where nothing is given; never in production
 * @throws ConfigError naming each missing, malformed or unknown key
 */
export function loadConfig(
  adapterSettings: Readonly<Record<string, z.ZodObject<Shape>>>,
  environment: NodeJS.ProcessEnv,
  root: string,
  standIns: Readonly<Record<string, string>> = {},
): Config {
  const dotEnv = readDotEnv(root);
  const known = new Set([
    ...Object.keys(house.shape),
    ...Object.values(adapterSettings).flatMap((schema) => Object.keys(schema.shape)),
  ]);
  const problems = Object.keys(dotEnv)
    .filter((key) => !known.has(key))
    .map((key) => `${key} in .env is not a setting; npm start -- --help lists them`);
  const given = Object.fromEntries(
    Object.entries({ ...dotEnv, ...environment }).filter(([, value]) => value !== undefined && value !== ''),
  );
  const values = given.NODE_ENV === 'production' ? given : { ...standIns, ...given };
  const settings = take(house, values, problems);
  if (settings?.NODE_ENV === 'production') problems.push(...missingInProduction(settings));
  if (settings) problems.push(...halfSet(settings));
  const adapters: Record<string, Record<string, unknown>> = {};
  for (const [name, schema] of Object.entries(adapterSettings)) adapters[name] = take(schema, values, problems) ?? {};
  if (!settings || problems.length > 0) throw new ConfigError(problems);
  return { ...settings, adapters };
}

function take<S extends z.ZodType>(schema: S, values: object, problems: string[]): z.infer<S> | undefined {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const key = String(issue.path[0] ?? '');
    const missing = !(key in values);
    const meaning = (schema as unknown as z.ZodObject<Shape>).shape?.[key]?.description ?? '';
    problems.push(`${key} ${missing ? 'is missing' : `is not right (${issue.message})`}: ${meaning}`);
  }
  return undefined;
}

export interface SettingLine {
  key: string;
  meaning: string;
  standard: string;
  owner: string;
}

/** All settings with their meaning, for --help and .env.example. */
export function listSettings(adapterSettings: Readonly<Record<string, z.ZodObject<Shape>>>): SettingLine[] {
  const lines = (owner: string, schema: z.ZodObject<Shape>): SettingLine[] =>
    Object.entries(schema.shape).map(([key, field]) => ({
      key,
      owner,
      meaning: field.description ?? '',
      standard: standardOf(field),
    }));
  return [
    ...lines('house', house as unknown as z.ZodObject<Shape>),
    ...Object.entries(adapterSettings).flatMap(([name, schema]) => lines(name, schema)),
  ];
}

function standardOf(field: z.ZodType): string {
  const without = field.safeParse(undefined);
  return without.success && without.data !== undefined ? String(without.data) : '';
}

/** The text of `npm start -- --help`. */
export function helpText(adapterSettings: Readonly<Record<string, z.ZodObject<Shape>>>): string {
  const lines = listSettings(adapterSettings);
  const width = Math.max(...lines.map((line) => line.key.length));
  return lines
    .map((line) => `  ${line.key.padEnd(width)}  ${line.meaning}${line.standard ? ` [${line.standard}]` : ''}`)
    .join('\n');
}

/** The text of `.env.example`; a test holds the file equal to it. */
export function exampleEnv(adapterSettings: Readonly<Record<string, z.ZodObject<Shape>>>): string {
  return listSettings(adapterSettings)
    .map((line) => `# ${line.meaning}\n# ${line.key}=${line.standard}\n`)
    .join('\n');
}
