import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Redis from 'ioredis';
import { Client, type QueryResult } from 'pg';

/** Somebody as the outside knows them: this is all the scanner is told. */
export interface Somebody {
  phone?: string;
  others?: readonly string[];
}
export interface Hit {
  /** `public.message.sealed`, `redis:bull:…`, `file:blobs/ab12` */
  where: string;
  /** In which form, of what: `base64(3) of phone`. */
  form: string;
}
export interface Needle {
  form: string;
  bytes: Buffer;
}

/** A letter of base64 stands for six bits: what stands around a text changes its ends, at each of three places. */
function base64At(text: string, shift: 0 | 1 | 2): string[] {
  const padded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
  const encoded = padded.toString('base64').replace(/=+$/, '');
  const inner = encoded.slice(shift === 0 ? 0 : shift + 1, padded.length % 3 === 0 ? undefined : -1);
  return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
}

const jsonEscaped = (text: string): string =>
  [...text]
    .map((letter) => ((letter.codePointAt(0) ?? 0) > 126 || /["\\+@<>&]/.test(letter) ? escapeOf(letter) : letter))
    .join('');
const escapeOf = (letter: string): string =>
  [...Array(letter.length).keys()].map((at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/** The ways in which people and programs write one number down. */
function phoneForms(phone: string): Record<string, string> {
  const digits = phone.replace(/\D/g, '');
  const national = digits.replace(/^(56|55|52|54|1|34)/, '');
  const grouped = (text: string, ...ends: number[]): string =>
    [0, ...ends]
      .map((from, at) => text.slice(from, ends[at]))
      .filter(Boolean)
      .join(' ');
  return {
    plain: `+${digits}`,
    digits,
    national,
    escaped: `%2B${digits}`,
    spaced: `+${grouped(digits, 2, 3, 7)}`,
    spaced_national: grouped(national, 1, 5),
    dashed: grouped(national, 1, 5).replaceAll(' ', '-'),
    dotted: grouped(national, 1, 5).replaceAll(' ', '.'),
    wide: `+${[...digits].join(' ')}`,
  };
}

const hashes = ['md5', 'sha1', 'sha256', 'sha512'] as const;

/** Every way in which somebody's data may lie about. Knows nothing of how the product stores anything. */
export function needlesOf({ phone, others = [] }: Somebody): Needle[] {
  const named = [
    ...(phone ? Object.entries(phoneForms(phone)).map(([form, text]) => [`${form} of phone`, text] as const) : []),
    ...others.flatMap((text, at) => [
      [`plain of other ${at}`, text] as const,
      [`lower of other ${at}`, text.toLowerCase()] as const,
    ]),
  ];
  const needles = named.flatMap(([form, text]): [string, string][] => [
    [form, text],
    [`json ${form}`, jsonEscaped(text)],
    [`json-encoded ${form}`, JSON.stringify(text).slice(1, -1)],
    [`url ${form}`, encodeURIComponent(text)],
    [`hex ${form}`, Buffer.from(text).toString('hex')],
    [`HEX ${form}`, Buffer.from(text).toString('hex').toUpperCase()],
    [`utf16 hex ${form}`, Buffer.from(text, 'utf16le').toString('hex')],
    ...([0, 1, 2] as const).flatMap((shift) =>
      base64At(text, shift).map((encoded): [string, string] => [`base64(${shift}) ${form}`, encoded]),
    ),
    ...hashes.flatMap((name) => {
      const hash = createHash(name).update(text).digest();
      return (['hex', 'base64', 'base64url'] as const).map((as): [string, string] => [
        `${name} ${as} ${form}`,
        hash.toString(as).replace(/=+$/, ''),
      ]);
    }),
  ]);
  const raw = named.flatMap(([form, text]) => [
    { form: `utf16 ${form}`, bytes: Buffer.from(text, 'utf16le') },
    ...hashes.map((name) => ({ form: `${name} raw ${form}`, bytes: createHash(name).update(text).digest() })),
  ]);
  const all = [...needles.map(([form, text]) => ({ form, bytes: Buffer.from(text) })), ...raw];
  return [
    ...new Map(all.filter(({ bytes }) => bytes.length >= 6).map((one) => [one.bytes.toString('hex'), one])).values(),
  ];
}

export const hitsIn = (where: string, bytes: Buffer, needles: readonly Needle[]): Hit[] =>
  needles.filter((needle) => bytes.includes(needle.bytes)).map(({ form }) => ({ where, form }));

/** Base64 may hide another base64, and a message id is one: what looks like it is opened and looked into once more. */
function opened(bytes: Buffer): Buffer[] {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(/[A-Za-z0-9+/_-]{24,}/g)].map(([word]) => Buffer.from(`${word}`, 'base64'));
  return found.length > 0 ? [Buffer.concat(found.flatMap((one) => [one, Buffer.from('\n')]))] : [];
}

const lookInto = (where: string, bytes: Buffer, needles: readonly Needle[]): Hit[] => [
  ...hitsIn(where, bytes, needles),
  ...opened(bytes).flatMap((inner) => hitsIn(`${where} (inside base64)`, inner, needles)),
];

const page = 2_000;

/** Every column of every table of every schema, as the owner sees it, and what the planner remembers of their values. */
export async function scanDatabase(ownerUrl: string, needles: readonly Needle[]): Promise<Hit[]> {
  const owner = new Client({
    connectionString: ownerUrl,
    types: { getTypeParser: () => (value: unknown) => value } as never,
  });
  await owner.connect();
  try {
    const { rows: tables } = await owner.query<{ schema: string; name: string }>(
      `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'm', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2`,
    );
    const hits: Hit[] = [];
    await owner.query('BEGIN READ ONLY');
    for (const { schema, name } of [...tables, { schema: 'pg_catalog', name: 'pg_stats' }]) {
      const opening = `DECLARE looking NO SCROLL CURSOR FOR SELECT * FROM "${schema}"."${name}"`;
      const first = (await owner.query(`${opening}; FETCH ${page} FROM looking`)) as unknown as QueryResult[];
      for (
        let { rows, fields } = first[1] as QueryResult;
        ;
        { rows, fields } = await owner.query(`FETCH ${page} FROM looking`)
      ) {
        for (const { name: column } of fields)
          hits.push(
            ...columnHits(
              `${schema}.${name}.${column}`,
              rows.map((row) => row[column]),
              needles,
            ),
          );
        if (rows.length < page) break;
      }
      await owner.query('CLOSE looking');
    }
    await owner.query('COMMIT');
    return merged(hits);
  } finally {
    await owner.end();
  }
}

/** The values of a column, one after another: as they are shown, and the bytes that a `\\x…` stands for. */
function columnHits(where: string, values: readonly unknown[], needles: readonly Needle[]): Hit[] {
  const texts = values.filter((one) => one !== null && one !== undefined).map(String);
  const bytes = texts.flatMap((text) =>
    [...text.matchAll(/\\x((?:[0-9a-f]{2})+)/g)].map(([, hex = '']) => Buffer.from(`${hex}0a`, 'hex')),
  );
  return [Buffer.from(texts.join('\n')), Buffer.concat(bytes)].flatMap((one) => lookInto(where, one, needles));
}

/** Every key and every value there is, of whatever kind. */
export async function scanRedis(url: string, needles: readonly Needle[]): Promise<Hit[]> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    const hits: Hit[] = [];
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'COUNT', 500);
      cursor = next;
      for (const key of keys) {
        const parts = [Buffer.from(key), ...(await valuesOf(redis, key))];
        for (const part of parts) hits.push(...lookInto(`redis:${key.replace(/\d+/g, '#')}`, part, needles));
      }
    } while (cursor !== '0');
    return merged(hits);
  } finally {
    redis.disconnect();
  }
}

async function valuesOf(redis: Redis, key: string): Promise<Buffer[]> {
  const type = await redis.type(key);
  if (type === 'string') return [await redis.getBuffer(key)].filter((one) => one !== null);
  if (type === 'list') return redis.lrangeBuffer(key, 0, -1);
  if (type === 'set') return redis.smembersBuffer(key);
  if (type === 'zset') return redis.zrangeBuffer(key, 0, -1);
  if (type === 'hash') return ((await redis.call('HGETALL', key)) as unknown[]).map((one) => Buffer.from(String(one)));
  if (type === 'stream') return [Buffer.from(JSON.stringify(await redis.xrange(key, '-', '+')))];
  return [];
}

/** Every file beneath a folder. @param without folders, each with the reason why it is no business of this scan */
export function scanFiles(
  folder: string,
  needles: readonly Needle[],
  without: Readonly<Record<string, string>> = {},
): Hit[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return merged(
    files.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const where = relative(folder, path);
      if (Object.keys(without).some((one) => where === one || where.startsWith(`${one}/`))) return [];
      return lookInto(`file:${where}`, readFileSync(path), needles);
    }),
  );
}

const merged = (hits: readonly Hit[]): Hit[] => [
  ...new Map(hits.map((hit) => [`${hit.where} ${hit.form}`, hit])).values(),
];
