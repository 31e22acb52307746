import type { Identity } from '../../channel';
import type { IdentifierKind, TenantKeys } from '../../data/keys';
import { canonicalPhone } from '../../phone';

/** One way to reach or recognise a person, in its one form. */
export interface Known {
  kind: IdentifierKind;
  value: string;
  find: Buffer;
  stop: Buffer;
}

/** Addresses as they are written by people: lower case, no spaces around, the domain in ASCII. */
function canonicalEmail(written: string): string | undefined {
  const match = /^([^\s@]+)@([^\s@]+)$/.exec(written.trim().toLowerCase());
  if (!match) return undefined;
  try {
    return `${match[1]}@${new URL(`http://${match[2]}`).hostname}`;
  } catch {
    return undefined;
  }
}

/** What an event shows of a person, surest first: a business-scoped id outlives a number. Nothing that is malformed. */
export function knownOf(keys: TenantKeys, identity: Identity, country = 'CL'): Known[] {
  const values: [IdentifierKind, string | undefined][] = [
    ['bsuid', identity.bsuid],
    ['parent_bsuid', identity.parentBsuid],
    ['phone', identity.phone && canonicalPhone(identity.phone, country)],
    ['email', identity.email && canonicalEmail(identity.email)],
  ];
  return values.flatMap(([kind, value]) =>
    value ? [{ kind, value, find: keys.find(kind, value), stop: keys.stop(kind, value) }] : [],
  );
}
