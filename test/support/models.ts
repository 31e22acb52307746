import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const learnt = join(__dirname, '..', '..', '.data', 'models');

/** What was learnt of the languages is the same for everybody, and learning it takes longest of a start: a data folder of its own borrows it. */
export function lendModels(dataDir: string): void {
  for (const folder of [learnt, dataDir]) mkdirSync(folder, { recursive: true });
  symlinkSync(learnt, join(dataDir, 'models'));
}
