import { Unproved } from './must';
import { mutations } from './mutations';
import type { Figures, Look, Mutation, Promised } from './promised';
import { afterTime, beforeTime } from './promises';
import type { Eyes } from './sight';
import { type World, withWorld } from './world';

/** What became of one promise. */
export interface Outcome {
  id: string;
  proved: boolean;
  /** What fills the sentence that says what was seen. */
  seen: Figures;
  /** What was seen instead, where it is not proved. */
  otherwise?: string;
  ms: number;
}
export interface Caught {
  name: string;
  promise: string;
  caught: boolean;
  /** How it was noticed, or why it was not. */
  how: string;
}
export interface Run {
  /** The product's time at which it was looked. */
  outcomes: Outcome[];
  mutations: Caught[];
}
export interface RunOptions {
  /** Of these alone: ids of promises; all when left out. */
  only?: readonly string[];
  /** Of these alone, by name. */
  mutations?: readonly string[];
  told?(outcome: Outcome): void;
  tell?(line: string): void;
}

/** Acts out the promises on one system, then does harm on purpose and looks again; last comes what moves the clock, after which little is as it was. */
export async function prove({ only, mutations: named, told = () => {}, tell = () => {} }: RunOptions): Promise<Run> {
  const isWanted = ({ id }: Promised): boolean => only?.includes(id) ?? true;
  return withWorld(async (world) => {
    tell('The system runs.');
    const run: Run = { outcomes: [], mutations: [] };
    for (const part of [beforeTime, afterTime]) {
      const looks = new Map<string, Look>();
      for (const one of part.filter(isWanted)) {
        const outcome = await proveOne(one, world, looks);
        run.outcomes.push(outcome);
        told(outcome);
      }
      const harms = mutations.filter(({ name, promise }) => looks.has(promise) && (named?.includes(name) ?? true));
      run.mutations.push(...(await harmAll(harms, world, looks)));
    }
    run.outcomes.sort(byId);
    return run;
  });
}

const byId = (one: Outcome, other: Outcome): number => one.id.localeCompare(other.id);

async function proveOne({ id, act }: Promised, { cast, eyes }: World, looks: Map<string, Look>): Promise<Outcome> {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  try {
    const look = await act(cast);
    const seen = await look(eyes);
    looks.set(id, look);
    return { id, proved: true, seen, ms: ms() };
  } catch (error) {
    return { id, proved: false, seen: {}, otherwise: reasonOf(error), ms: ms() };
  }
}

const reasonOf = (error: unknown): string => {
  const { name, message } = error as Error;
  return (name === 'Unproved' ? message : `${name}: ${message}`).slice(0, 500);
};

/** First on the system that runs, then on copies of its database as it is then. */
async function harmAll(harms: readonly Mutation[], world: World, looks: Map<string, Look>): Promise<Caught[]> {
  const caught: Caught[] = [];
  const onSystem = new Map<string, Promise<string | undefined>>();
  for (const one of harms.filter(({ on }) => on === 'system'))
    caught.push(await harmOne(one, world.eyes, looks, onSystem));
  const copies = harms.filter(({ on }) => on === 'copy');
  if (copies.length === 0) return caught;
  const onCopy = new Map<string, Promise<string | undefined>>();
  await world.withCopies(async (withCopy) => {
    for (const one of copies) caught.push(await withCopy((copy) => harmOne(one, copy, looks, onCopy)));
  });
  return caught;
}

/** Noticed is only what was not so before: without the harm the same look must say proved. @param unharmed what it said then, by promise */
async function harmOne(
  { name, promise, harm }: Mutation,
  eyes: Eyes,
  looks: Map<string, Look>,
  unharmed: Map<string, Promise<string | undefined>>,
): Promise<Caught> {
  const said = { name, promise };
  const look = looks.get(promise) as Look;
  const before = unharmed.get(promise) ?? look(eyes).then(() => undefined, reasonOf);
  unharmed.set(promise, before);
  const already = await before;
  if (already) return { ...said, caught: false, how: `not proved without the harm either: ${already}` };
  let undo: (() => Promise<void>) | undefined;
  try {
    const done = await harm(eyes);
    undo = done.undo;
    await look(done.at ?? eyes);
    return { ...said, caught: false, how: 'the look said proved all the same' };
  } catch (error) {
    // An error of another kind is a program that fails, not one that sees.
    return { ...said, caught: error instanceof Unproved, how: reasonOf(error) };
  } finally {
    await undo?.();
  }
}
