import { createWriteStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Graph } from './graph';
import { Ledger } from './ledger';
import type { Ack, Count, StandInOrder, Wish } from './order';
import { Webhooks } from './webhooks';

// Meta on one port of this machine, as fast as Node can be: it takes messages, writes them into its ledger and tells of them.
// The simulator is the faithful one; this one is for a million messages.
const order = JSON.parse(process.env.STAND_IN_ORDER ?? '') as StandInOrder;
const ledger = new Ledger();
const webhooks = new Webhooks(order.secret, order.together);
const graph = new Graph(ledger, webhooks, order.receipts);

const count = (): Count => ({ sends: ledger.size, lastAt: ledger.lastAt, open: webhooks.open });

/** Since the last time somebody asked. */
function ack(): Ack {
  const answers = webhooks.answers.splice(0).sort((a, b) => a - b);
  const at = (share: number): number => answers[Math.min(answers.length - 1, Math.floor(answers.length * share))] ?? 0;
  return { count: answers.length, p50: at(0.5), p99: at(0.99) };
}

/** Receipts at an even pace, whether they are answered or not, of messages that nobody sent. */
async function flood({ number, perSecond, seconds }: Wish & { do: 'flood' }): Promise<void> {
  const began = performance.now();
  for (let told = 0; told < perSecond * seconds; ) {
    for (const due = (performance.now() - began) * (perSecond / 1_000); told < due; told++)
      webhooks.push({ number, wire: { id: `wamid.flood${told}`, status: 'sent', timestamp: '1796131800' } });
    await new Promise((done) => setTimeout(done, 2));
  }
}

async function obey(wish: Wish): Promise<object> {
  if (wish.do === 'aim') webhooks.aim(wish.url);
  if (wish.do === 'faults') graph.breakWith(wish.faults, wish.seed);
  if (wish.do === 'write') await pipeline(Readable.from(ledger.lines()), createWriteStream(wish.file));
  if (wish.do === 'flood') await flood(wish);
  if (wish.do === 'forget') ledger.forget();
  if (wish.do === 'ack') return ack();
  return wish.do === 'count' ? count() : {};
}

process.on('message', async ({ id, wish }: { id: number; wish: Wish }) =>
  process.send?.({ id, answer: await obey(wish) }),
);
process.once('disconnect', () => process.exit(0));
graph.server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(graph.server.address() as AddressInfo).port}` }),
);
