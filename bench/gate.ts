import type { Bench } from './frame';
import { makePeople } from './people';

/** What the gate costs for a million people at once. */
export const bench: Bench = async (place, { rows = 1_000_000 }) => {
  await makePeople(place, rows);
  return { figures: [], raw: {} };
};
