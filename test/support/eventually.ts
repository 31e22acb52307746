/** Waits for a condition, with a bound: the last failure is what the test reports. */
export async function eventually<T>(check: () => T | Promise<T>, { within = 10_000, every = 20 } = {}): Promise<T> {
  const end = performance.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((done) => setTimeout(done, every));
    }
  }
}

/** What there is instead of an answer that does not come. */
export const silence = (ms = 300): Promise<'silence'> => new Promise((done) => setTimeout(done, ms, 'silence'));
