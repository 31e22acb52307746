import fc from 'fast-check';
import { GroupCommit } from '../../src/inbox/group-commit';

/** A store that is as slow as the test wants, and takes no group with a row that it does not like. */
class Store {
  readonly kept: number[] = [];
  readonly groups: number[] = [];
  private ready: (() => void)[] = [];
  readonly commit = async (rows: readonly number[]): Promise<void> => {
    this.groups.push(rows.length);
    await new Promise<void>((done) => this.ready.push(done));
    if (rows.some((row) => row < 0)) throw new Error(`bad ${rows.find((row) => row < 0)}`);
    this.kept.push(...rows);
  };
  async finish(): Promise<void> {
    while (this.ready.length > 0) {
      this.ready.shift()?.();
      await new Promise((done) => setImmediate(done));
    }
  }
}

const isBad = (error: unknown): boolean => (error as Error).message.startsWith('bad');

describe('webhooks that are stored together', () => {
  it('when some come while one is being stored, then they are stored in one go, each said to be so after its own commit', async () => {
    const store = new Store();
    const writer = new GroupCommit<number>(store.commit, isBad);
    const said: number[] = [];
    const all = [[1], [2, 3], [4]].map((rows) => writer.write(rows).then(() => said.push(rows.length)));
    expect(store.groups).toEqual([1]);
    expect(said).toEqual([]);
    await store.finish();
    await Promise.all(all);
    expect(store.groups).toEqual([1, 3]);
    expect(store.kept).toEqual([1, 2, 3, 4]);
  });

  it('when one can’t be stored, then it alone is told so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer({ min: -1, max: 50 }), { minLength: 1 })), async (webhooks) => {
        const store = new Store();
        const writer = new GroupCommit<number>(store.commit, isBad);
        const all = Promise.allSettled(webhooks.map((rows) => writer.write(rows)));
        await store.finish();
        const told = (await all).map(({ status }) => status === 'fulfilled');
        expect(told).toEqual(webhooks.map((rows) => rows.every((row) => row >= 0)));
        expect(store.kept).toEqual(webhooks.filter((_, at) => told[at]).flat());
      }),
    );
  });

  it('when nothing can be stored, then everybody is told at once', async () => {
    let tries = 0;
    const away = async (): Promise<void> => {
      tries += 1;
      throw new Error('the database is away');
    };
    const writer = new GroupCommit<number>(away, isBad);
    const all = await Promise.allSettled([1, 2, 3].map((row) => writer.write([row])));
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tries).toBe(2);
  });

  it('when more come than one statement should hold, then they go in several', async () => {
    const store = new Store();
    const writer = new GroupCommit<number>(store.commit, isBad);
    const all = Array.from({ length: 1_201 }, (_, at) => writer.write([at]));
    await store.finish();
    await Promise.all(all);
    expect(Math.max(...store.groups)).toBeLessThanOrEqual(500);
    expect(store.kept).toEqual(Array.from({ length: 1_201 }, (_, at) => at));
  });
});
