import { randomBytes } from 'node:crypto';

const size = 8_192;
let pool = randomBytes(size);
let used = 0;

/** Random bytes from the system, fetched many at once: one by one they cost more than what they are for. None is handed out twice. */
export function randomOf(length: number): Buffer {
  if (used + length > size) {
    pool = randomBytes(size);
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}
