import type { Person, Role } from '../intent';
import type { Audience } from './understand';

const supportRoles: readonly Role[] = ['agent', 'support'];

/** Whoever does nothing but support hears what concerns it alone. */
export const audienceOf = (person: Person): Audience => {
  if (person.kind === 'recipient') return 'recipient';
  const isSupport = person.kind === 'member' && person.roles.every((role) => supportRoles.includes(role));
  return isSupport ? 'support' : 'operator';
};
