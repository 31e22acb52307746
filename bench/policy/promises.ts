import type { Promised } from './promised';
import { keeping } from './promises/keeping';
import { others } from './promises/others';
import { policy } from './promises/policy';
import { rights } from './promises/rights';
import { sending } from './promises/sending';
import { team } from './promises/team';
import { time } from './promises/time';
import { walls } from './promises/walls';

/** All of them, in the order in which they are played: what moves the clock comes last. */
export const promises: readonly Promised[] = [
  ...policy,
  ...sending,
  ...rights,
  ...others,
  ...team,
  ...keeping,
  ...walls,
  ...time,
];
