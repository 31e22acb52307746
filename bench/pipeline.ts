import { type Bench, type Figure, figure } from './frame';
import { runOther } from './pipeline/other';
import { type Run, runOurs } from './pipeline/ours';
import { StandIn } from './stand-in/stand-in';
import { secret, surround } from './system/servers';

const usual = { messages: 20_000, workers: [1, 2, 4] };
/** The textbook takes too long for as many; its pace does not depend on how many there are. */
const textbookMost = 3_000;

/**
 * A campaign from its approval to its last receipt, three a message and each in a webhook of its own: the product as it is started, as web and one, two
 * and four workers, beside the bare wire and a textbook, all against the same stand-in, one after the other. Of the plain set-up the figures bear their
 * plain names.
 */
export const bench: Bench = async (place, { messages = usual.messages, workers = usual.workers }) => {
  const standIn = await StandIn.start({ secret, receipts: 3, together: 1 });
  const around = await surround(place, standIn.url);
  try {
    const bare = await runOther('bare', place, around, standIn, messages);
    const textbook = await runOther('textbook', place, around, standIn, Math.min(messages, textbookMost));
    const ours: Record<string, Run> = {};
    for (const count of [0, ...workers]) {
      const suffix = count === 0 ? '' : `_w${count}`;
      ours[suffix] = await runOurs(place, around, standIn, { messages, workers: count, group: `g${count}` });
    }
    const figures = Object.entries(ours).flatMap(([suffix, run]) => figuresOf(suffix, run, { bare, textbook }));
    return { figures, raw: { redis: around.redis.kind, bare, textbook, ours } };
  } finally {
    await standIn.stop();
    await around.redis.stop();
  }
};

function figuresOf(suffix: string, run: Run, { bare, textbook }: { bare: Run; textbook: Run }): Figure[] {
  const { cpuMicros, residentMB, messages, launchMs, seconds, redisMB = 0 } = run as Run & { redisMB?: number };
  const of = (part: string): number => cpuMicros[part] ?? 0;
  const all = of('product') + of('postgres') + of('redis');
  const resident = ['product', 'postgres', 'redis'].reduce((sum, part) => sum + (residentMB[part] ?? 0), 0);
  const figures = [
    figure(`P1${suffix}`, run.perSecond / bare.perSecond, 'of bare', '>= 0.85'),
    figure(`P2${suffix}`, run.perSecond / textbook.perSecond, 'x textbook', '>= 25'),
    figure(`P3${suffix}`, of('product'), 'µs CPU a message, the product', '<= 150'),
    figure(`P3_all${suffix}`, all, 'µs CPU a message, with Postgres and Redis', '<= 220'),
  ];
  // Of a million people, and of nothing less.
  if (messages < 1_000_000) return figures;
  return [
    ...figures,
    figure(`P5_launch${suffix}`, Number(launchMs) / 1_000, 's', '<= 4'),
    figure(`P5_done${suffix}`, seconds, 's', '<= 180'),
    figure(`P5_redis${suffix}`, redisMB, 'MB', '<= 5'),
    figure(`P5_resident${suffix}`, resident, 'MB', '<= 300'),
  ];
}
