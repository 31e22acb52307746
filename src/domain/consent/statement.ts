import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

const words = load(readFileSync(join(__dirname, 'statement.yaml'), 'utf8')) as Readonly<Record<string, string>>;

/** What people agree to in a form or a list of this company, by language, and the version that these very words have. */
export function statementOf(company: string): { version: string; bodies: Readonly<Record<string, string>> } {
  const bodies = Object.fromEntries(
    Object.entries(words).map(([language, body]) => [language, body.replaceAll('{company}', () => company)]),
  );
  const hash = createHash('sha256').update(JSON.stringify(bodies)).digest('hex');
  return { version: `permiso-${hash.slice(0, 8)}`, bodies };
}
