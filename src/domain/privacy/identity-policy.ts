import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Right } from './case-state';

/** How sure it is who asks: L0 anybody · L1 holds the number or mailbox now · L2 and a second thing · L3 proved to a person. */
export const identityLevels = ['L0', 'L1', 'L2', 'L3'] as const;
export type IdentityLevel = (typeof identityLevels)[number];

export type Relation = 'self' | 'representative' | 'heir' | 'parent' | 'somebody_else';
export type Proof = 'possession' | 'code_here' | 'code_there' | 'match' | 'desk';

/** What makes a request ask for more, or less, than its right by itself. */
export interface Scope {
  /** A part of the right, by its name in the rules: `summary`, `other_identifier`, `identity`. */
  part?: string;
  relation?: Relation;
  /** As the contact keeps it. */
  age?: string;
}

export interface MatchRule {
  of: 'name' | 'rut' | 'contract';
  attribute?: readonly string[];
}
interface ProofRule {
  gives: IdentityLevel;
  /** Only on top of this; below it, it gives `otherwise`, or nothing. */
  on?: IdentityLevel;
  otherwise?: IdentityLevel;
}
interface Rules {
  rights: Readonly<Record<Right, Readonly<Record<string, IdentityLevel>>>>;
  relations: Readonly<Record<string, IdentityLevel>>;
  ages: Readonly<Record<string, { level: IdentityLevel; except: readonly Right[] }>>;
  scopes: Readonly<Record<string, IdentityLevel>>;
  channels: Readonly<Record<string, IdentityLevel>>;
  proofs: Readonly<Record<Proof, ProofRule>>;
  mail_thread: { level: IdentityLevel; hours: number };
  code: { digits: number; minutes: number; a_day: number; holds_hours: number };
  form: { hours: number };
  tries_a_day: number;
  artefact_hours: number;
  matches: readonly MatchRule[];
  match_at_least: Readonly<Record<MatchRule['of'], number>>;
}

/** identity-levels.yaml as it stands. */
export const identityRules = load(readFileSync(join(__dirname, 'identity-levels.yaml'), 'utf8')) as Rules;

const rank = (level: IdentityLevel): number => identityLevels.indexOf(level);

export const isEnough = (has: IdentityLevel, needed: IdentityLevel): boolean => rank(has) >= rank(needed);
const highest = (levels: readonly IdentityLevel[]): IdentityLevel =>
  levels.reduce((one, other) => (isEnough(one, other) ? one : other), 'L0');

/** The lowest level that fits what is asked for. Who answers for a replaceable policy gives another `IdentityPolicy`. */
export interface IdentityPolicy {
  needed(right: Right, scope?: Scope): IdentityLevel;
  /** What a message proves by the channel it came by. */
  byChannel(channel: string | undefined): IdentityLevel;
  /** Where a proof leads from here; never down. */
  after(has: IdentityLevel, proof: Proof): IdentityLevel;
}

export const identityPolicy = (rules: Rules = identityRules): IdentityPolicy => ({
  needed: (right, { part, relation, age } = {}) => {
    const of = rules.rights[right];
    const own = (part && of[part]) || of.level || 'L3';
    const more = [
      (relation && rules.relations[relation]) || 'L0',
      (age && !rules.ages[age]?.except.includes(right) && rules.ages[age]?.level) || 'L0',
      (part && rules.scopes[part]) || 'L0',
    ] as const;
    return highest([own, ...more]);
  },
  byChannel: (channel) => rules.channels[channel ?? ''] ?? 'L0',
  after: (has, proof) => {
    const { gives, on = 'L0', otherwise = 'L0' } = rules.proofs[proof];
    return highest([has, isEnough(has, on) ? gives : otherwise]);
  },
});
