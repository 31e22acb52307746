import type { Decision } from './decision';

/** The order in which several wishes are done: leaving first, seeing before erasing, a person last. */
const ORDER: readonly string[] = [
  'opt-out',
  'is-minor',
  'report-spam',
  'block-processing',
  'object-processing',
  'access-data',
  'portability-data',
  'data-source',
  'request-status',
  'privacy-policy',
  'rectify-data',
  'delete-data',
  'opt-in',
  'human-agent',
];

const JOINTS =
  /[.;!?\n]+|,| (?:y|and|e|ademas|tambien|also|plus|alem disso|tambem|despues|luego|then|depois|pero|but|mas) /u;

/** A longer story is read as a whole. */
const MOST_CLAUSES = 6;

/** Each further clause that clearly holds a wish of its own. */
export const wishesOf = <D extends Decision>(plainText: string, decide: (clause: string) => D): D[] => {
  const all = plainText
    .split(JOINTS)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
  // A word alone makes what stands beside it a clause, and is none that says enough itself.
  const clauses = all.filter((clause) => clause.includes(' '));
  if (all.length < 2 || clauses.length > MOST_CLAUSES) return [];
  return clauses
    .map(decide)
    .filter(
      ({ intent, strength, because }) =>
        strength === 'strong' && ORDER.includes(intent) && !because.includes('keyword'),
    );
};

/** Puts the wish of the whole message and those of its clauses into the order in which they are done. */
export const inOrder = (
  whole: Decision,
  clauses: readonly Decision[],
): { intent: string; strength: 'strong' | 'weak'; also: string[] } => {
  if (whole.guarded && whole.intent === 'none') return { intent: whole.intent, strength: whole.strength, also: [] };
  const found = new Map<string, 'strong' | 'weak'>();
  if (ORDER.includes(whole.intent)) found.set(whole.intent, whole.strength);
  else if (whole.intent !== 'none') return { intent: whole.intent, strength: whole.strength, also: [] };
  for (const { intent, strength } of clauses) if (found.get(intent) !== 'strong') found.set(intent, strength);
  const [first, ...also] = [...found.keys()].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  if (first === undefined) return { intent: whole.intent, strength: whole.strength, also: [] };
  return { intent: first, strength: found.get(first) ?? whole.strength, also };
};
