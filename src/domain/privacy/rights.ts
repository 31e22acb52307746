import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Right } from './case-state';

interface RightRules {
  confirm: boolean;
  promotions: 'hold' | 'stop';
  /** What becomes of promotions when the case ends. */
  after: 'release' | 'stop';
  grounds: readonly string[];
}

/** rights.yaml as it stands. */
export const rights: Readonly<Record<Right, RightRules>> = parse(readFileSync(join(__dirname, 'rights.yaml'), 'utf8'));

const shortestFacts = 20;

/** A rejection names a ground that the law knows for this right, and the facts. */
export const isRejectionComplete = (right: Right, ground: string, facts: string): boolean =>
  rights[right].grounds.includes(ground) && facts.trim().length >= shortestFacts;
