import { errorTable } from '../errors';
import type { ActRef } from './actions';

/** Of what a button carries the id: which act shows it as it stands now. */
const shownBy: readonly (readonly [arg: string, intent: string, act: string])[] = [
  ['campaign', 'list-campaigns', 'show'],
  ['case', 'privacy-requests', 'show'],
  ['import', 'import-recipients', 'show'],
  ['template', 'list-templates', 'start'],
  ['segment', 'create-segment', 'show'],
  ['handOff', 'hand-off', 'show'],
];

/** The thing moved on since the button was drawn, or the button has outlived its days: where it is seen now. */
export function standsNow(code: string, { args }: ActRef): ActRef | undefined {
  const isLate = errorTable[code]?.http === 409 || code === 'ACTION_INVALID';
  const [arg = '', intent, act] = (isLate && shownBy.find(([key]) => args[key])) || [];
  const id = args[arg];
  return intent && act && id ? { intent, act, args: { [arg]: id } } : undefined;
}
