import fc from 'fast-check';
import type { ChannelEvent, InboundContent } from '../../../src/channel';
import { newId } from '../../../src/data/ids';
import { attribute } from '../../../src/domain/delivery/attribution';
import { aPerson, later, start, type World, world } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

const hour = 60;
let batches = 100;

/** A message of a campaign that reached somebody. @returns the campaign's batch */
async function got(
  contact: string,
  id: string,
  { at = start, channel = 'whatsapp', state = 'read' } = {},
): Promise<number> {
  const batch = ++batches;
  await here.in(async (tx) => {
    const keys = await here.keys.of(tx);
    await tx.query(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, provider_find, accepted_at, created_at)
       VALUES ($1, $2, 1, $3, $3, $4, 'marketing', $5, $6, $7, $7)`,
      [tx.tenant, batch, contact, channel, state, keys.findRaw('wamid', id), at],
    );
  });
  return batch;
}

const said = (content: InboundContent, at: Date, more: { replyTo?: string; channel?: string } = {}) => {
  const event = { channel: 'whatsapp', app: 'default', sender: '1055', id: newId(), from: {}, content, at, ...more };
  return { kind: 'message', ...event } as ChannelEvent & { kind: 'message' };
};
const tell = (contact: string, event: ChannelEvent & { kind: 'message' }): Promise<void> =>
  here.in(async (tx) => attribute(tx, await here.keys.of(tx), contact, event));
const noted = (batch: number): Promise<string[]> =>
  here.in(async (tx) => {
    const rows = await tx.query<{ kind: string }>('SELECT kind FROM interaction WHERE batch_id = $1 ORDER BY kind', [
      batch,
    ]);
    return rows.map(({ kind }) => kind);
  });
const text = { type: 'text', text: 'hola' } as const;
const button = { type: 'button', label: 'Ver', action: 'x' } as const;

describe('what a person does with a campaign’s message', () => {
  it('when they press, react or answer, then it is noted once on that message, for whoever got it and nobody else', async () => {
    const [mine, other] = [await aPerson(here), await aPerson(here)];
    const batch = await got(mine, 'wamid.one');
    await got(mine, 'wamid.newer', { at: later(hour) });
    await tell(other, said(button, later(1), { replyTo: 'wamid.one' }));
    await tell(mine, said(button, later(1), { replyTo: 'wamid.two' }));
    expect(await noted(batch)).toEqual([]);
    for (const second of [2, 3]) {
      await tell(mine, said(button, later(second), { replyTo: 'wamid.one' }));
      await tell(mine, said(text, later(2 * hour + second), { replyTo: 'wamid.one' }));
      await tell(mine, said({ type: 'reaction', emoji: '👍', on: 'wamid.one' }, later(second)));
    }
    expect(await noted(batch)).toEqual(['clicked', 'reacted', 'replied']);
  });

  it('when they write to no message in particular, then it answers the newest campaign that reached them there in three days', async () => {
    const mine = await aPerson(here);
    const old = await got(mine, 'a1', { at: later(-80 * hour) });
    const sms = await got(mine, 'a2', { channel: 'sms', at: later(-hour) });
    const first = await got(mine, 'a3', { at: later(-3 * hour) });
    const newest = await got(mine, 'a4', { at: later(-2 * hour) });
    const never = await got(mine, 'a5', { at: later(-1), state: 'failed' });
    await tell(mine, said(text, start));
    const all = await Promise.all([old, sms, first, newest, never].map(noted));
    expect(all).toEqual([[], [], [], ['replied'], []]);
    await tell(mine, said(text, later(75 * hour)));
    expect((await Promise.all([old, sms, first, never].map(noted))).flat()).toEqual([]);
  });

  it('when something is taken back, corrected, or of somebody erased, then nothing is noted', async () => {
    const mine = await aPerson(here);
    const batch = await got(mine, 'b1');
    await tell(mine, said({ type: 'reaction', on: 'b1' }, later(1)));
    await tell(mine, said({ type: 'edited', of: 'x', text: 'y' }, later(1), { replyTo: 'b1' }));
    await tell(mine, said({ type: 'revoked', of: 'x' }, later(1), { replyTo: 'b1' }));
    await here.in((tx) => tx.query('DELETE FROM contact_key WHERE contact_id = $1', [mine]));
    await tell(mine, said(text, later(2), { replyTo: 'b1' }));
    expect(await noted(batch)).toEqual([]);
  });

  it('when the same things come in any order and as often as they like, then the same stands, and the counters are those of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('press', 'react', 'answer'), { maxLength: 12 }), async (acts) => {
        const mine = await aPerson(here);
        const id = newId();
        const batch = await got(mine, id);
        for (const [at, act] of acts.entries()) {
          const when = later(acts.length - at);
          if (act === 'press') await tell(mine, said(button, when, { replyTo: id }));
          if (act === 'react') await tell(mine, said({ type: 'reaction', emoji: '❤️', on: id }, when));
          if (act === 'answer') await tell(mine, said(text, when, { replyTo: id }));
        }
        const names: Record<string, string> = { press: 'clicked', react: 'reacted', answer: 'replied' };
        const expected = [...new Set(acts.map((act) => names[act]))].sort();
        expect(await noted(batch)).toEqual(expected);
        const counted = await here.in((tx) =>
          tx.query('SELECT what, sum(n)::int AS n FROM campaign_hour WHERE batch_id = $1 GROUP BY 1 ORDER BY 1', [
            batch,
          ]),
        );
        expect(counted).toEqual(expected.map((what) => ({ what, n: 1 })));
      }),
      { numRuns: 15 },
    );
  });
});
