import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(16_384);
let used = pool.length;

/** Random bytes from the system, fetched many at once: one by one they cost more than what they are for. Each is handed out once and wiped. */
export function randomOf(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const taken = Buffer.allocUnsafe(length);
  pool.copy(taken, 0, used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return taken;
}
