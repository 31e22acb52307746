import type { IdentifierKind } from '../../data/keys';

/** What one event showed and whom it was known to belong to. */
export interface Seen {
  kind: IdentifierKind;
  /** The contact that has this identifier, if any. */
  owner?: string;
}
export interface Plan {
  /** undefined: nobody we know. */
  contact: string | undefined;
  /** These turned out to be the same person. */
  merge: string[];
  /** These identifiers changed hands: a number with a new holder. */
  move: IdentifierKind[];
}

/**
 * Who this is. Surest identifier first; two contacts become one only when one event shows both.
 * A number seen with another business-scoped id than its contact's has a new holder: the number moves, the history does not.
 * @param hasOther says whether a contact has a business-scoped id that is not the one of this event
 */
export function recognise(seen: readonly Seen[], hasOther: (contact: string) => boolean): Plan {
  const showsId = seen.some((one) => one.kind === 'bsuid');
  const isStranger = (owner: string): boolean => showsId && hasOther(owner);
  const byId = seen.find((one) => one.kind === 'bsuid')?.owner;
  const contact = byId ?? seen.find((one) => one.owner && !isStranger(one.owner))?.owner;
  const others = seen.filter((one) => one.owner && one.owner !== contact);
  return {
    contact,
    merge: [...new Set(others.flatMap((one) => (one.owner && !isStranger(one.owner) ? [one.owner] : [])))],
    move: others.flatMap((one) => (one.owner && isStranger(one.owner) ? [one.kind] : [])),
  };
}
