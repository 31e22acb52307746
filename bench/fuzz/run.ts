import { Twin } from './compare';
import { type Broken, Model } from './model';
import type { RealPlace } from './real';
import { type Step, stepsOf } from './steps';
import { caught } from './watch';

export interface Part {
  world: 'model' | 'postgres';
  steps: number;
  stepsPerSecond: number;
  violations: { at: number; what: string; step?: Step }[];
}
export interface Control {
  /** What was switched off. */
  broken: string;
  /** The step at which it was seen; undefined: never. */
  seenAt: number | undefined;
}
const onPostgresAlone = ['crash', 'rotate'] as const;
const guards: readonly Broken[] = ['list', 'erase', 'merge', 'late', 'claim', 'hold'];
const soon = 20_000;

/** The model by itself: what no step may ever do. */
export function runModel(seed: number, steps: number): Part {
  const began = performance.now();
  const found = caught(new Model(), stepsOf(seed, onPostgresAlone), steps);
  return {
    world: 'model',
    steps: found?.at ?? steps,
    stepsPerSecond: rate(steps, began),
    violations: found ? [found] : [],
  };
}

/** Worlds in which one guard is missing: each must be seen, or what looks sees nothing. */
export const runControls = (seed: number): Control[] =>
  guards.map((broken) => ({ broken, seenAt: caught(new Model(broken), stepsOf(seed, onPostgresAlone), soon)?.at }));

/** The product on Postgres beside the model: two customers with the same people. Stops at the first difference. @param every so many steps everybody is looked at */
export async function runReal(
  places: readonly [RealPlace, RealPlace],
  { seed, steps, every }: { seed: number; steps: number; every: number },
  tell: (done: number) => void = () => {},
): Promise<{ part: Part; control: Control }> {
  const twins = places.map((place) => new Twin(place));
  for (const twin of twins) await twin.prepare();
  const began = performance.now();
  const next = stepsOf(seed);
  const part: Part = { world: 'postgres', steps: 0, stepsPerSecond: 0, violations: [] };
  while (part.steps < steps && part.violations.length === 0) {
    const step = next();
    part.steps += 1;
    const [mine, other] = step.tenant === 0 ? twins : [...twins].reverse();
    const found = (await mine?.step(step, part.steps % every === 0)) ?? [];
    // Whatever one customer does, nothing of the other's changes.
    if (part.steps % 10 === 0) found.push(...((await other?.differences()) ?? []).map((what) => `elsewhere: ${what}`));
    part.violations.push(...found.map((what) => ({ at: part.steps, what, step })));
    if (part.steps % 1_000 === 0) tell(part.steps);
  }
  part.stepsPerSecond = rate(part.steps, began);
  for (const twin of twins) part.violations.push(...(await twin.end()).map((what) => ({ at: part.steps, what })));
  const seen = part.violations.length === 0 && (await twins[0]?.isSabotageSeen());
  return { part, control: { broken: 'postgres: a refusal deleted', seenAt: seen ? part.steps : undefined } };
}

const rate = (steps: number, began: number): number => Math.round(steps / ((performance.now() - began) / 1_000));
