import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src/load';

/** A payload as it comes from a provider. */
export const fixture = (channel: string, name: string) =>
  JSON.parse(readFileSync(join(root, 'adapters', channel, 'fixtures', `${name}.json`), 'utf8'));
