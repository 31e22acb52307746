import { AppError } from '../../errors';

const firstMs = 80;
const longestMs = 4_000;
/** Shorter than a send's lease, longer than a server's restart. */
const mostMs = 40_000;

/**
 * What has to be written though Postgres is away: tried again, ever more slowly. The task must be one that may be done twice: a commit is not always heard.
 * @param forMs after so long no other try is begun @throws what kept it from being written; at once where another try would fare the same
 */
export async function insist<T>(task: () => Promise<T>, forMs = mostMs): Promise<T> {
  const end = performance.now() + forMs;
  for (let pause = firstMs; ; pause = Math.min(longestMs, pause * 2)) {
    try {
      return await task();
    } catch (error) {
      if (isLasting(error) || performance.now() + pause > end) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

/** Refused by us, or by Postgres for what was asked: values, constraints, statements. */
function isLasting(error: unknown): boolean {
  const { parent } = error as { parent?: { code?: string } };
  return error instanceof AppError || /^(22|23|42)/.test(parent?.code ?? '');
}
