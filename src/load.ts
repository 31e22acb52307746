import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Adapter } from './channel';

/** The project's folder: `intents/`, `adapters/` and `migrations/` stand beside `src/`. */
export const root = join(__dirname, '..');

export type AdapterSettings = Readonly<Record<string, z.ZodObject<Record<string, z.ZodType>>>>;

/** Finds adapters by listing folders. The file is loaded, not the folder: a folder import works under jest and fails in plain Node. */
export function loadAdapters(folder = join(root, 'adapters')): readonly Adapter[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.ts')))
    .map((entry) => require(join(folder, entry.name, 'index.ts')).adapter as Adapter);
}

export const settingsOf = (adapters: readonly Adapter[]): AdapterSettings =>
  Object.fromEntries(
    adapters.map((adapter) => [adapter.name, adapter.settings as unknown as z.ZodObject<Record<string, z.ZodType>>]),
  );
