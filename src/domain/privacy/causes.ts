import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Right } from './case-state';

type Causes = { otherwise: string } & Record<string, string | readonly string[]>;

const { summary, ...causes } = load(readFileSync(join(__dirname, 'causes.yaml'), 'utf8')) as Partial<
  Record<Right, Causes>
> & { summary: { access: string[]; whole: string } };

export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
export const says = (text: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => new RegExp(pattern).test(text));

/** Why they ask, by their own words; where a cause has to be stated and none is, the usual one is proposed. Undefined: this right needs none. */
export function causeOf(right: Right, words: string): string | undefined {
  const all = causes[right];
  if (!all) return undefined;
  const said = Object.entries(all).find(([, patterns]) => Array.isArray(patterns) && says(plain(words), patterns));
  return said?.[0] ?? all.otherwise;
}

/** Whether they only ask what is held; anything that may mean a copy is one. */
export function scopeOf(right: Right, words: string): 'summary' | 'full' {
  const text = plain(words);
  const isSummary = right === 'access' && says(text, summary.access) && !says(text, [summary.whole]);
  return isSummary ? 'summary' : 'full';
}
