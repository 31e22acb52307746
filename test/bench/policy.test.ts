import { mutations } from '../../bench/policy/mutations';
import { promises } from '../../bench/policy/promises';
import { prove } from '../../bench/policy/run';
import { promiseIds } from '../../src/pages/trust/clauses';

/** A few that stand on every floor: the map, the state of messages, consent, walls, doors, the audit. */
const few = ['A02', 'A12', 'A21', 'A34', 'A36', 'A37'];
const harms = ['column-outside', 'audit-altered', 'no-permission', 'wall-down'];

describe('npm run policy:prove', () => {
  it('when its list is read, then it is A01 to A50, each once, and at least ten harms are tried', () => {
    expect(promises.map(({ id }) => id).sort()).toEqual(promiseIds);
    expect(promiseIds).toEqual(Array.from({ length: 50 }, (_, at) => `A${String(at + 1).padStart(2, '0')}`));
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
    expect(mutations.length).toBeGreaterThanOrEqual(10);
    for (const { promise } of mutations) expect(promiseIds).toContain(promise);
  });

  it('when some promises are acted out, then they are proved; when harm is done on purpose, then the same look notices it', async () => {
    const { outcomes, mutations: caught } = await prove({ only: few, mutations: harms });
    expect(outcomes.map(({ id, proved, otherwise }) => [id, proved, otherwise])).toEqual(
      few.map((id) => [id, true, undefined]),
    );
    expect(caught.map(({ name, caught: noticed, how }) => [name, noticed, how])).toEqual(
      caught.map(({ name }) => [name, true, expect.any(String)]),
    );
    expect(caught.map(({ name }) => name).sort()).toEqual([...harms].sort());
  }, 600_000);
});
