const firstMs = 80;
const longestMs = 4_000;
/** With the pauses between them about forty seconds: shorter than a send's lease, longer than a server's restart. */
const mostTries = 14;

/** What has to be written though Postgres is away: tried again, ever more slowly, while its rows are still ours. @throws what kept it from being written */
export async function insist<T>(task: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await task();
    } catch (error) {
      if (tries >= mostTries) throw error;
      await new Promise((done) => setTimeout(done, Math.min(longestMs, firstMs * 2 ** (tries - 1))));
    }
  }
}
