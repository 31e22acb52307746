import type { Promised } from './promised';
import { keeping } from './promises/keeping';
import { others } from './promises/others';
import { policy } from './promises/policy';
import { rights } from './promises/rights';
import { sending } from './promises/sending';
import { team } from './promises/team';
import { time } from './promises/time';
import { walls } from './promises/walls';

export const beforeTime: readonly Promised[] = [
  ...[...policy, ...sending, ...rights, ...others],
  ...[...team, ...keeping, ...walls],
];
/** They destroy, restore and move the clock. */
export const afterTime: readonly Promised[] = time;

/** All of them, in the order in which they are played. */
export const promises: readonly Promised[] = [...beforeTime, ...afterTime];
