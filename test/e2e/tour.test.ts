import { type System, startSystem } from '../support/system';
import { Outside } from '../tour/outside';
import { rightsSteps } from '../tour/rights';
import { castOf, steps, type Tour } from '../tour/steps';

let system: System;
let tour: Tour;

beforeAll(async () => {
  system = await startSystem();
  tour = await castOf(new Outside(system.worldUrl, () => {}));
}, 300_000);
afterAll(() => system?.close());

describe('the whole story, from outside', () => {
  it.each([...steps, ...rightsSteps])(
    'when it is played, then $name',
    async ({ run }) => {
      expect(await run(tour)).not.toBe('');
    },
    180_000,
  );
});
