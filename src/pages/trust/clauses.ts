import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** Which section of the policy says a promise. */
const clauses = load(readFileSync(join(__dirname, 'clauses.yaml'), 'utf8')) as Readonly<
  Record<string, readonly string[]>
>;

const sections = new Map(Object.entries(clauses).flatMap(([section, ids]) => ids.map((id) => [id, section] as const)));

/** The sections of the policy that promise something. */
export const sectionIds: readonly string[] = Object.keys(clauses);

/** Every promise, in order. */
export const promiseIds: readonly string[] = [...sections.keys()].sort();

/** The id of the section of the policy in which it is made. */
export const clauseOf = (id: string): string => sections.get(id) ?? '';
