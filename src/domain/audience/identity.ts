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
export function canonicalEmail(written: string): string | undefined {
  const match = /^([^\s@]+)@([^\s@]+)$/.exec(written.trim().toLowerCase());
  if (!match) return undefined;
  try {
    return `${match[1]}@${new URL(`http://${match[2]}`).hostname}`;
  } catch {
    return undefined;
  }
}

/** The customer's own id as it is written, without spaces around; one that could hold a text is none. */
export const canonicalExternal = (written: string): string | undefined => {
  const id = written.normalize('NFC').trim();
  return /^[^\p{C}]{1,100}$/u.test(id) ? id : undefined;
};

/**
 * What an event shows of a person, surest first: a business-scoped id outlives a number. Nothing that is malformed. A WhatsApp id is a number, in
 * its one form. @param keys of `Keys.current` where the stop tokens are used
 */
export function knownOf(keys: TenantKeys, identity: Identity, country = 'CL'): Known[] {
  const values: [IdentifierKind, string | undefined][] = [
    ['bsuid', identity.bsuid],
    ['parent_bsuid', identity.parentBsuid],
    ['phone', identity.phone && canonicalPhone(identity.phone, country)],
    ['email', identity.email && canonicalEmail(identity.email)],
    ['external', identity.external && canonicalExternal(identity.external)],
  ];
  return values.flatMap(([kind, value]) =>
    value ? [{ kind, value, find: keys.find(kind, value), stop: keys.stop(kind, value) }] : [],
  );
}
