import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type CaseRules, mayKeep, type Right } from './case-state';
import { latestExtension } from './deadlines';

interface RightRules {
  confirm: boolean;
  /** What becomes of promotions when the case ends. */
  after: 'release' | 'stop';
  order: number;
  causes?: readonly string[];
  automatic?: readonly string[];
  grounds: readonly string[];
  not_applicable?: readonly string[];
  /** Of the grounds, those on which a part of what is held stays. */
  keeps: readonly string[];
}

const written = load(readFileSync(join(__dirname, 'rights.yaml'), 'utf8')) as Record<
  Right,
  { -readonly [Key in keyof RightRules]: RightRules[Key] }
>;
for (const one of Object.values(written)) one.keeps = one.grounds.filter(mayKeep);

/** rights.yaml as it stands. */
export const rights: Readonly<Record<Right, RightRules>> = written;

/** What the law says of one case. */
export function rulesOf(one: { right: Right; regime: string; due_at: Date; original_due_at: Date | null }): CaseRules {
  const { confirm, grounds, not_applicable: notApplicable = [] } = rights[one.right];
  const latest = latestExtension(one);
  return { mustConfirm: confirm, grounds, notApplicable, ...(latest && { latestExtension: latest }) };
}

/** Nobody has to decide it: the law has. */
export const isAutomatic = ({ right, cause }: { right: Right; cause: string | null }): boolean =>
  cause !== null && rights[right].automatic?.includes(cause) === true;

/** Several rights of one message in the order in which they are carried out, each once. */
export const inOrder = (several: readonly Right[]): Right[] =>
  [...new Set(several)].sort((one, other) => rights[one].order - rights[other].order);
