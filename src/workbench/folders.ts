import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');
/** The intent folders of this checkout. */
export const INTENTS = join(ROOT, 'intents');
/** What was learnt from them before. */
export const MODELS = join(ROOT, '.data', 'models');

/** Files of lines that measure understanding: nothing of them may be taught. */
export const testSets = (): string[] => {
  const dir = join(ROOT, 'test', 'understanding');
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.jsonl') && !file.startsWith('moments'))
    .map((file) => join(dir, file));
};
