import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/clock';
import { Database } from '../../src/data/database';
import { Keys } from '../../src/data/keys';
import { SystemKeys } from '../../src/data/system-keys';
import { localVault } from '../../src/data/vault';

/** Tuesday 1 December 2026, 10:30 in Santiago. */
export const start = new Date('2026-12-01T13:30:00Z');
export const later = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);

let numbers = 20_000_000;
export const aPhone = (): string => `+569${++numbers}`;
export const aMaster = (): string => randomBytes(32).toString('base64');

/** A product's clock that stands where it is put. */
export class TestClock implements Clock {
  at = start;
  now(): Date {
    return this.at;
  }
}

/** What every room stands on. @param master base64; during a rotation the current one, then the one before it */
export function ground(appUrl: string, master: string | readonly string[], pool: number) {
  const database = new Database(appUrl, { pool });
  const masters = [master].flat();
  const vault = localVault(masters);
  return { database, vault, keys: new Keys(database, vault), systemKeys: new SystemKeys(masters, vault) };
}
