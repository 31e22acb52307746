import { type Bench, type BenchOptions, type BenchPlace, type Figure, figure } from './frame';
import { runOther } from './pipeline/other';
import { aCrowd, type OtherRun, type Run, runOurs } from './pipeline/ours';
import { StandIn } from './stand-in/stand-in';
import { type Surroundings, secret, surround } from './system/servers';

const usual = { messages: 20_000, workers: [1, 2, 4] };
/** The textbook takes too long for as many; neither pace depends on how many there are. */
const textbookMost = 3_000;
const bareMost = 200_000;

/**
 * A campaign from its approval to its last receipt, three a message and each in a webhook of its own: the product as it is started, as web and one, two
 * and four workers, and at two paces, beside the bare wire and a textbook, all against the same stand-in, one after the other. Of the plain set-up the
 * figures bear their plain names; with `plain` it is the only one, and paces are left out.
 */
export const bench: Bench = async (place, options) => {
  const standIn = await StandIn.start({ secret, receipts: 3, together: 1 });
  const around = await surround(place, standIn.url);
  try {
    return await measure(place, around, standIn, options);
  } finally {
    await standIn.stop();
    await around.redis.stop();
  }
};

async function measure(
  place: BenchPlace,
  around: Surroundings,
  standIn: StandIn,
  { messages = usual.messages, workers = usual.workers, plain = false }: BenchOptions,
) {
  const bare = await runOther('bare', place, around, standIn, Math.min(messages, bareMost));
  const textbook = await runOther('textbook', place, around, standIn, Math.min(messages, textbookMost));
  const crowd = await aCrowd(place, messages);
  const ours: Record<string, Run> = {};
  for (const count of plain ? [0] : [0, ...workers])
    ours[count === 0 ? '' : `_w${count}`] = await runOurs(crowd, around, standIn, { workers: count });
  const figures = Object.entries(ours).flatMap(([suffix, run]) => figuresOf(suffix, run, { bare, textbook }));
  const raw = { redis: around.redis.kind, bare, textbook, ours };
  if (plain) return { figures, raw };
  const at1000 = await runOurs(crowd, around, standIn, { workers: 0, perSecond: 1_000 });
  const at2000 = await runOurs(crowd, around, standIn, { workers: 0, perSecond: 2_000 });
  figures.push(
    figure('P4', at2000.ack.p99, `ms p99 of webhooks at 2,000/s for ${Math.round(at2000.seconds)} s`, '<= 50'),
    figure('P4_pace', at2000.pace.mean, 'messages/s of 2,000', '>= 1980'),
    figure('P6', (systemMicros(at1000) * at1000.perSecond) / 1e6, 'cores at 1,000/s', '<= 0.35'),
    figure('P7_mean', at1000.pace.mean / 1_000, 'of its limit', '>= 0.99'),
    figure('P7_worst', at1000.pace.worst / 1_000, 'of its limit, the worst second', '<= 1.02'),
  );
  return { figures, raw: { ...raw, at1000, at2000 } };
}

const parts = ['product', 'postgres', 'redis'];
/** Of CPU a message, with its servers. */
const systemMicros = ({ cpuMicros }: Run): number => parts.reduce((sum, part) => sum + (cpuMicros[part] ?? 0), 0);

function figuresOf(suffix: string, run: Run, { bare, textbook }: { bare: OtherRun; textbook: OtherRun }): Figure[] {
  const figures = [
    figure(`P1${suffix}`, run.perSecond / bare.perSecond, 'of bare', '>= 0.85'),
    figure(`P2${suffix}`, run.perSecond / textbook.perSecond, 'x textbook', '>= 25'),
    figure(`P3${suffix}`, run.cpuMicros.product ?? 0, 'µs CPU a message, the product', '<= 150'),
    figure(`P3_all${suffix}`, systemMicros(run), 'µs CPU a message, with Postgres and Redis', '<= 220'),
  ];
  // Of a million people, and of nothing less.
  if (run.messages < 1_000_000) return figures;
  const resident = parts.reduce((sum, part) => sum + (run.residentMB[part] ?? 0), 0);
  return [
    ...figures,
    figure(`P5_launch${suffix}`, run.launchMs / 1_000, 's', '<= 4'),
    figure(`P5_done${suffix}`, run.seconds, 's', '<= 180'),
    figure(`P5_redis${suffix}`, run.redisMB, 'MB', '<= 5'),
    figure(`P5_resident${suffix}`, resident, 'MB', '<= 300'),
  ];
}
