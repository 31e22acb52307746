import { createWriteStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Graph } from './graph';
import { Ledger } from './ledger';
import type { Ack, Count, Pace, StandInOrder, Wish } from './order';
import { Webhooks } from './webhooks';

// Meta on one port of this machine, as fast as Node can be: it takes messages, writes them into its ledger and tells of them.
// The simulator is the faithful one; this one is for a million messages.
const order = JSON.parse(process.env.STAND_IN_ORDER ?? '') as StandInOrder;
const ledger = new Ledger();
const webhooks = new Webhooks(order.secret, order.together);
const graph = new Graph(ledger, webhooks, order.receipts);

const count = (): Count => ({ sends: ledger.size, lastAt: ledger.times.at(-1) ?? 0, open: webhooks.open });

/** Since the last time somebody asked. */
function ack(): Ack {
  const answers = webhooks.answers.splice(0).sort((a, b) => a - b);
  const at = (share: number): number => answers[Math.min(answers.length - 1, Math.floor(answers.length * share))] ?? 0;
  return { count: answers.length, p50: at(0.5), p99: at(0.99) };
}

/** How fast they came: on the whole, and in the worst second. */
function pace(): Pace {
  const { times } = ledger;
  let worst = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] as number) - (times[from] as number) >= 1_000) from++;
    worst = Math.max(worst, to - from + 1);
  }
  const [first = 0] = times;
  return { mean: ((times.length - 1) * 1_000) / ((times.at(-1) ?? 0) - first), worst };
}

/** Receipts at an even pace, whether they are answered or not, of messages that nobody sent. */
async function flood({ number, perSecond, seconds }: Wish & { do: 'flood' }): Promise<void> {
  const began = performance.now();
  const all = Math.round(perSecond * seconds);
  for (let told = 0; told < all; ) {
    const due = Math.min(all, (performance.now() - began) * (perSecond / 1_000));
    for (; told < due; told++) webhooks.push({ number, wire: flooding(told) });
    await new Promise((done) => setTimeout(done, 2));
  }
}

const flooding = (n: number): object => ({
  ...{ id: `wamid.flood${n}`, status: 'read', timestamp: '1796131800', recipient_id: '56912345678' },
  biz_opaque_callback_data: `1.${n}.0123456789012345678901`,
});

async function obey(wish: Wish): Promise<object> {
  if (wish.do === 'aim') webhooks.aim(wish.url);
  if (wish.do === 'faults') graph.breakWith(wish.faults, wish.seed);
  if (wish.do === 'nth') graph.breakNth(wish.nth, wish.mishap);
  if (wish.do === 'write') await pipeline(Readable.from(ledger.lines()), createWriteStream(wish.file));
  if (wish.do === 'flood') await flood(wish);
  if (wish.do === 'forget') ledger.forget();
  if (wish.do === 'ack') return ack();
  if (wish.do === 'pace') return pace();
  return wish.do === 'count' ? count() : {};
}

process.on('message', async ({ id, wish }: { id: number; wish: Wish }) =>
  process.send?.({ id, answer: await obey(wish) }),
);
process.once('disconnect', () => process.exit(0));
graph.server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(graph.server.address() as AddressInfo).port}` }),
);
