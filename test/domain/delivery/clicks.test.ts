import { noteClick } from '../../../src/domain/delivery/clicks.table';
import { aPerson, later, start, type World, world } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

it('when a button of a campaign’s message is pressed, then it is noted once, for whoever got that message and nobody else', async () => {
  const [mine, other] = [await aPerson(here), await aPerson(here)];
  const clicks = () => here.in((tx) => tx.query<{ seq: string; at: Date }>('SELECT seq::text, at FROM click'));
  await here.in(async (tx) => {
    const keys = await here.keys.of(tx);
    await tx.query(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, provider_find, created_at)
       VALUES ($1, 7, 1, $2, $2, 'whatsapp', 'marketing', 'read', $3, $4)`,
      [tx.tenant, mine, keys.findRaw('wamid', 'wamid.one'), start],
    );
    await noteClick(tx, keys, other, 'wamid.one', later(1));
    await noteClick(tx, keys, mine, 'wamid.two', later(1));
  });
  expect(await clicks()).toEqual([]);
  for (const second of [2, 3])
    await here.in(async (tx) => noteClick(tx, await here.keys.of(tx), mine, 'wamid.one', later(second)));
  expect(await clicks()).toEqual([{ seq: '1', at: later(2) }]);
});
