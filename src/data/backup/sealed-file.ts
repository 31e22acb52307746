import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { AppError } from '../../errors';
import { openPieces, sealPieces } from '../pieces';

const magic = Buffer.from('connectus backup 1\n');
const longestHead = 4_096;

/** What stands in the open at the beginning: no name, no number, no customer but by its id. */
export interface Head {
  kind: 'data' | 'keys';
  /** Of the machine's clock. */
  madeAt: string;
  tenant?: string;
}
/** A piece of what is in it: what it is, and its bytes. */
export interface Frame {
  type: string;
  body: Buffer;
}

const about = (head: string): string => `backup|${createHash('sha256').update(head).digest('hex')}`;
const checkOf = (key: Buffer): string => createHash('sha256').update('check').update(key).digest('hex').slice(0, 16);
const keyOf = (backupKey: Buffer, salt: string): Buffer =>
  Buffer.from(hkdfSync('sha256', backupKey, Buffer.from(salt, 'hex'), 'connectus backup file', 32));

/** Frames, packed and sealed under a key of the file; the file stands under its name when it is whole, and not before. */
export async function writeSealed(
  path: string,
  backupKey: Buffer,
  head: Head,
  frames: AsyncIterable<Frame>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const salt = randomBytes(16).toString('hex');
  const key = keyOf(backupKey, salt);
  const line = JSON.stringify({ ...head, salt, check: checkOf(key) });
  const under = `${path}.${randomBytes(6).toString('hex')}.part`; // nobody else writes there
  const file = await open(under, 'wx', 0o600);
  try {
    await file.write(Buffer.concat([magic, Buffer.from(`${line}\n`)]));
    const source = Readable.from(bytesOf(frames), { objectMode: false });
    const gzip = createGzip({ level: 1 });
    source.on('error', (error) => gzip.destroy(error)); // `pipe` passes no errors on
    for await (const bytes of sealPieces(source.pipe(gzip), key, about(line))) await file.write(bytes);
    await file.sync();
    await file.close();
    await rename(under, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(under, { force: true });
    throw error;
  }
}

async function* bytesOf(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  for await (const { type, body } of frames) {
    const head = Buffer.alloc(5);
    head.write(type, 0, 1, 'latin1');
    head.writeUInt32BE(body.length, 1);
    yield Buffer.concat([head, body]);
  }
}

/** @throws BACKUP_DAMAGED when it is no file of ours */
export async function headOf(path: string): Promise<{ head: Head; line: string; from: number }> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(longestHead);
    const { bytesRead } = await file.read(bytes, 0, longestHead, 0);
    const end = bytes.indexOf('\n', magic.length);
    if (bytesRead < magic.length || !bytes.subarray(0, magic.length).equals(magic) || end < 0)
      throw new AppError('BACKUP_DAMAGED', { file: basename(path) });
    const line = bytes.toString('utf8', magic.length, end);
    return { head: JSON.parse(line), line, from: end + 1 };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('BACKUP_DAMAGED', { file: basename(path) }, { cause });
  } finally {
    await file.close();
  }
}

/** The frames again, however long. @throws BACKUP_KEY_WRONG, BACKUP_DAMAGED */
export async function* readSealed(path: string, backupKey: Buffer): AsyncGenerator<Frame> {
  const { line, from } = await headOf(path);
  const { salt, check } = JSON.parse(line) as { salt?: string; check?: string };
  const key = keyOf(backupKey, salt ?? '');
  if (checkOf(key) !== check) throw new AppError('BACKUP_KEY_WRONG', { file: basename(path) });
  const file = await open(path, 'r');
  try {
    const source = Readable.from(openPieces(file, from, key, about(line)), { objectMode: false });
    const gunzip = createGunzip();
    source.on('error', (error) => gunzip.destroy(error));
    yield* framesOf(source.pipe(gunzip));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('BACKUP_DAMAGED', { file: basename(path) }, { cause });
  } finally {
    await file.close();
  }
}

async function* framesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (rest.length - at >= 5) {
      const length = rest.readUInt32BE(at + 1);
      if (rest.length - at < 5 + length) break;
      yield { type: rest.toString('latin1', at, at + 1), body: rest.subarray(at + 5, at + 5 + length) };
      at += 5 + length;
    }
    rest = rest.subarray(at);
  }
  if (rest.length > 0) throw new Error('a frame is not whole');
}

/** Reads it to its end and keeps nothing. @throws BACKUP_KEY_WRONG, BACKUP_DAMAGED */
export async function checkSealed(path: string, backupKey: Buffer): Promise<void> {
  for await (const _ of readSealed(path, backupKey));
}
