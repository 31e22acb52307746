import { andina, type House, OPENING_MS, openHouse } from '../conversation/house';
import { Outside } from '../simulator/outside';
import { itInABrowser, problemsAt } from '../support/axe';

const password = 'a-long-password-of-ours';
let house: House;
beforeAll(async () => {
  house = await openHouse({ settings: { ROLE: 'web', OPERATIONS_PASSWORD: password } });
}, OPENING_MS);
afterAll(() => house?.close());

const LOOKING_MS = 120_000;

describe.each(['es', 'en', 'pt'])('pages that anybody may open, in %s', (language) => {
  itInABrowser(
    'when axe looks at them, then it finds nothing',
    async () => {
      const paths = ['/privacy', `/privacy/${andina}`, '/cookies', '/trust', '/verify', '/letter/x', '/unsubscribe/x'];
      expect(await problemsAt(paths.map((path) => `${house.url}${path}?lang=${language}`))).toEqual([]);
    },
    LOOKING_MS,
  );

  itInABrowser(
    'when axe looks at how the system stands, then it finds nothing',
    async () => {
      const headers = { authorization: `Bearer ${password}` };
      expect(await problemsAt([`${house.url}/operations?lang=${language}`], { headers })).toEqual([]);
    },
    LOOKING_MS,
  );
});

describe('the page of the simulator', () => {
  let outside: Outside;
  beforeAll(async () => {
    outside = await Outside.start();
  });
  afterAll(() => outside?.stop());

  itInABrowser(
    'when axe looks at it, on a desk and on a phone, then it finds nothing serious',
    async () => {
      const serious = (found: string[]) => found.filter((line) => /, (serious|critical):/.test(line));
      const ready = 'textarea:visible';
      expect(serious(await problemsAt([outside.running.url], { wide: true, ready }))).toEqual([]);
      expect(serious(await problemsAt([outside.running.url], { ready }))).toEqual([]);
    },
    LOOKING_MS,
  );
});
