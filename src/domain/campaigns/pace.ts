import { localTime } from '../audience/local-time';

/** At one moment, at the hour that is everybody's own, or a few first. */
export type Pace =
  | { kind: 'now' }
  | { kind: 'at' }
  /** `day` and milliseconds of it, as the clock shows them where somebody is. */
  | { kind: 'local'; day: string; ms: number }
  | { kind: 'waves' };
/** How it can be wished for besides its moment. */
export const pacesToWish = ['local', 'waves'] as const;
export type WishedPace = (typeof pacesToWish)[number];

/** @param zone in which the moment was said: its day and hour are then everybody's own */
export function paceOf(wished: WishedPace | undefined, at: Date | undefined, zone: string): Pace {
  if (wished === 'waves') return { kind: 'waves' };
  if (!at) return { kind: 'now' };
  if (wished !== 'local') return { kind: 'at' };
  const { day, ms } = localTime(at, zone);
  return { kind: 'local', day, ms };
}
