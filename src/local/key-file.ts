import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDotEnv } from '../config';
import { root } from '../load';
import { dataDirOf } from './reach';

/** The master key of a machine that was given none: made once, readable by its owner only. @returns 32 bytes in base64 */
export const masterKeyOf = (dataDir: string): string => keyOf(join(dataDir, 'master.key'));

/** The same of the key that signs certificates and reports: it opens nothing, and lies apart. */
export const signingKeyOf = (dataDir: string): string => keyOf(join(dataDir, 'signing.key'));

/** The seed this machine signs with, as far as it has one: of its settings, else of its folder. Makes none. */
export function signingKeyHere(environment = process.env): string | undefined {
  const given = { ...readDotEnv(root), ...environment }.SIGNING_KEY;
  const file = join(dataDirOf(environment), 'signing.key');
  return given || (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
}

function keyOf(file: string): string {
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}
