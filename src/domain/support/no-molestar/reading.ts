import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { AppError } from '../../../errors';
import { canonicalPhone } from '../../../phone';
import { plainTitle } from '../../audience/import/columns';
import { encodingOf } from '../../audience/import/encoding';
import { type RawRow, rowsOf, separatorOf } from '../../audience/import/records';
import { bare, dayOf, isScientific, withoutDecimals } from '../../audience/import/values';
import { instantOf } from '../../audience/local-time';
import type { SuppressedChannel } from '../../audience/suppressions.table';

/** Somebody who asked for silence. `row` as a spreadsheet counts, from 1. */
export interface Notice {
  row: number;
  address: string;
  channel: SuppressedChannel;
  /** False: what stood there was not understood, so it is all of them. */
  isClear: boolean;
  at: Date;
}
/** A row that can't be obeyed as it stands. */
export interface Malformed {
  row: number;
  reason: 'no_address' | 'phone' | 'email' | 'digits_lost' | 'moment' | 'future' | 'broken';
}
type Column = 'phone' | 'email' | 'address' | 'channel' | 'requested';

const words = load(readFileSync(join(__dirname, 'words.yaml'), 'utf8')) as {
  columns: Record<Column, string[]>;
  channels: Record<SuppressedChannel, string[]>;
};
const longestFile = 64 * 1024 * 1024;

/**
 * The rows of a file, each a notice or the reason why it is none. A moment without a zone is the company's wall clock; a day alone begins at midnight.
 * @throws IMPORT_NOT_A_LIST, IMPORT_EMPTY, IMPORT_TOO_BIG, IMPORT_NO_ADDRESS when a column that must be there is not
 */
export async function readNotices(file: Buffer, zone: string, now: Date): Promise<(Notice | Malformed)[]> {
  if (file.length === 0) throw new AppError('IMPORT_EMPTY');
  if (file.length > longestFile) throw new AppError('IMPORT_NOT_A_LIST');
  const encoding = encodingOf(file.subarray(0, 128 * 1024));
  const separator = separatorOf(await firstLine(file, encoding));
  const notices: (Notice | Malformed)[] = [];
  let columns: Record<Column, number> | undefined;
  for await (const rows of rowsOf(once(file), { encoding, separator }))
    for (const row of rows) {
      if (!columns) columns = columnsOf(row.cells);
      else notices.push(noticeOf(row, columns, zone, now));
    }
  return notices;
}

async function firstLine(file: Buffer, encoding: ReturnType<typeof encodingOf>): Promise<string> {
  for await (const [first] of rowsOf(once(file), { encoding, separator: '\u0000' as never }))
    return first?.cells[0] ?? '';
  throw new AppError('IMPORT_EMPTY');
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function columnsOf(titles: readonly string[]): Record<Column, number> {
  const plain = titles.map(plainTitle);
  const at = (column: Column): number => plain.findIndex((title) => words.columns[column].includes(title));
  const columns = {
    phone: at('phone'),
    email: at('email'),
    address: at('address'),
    channel: at('channel'),
    requested: at('requested'),
  };
  const hasAddress = columns.phone >= 0 || columns.email >= 0 || columns.address >= 0;
  if (!hasAddress || columns.requested < 0) throw new AppError('IMPORT_NO_ADDRESS');
  return columns;
}

function noticeOf(
  { row, cells, broken }: RawRow,
  columns: Record<Column, number>,
  zone: string,
  now: Date,
): Notice | Malformed {
  if (broken) return { row, reason: 'broken' };
  const cell = (column: Column): string => (columns[column] < 0 ? '' : bare(cells[columns[column]] ?? ''));
  const address = addressOf([cell('phone'), cell('email'), cell('address')].find((text) => text !== '') ?? '');
  if ('reason' in address) return { row, ...address };
  const at = momentOf(cell('requested'), zone);
  if (!at) return { row, reason: 'moment' };
  if (at > now) return { row, reason: 'future' };
  return { row, ...address, ...channelOf(plainTitle(cell('channel'))), at };
}

function addressOf(text: string): { address: string } | Pick<Malformed, 'reason'> {
  if (text === '') return { reason: 'no_address' };
  if (text.includes('@')) return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? { address: text } : { reason: 'email' };
  if (isScientific(text)) return { reason: 'digits_lost' };
  const phone = canonicalPhone(withoutDecimals(text));
  return phone ? { address: phone } : { reason: 'phone' };
}

function channelOf(said: string): Pick<Notice, 'channel' | 'isClear'> {
  if (said === '') return { channel: 'all', isClear: true };
  const found = (Object.keys(words.channels) as SuppressedChannel[]).find((name) =>
    words.channels[name].includes(said),
  );
  return { channel: found ?? 'all', isClear: found !== undefined };
}

/** `01-12-2026 09:30`, `2026-12-01T09:30:00-03:00`, `1/12/2026` */
function momentOf(text: string, zone: string): Date | undefined {
  const exact = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(text);
  if (exact) {
    const at = new Date(text.replace(' ', 'T'));
    return Number.isNaN(at.getTime()) ? undefined : at;
  }
  const parts = /^(\S+?)(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?)?$/.exec(text);
  const day = parts?.[1] && dayOf(parts[1]);
  const [hour, minute, second] = [2, 3, 4].map((at) => Number(parts?.[at] ?? 0)) as [number, number, number];
  if (!day || hour > 23 || minute > 59 || second > 59) return undefined;
  return instantOf(day, ((hour * 60 + minute) * 60 + second) * 1_000, zone);
}
