import type { Person } from '../intent';
import type { Intent } from './catalogue';

/** Why somebody may not have this intent, whether they say it or press its button; `undefined`: they may. */
export function refusalFor(person: Person, intent: Pick<Intent, 'audience' | 'roles'>): string | undefined {
  const { audience, roles } = intent;
  if (person.kind === 'recipient') return audience === 'team' ? 'ACTION_INVALID' : undefined;
  if (audience === 'recipient') return 'ACTION_INVALID';
  if (person.kind === 'stranger') return roles.includes('stranger') ? undefined : 'NOT_LINKED';
  const isOpen = audience === 'shared' || roles.some((role) => role === 'everyone' || role === 'stranger');
  return isOpen || person.roles.some((role) => roles.includes(role)) ? undefined : 'ROLE_REQUIRED';
}
