import { type Bench, figure, withPlace } from './frame';
import { aCrowd, type Run, runOurs } from './pipeline/ours';
import { StandIn } from './stand-in/stand-in';
import { dropRowSecurity, makePlain } from './system/plain';
import { secret, surround } from './system/servers';

const usual = { messages: 10_000 };
const pairs = 3;

/** The same campaign with row-level security, sealing and audit, and without them, in turn. Two databases, for what is sealed in one can't be read by the other. */
export const bench: Bench = async (place, { messages = usual.messages }) => {
  const standIn = await StandIn.start({ secret, receipts: 3, together: 1 });
  const around = await surround(place, standIn.url);
  try {
    const guarded = await aCrowd(place, messages);
    return await withPlace(async (open) => {
      const undo = makePlain();
      await dropRowSecurity(open.owner);
      const plain = await aCrowd(open, messages).finally(undo);
      const besideIt = await surround(open, standIn.url);
      const runs: Record<'on' | 'off', Run[]> = { on: [], off: [] };
      for (let pair = 0; pair < pairs; pair++) {
        runs.on.push(await runOurs(guarded, around, standIn, { workers: 0 }));
        const again = makePlain();
        runs.off.push(await runOurs(plain, besideIt, standIn, { workers: 0, plain: true }).finally(again));
      }
      await besideIt.redis.stop();
      const middle = (of: Run[], value: (run: Run) => number): number =>
        of.map(value).sort((a, b) => a - b)[Math.floor(pairs / 2)] as number;
      const micros = ({ cpuMicros }: Run): number => (cpuMicros.product ?? 0) + (cpuMicros.postgres ?? 0);
      const pace = middle(runs.on, (run) => run.perSecond) / middle(runs.off, (run) => run.perSecond);
      return {
        figures: [
          figure('P10', pace, 'of the same without', '>= 0.9'),
          figure('P10_cpu', middle(runs.off, micros) / middle(runs.on, micros), 'of the CPU a message', '>= 0.9'),
        ],
        raw: { redis: around.redis.kind, messages, ...runs },
      };
    }, true);
  } finally {
    await standIn.stop();
    await around.redis.stop();
  }
};
