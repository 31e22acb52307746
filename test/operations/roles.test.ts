import { andina, type House, OPENING_MS, openHouse } from '../conversation/house';
import { someone } from '../conversation/people';
import { eventually } from '../support/eventually';

const OPERATIONS_PASSWORD = 'a-long-password-of-ours';
const headers = { authorization: `Bearer ${OPERATIONS_PASSWORD}` };
const statusOf = async (house: House, path: string, more = {}) => (await fetch(`${house.url}${path}`, more)).status;
const metric = async (house: House, line: RegExp) =>
  line.exec(await (await fetch(`${house.url}/metrics`, { headers })).text())?.[1];

let house: House;
afterEach(() => house?.close());

it(
  'when a process only takes webhooks, then what comes is stored and waits, and it says that nobody works',
  async () => {
    house = await openHouse({ settings: { ROLE: 'web', OPERATIONS_PASSWORD } });
    expect(await statusOf(house, '/privacy')).toBe(200);
    const event = { channel: 'whatsapp', app: 'default', sender: '106540352242922', id: 'one', at: house.clock.now() };
    await house.edge.receive([
      { ...event, kind: 'message', from: { phone: '+56930000001' }, content: { type: 'text', text: 'BAJA' } },
    ]);
    await eventually(async () =>
      expect(await metric(house, /connectus_lanes\{kind="turn",state="due"\} (\d+)/)).toBe('1'),
    );
    expect(await metric(house, /^connectus_workers (\d+)/m)).toBe('0');
    const page = await (await fetch(`${house.url}/operations?lang=es`, { headers })).text();
    expect(page).toContain('No hay ningún proceso trabajando');
    const stands = await house.inside(andina, (tx) => tx.query('SELECT 1 AS one FROM inbox WHERE handled_at IS NULL'));
    expect(stands).toHaveLength(1);
  },
  OPENING_MS,
);

it(
  'when a process only works, then it serves nobody but whoever watches, and does what was stored',
  async () => {
    house = await openHouse({ settings: { ROLE: 'worker', OPERATIONS_PASSWORD } });
    for (const path of ['/privacy', '/webhooks/whatsapp', '/slack/events', '/trust', '/verify'])
      expect([path, await statusOf(house, path)]).toEqual([path, 404]);
    for (const [path, more] of [
      ['/healthz', {}],
      ['/readyz', {}],
      ['/metrics', { headers }],
    ] as const)
      expect([path, await statusOf(house, path, more)]).toEqual([path, 200]);
    const ana = someone(house);
    expect((await ana.says('BAJA')).length).toBeGreaterThan(0);
    expect(await ana.promotions()).toBe('stop');
  },
  OPENING_MS,
);

it(
  'when no password is set, then there is nothing to watch',
  async () => {
    house = await openHouse({ settings: { ROLE: 'web' } });
    for (const path of ['/metrics', '/operations']) expect([path, await statusOf(house, path)]).toEqual([path, 404]);
  },
  OPENING_MS,
);
