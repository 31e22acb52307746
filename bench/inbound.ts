import { type Bench, figure } from './frame';
import { startOther } from './pipeline/other';
import { StandIn } from './stand-in/stand-in';
import { aCustomer, domainOf } from './system/customer';
import { aSetUp, secret, stopAll, surround } from './system/servers';

const usual = { messages: 30_000 };
const perSecond = 3_300;
/** More than anybody takes: how fast it is, is then up to whoever is asked. */
const asFastAsPossible = 1_000_000;
const textbookMost = 3_000;

interface Flooded {
  perSecond: number;
  p50: number;
  p99: number;
}

/**
 * Webhooks as they come in, each with one receipt, signed: how long until it is answered for at 3,300 a second, which is after its commit, and how many are
 * taken in a second at most; beside them the bare wire, which stores nothing, and a textbook. Times are from when it happened, not from when it was our turn.
 */
export const bench: Bench = async (place, { messages = usual.messages }) => {
  const standIn = await StandIn.start({ secret, receipts: 0, together: 1 });
  const around = await surround(place, standIn.url);
  const { providerId } = await aCustomer(place, domainOf(place));
  const flood = async (pace: number, count: number): Promise<Flooded> => {
    await standIn.ack();
    const began = performance.now();
    await standIn.wish({ do: 'flood', number: providerId, perSecond: pace, seconds: count / pace });
    while ((await standIn.count()).open > 0) await new Promise((done) => setTimeout(done, 50));
    const seconds = (performance.now() - began) / 1_000;
    const { p50, p99 } = await standIn.ack();
    return { perSecond: count / seconds, p50, p99 };
  };
  try {
    const products = await aSetUp(around, 1);
    await standIn.wish({ do: 'aim', url: `${products[0]?.url}/webhooks/whatsapp` });
    await flood(perSecond / 4, messages / 20); // warms up
    const steady = await flood(perSecond, messages);
    const ours = await flood(asFastAsPossible, messages);
    await stopAll(products);
    const others: Record<string, Flooded> = {};
    for (const [name, count] of [
      ['bare', messages],
      ['textbook', Math.min(messages, textbookMost)],
    ] as const) {
      const other = await startOther(name, place, around, standIn, count);
      await standIn.wish({ do: 'aim', url: other.url });
      others[name] = await flood(asFastAsPossible, count);
      await other.stop();
    }
    const { bare, textbook } = others as Record<'bare' | 'textbook', Flooded>;
    return {
      figures: [
        figure('P9', steady.p99, `ms p99 of durable answers at ${perSecond}/s`, '<= 20'),
        figure('P9_pace', steady.perSecond, `webhooks/s of ${perSecond}`, '>= 3200'),
        figure('INBOUND_BARE', ours.perSecond / bare.perSecond, 'of bare', '>= 0.3'),
        figure('INBOUND_TEXTBOOK', ours.perSecond / textbook.perSecond, 'x textbook', '>= 3'),
      ],
      raw: { redis: around.redis.kind, messages, steady, ours, bare, textbook },
    };
  } finally {
    await standIn.stop();
    await around.redis.stop();
  }
};
