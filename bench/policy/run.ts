import { mutations } from './mutations';
import { type Figures, type Look, type Mutation, type Promised, Unproved } from './promised';
import { promises } from './promises';
import type { Eyes, Sight } from './sight';
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

/** Acts out the promises on one system, then does harm on purpose and looks again. */
export async function prove({ only, mutations: named, told = () => {}, tell = () => {} }: RunOptions): Promise<Run> {
  const wanted = promises.filter(({ id }) => only?.includes(id) ?? true);
  const looks = new Map<string, Look>();
  return withWorld(async (world) => {
    tell('The system runs.');
    const outcomes: Outcome[] = [];
    for (const one of wanted) {
      const outcome = await proveOne(one, world, looks);
      outcomes.push(outcome);
      told(outcome);
    }
    const harms = mutations.filter(({ name, promise }) => looks.has(promise) && (named?.includes(name) ?? true));
    return { outcomes: outcomes.sort(byId), mutations: await harmAll(harms, world, looks) };
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

/** First on the system that runs, then on copies of what it left. */
async function harmAll(harms: readonly Mutation[], world: World, looks: Map<string, Look>): Promise<Caught[]> {
  const caught: Caught[] = [];
  for (const one of harms.filter(({ on }) => on === 'system')) caught.push(await harmOne(one, world.eyes, looks));
  const copies = harms.filter(({ on }) => on === 'copy');
  if (copies.length === 0) return caught;
  await world.stopProduct();
  for (const one of copies) caught.push(await world.withCopy((copy) => harmOne(one, copy, looks)));
  return caught;
}

async function harmOne({ name, promise, harm }: Mutation, eyes: Eyes, looks: Map<string, Look>): Promise<Caught> {
  const said = { name, promise };
  let undo: (() => Promise<void>) | undefined;
  try {
    const done = await harm(eyes);
    undo = done.undo;
    await (looks.get(promise) as Look)(done.at ?? (eyes as Sight));
    return { ...said, caught: false, how: 'the look said proved all the same' };
  } catch (error) {
    // An error of another kind is a program that fails, not one that sees.
    return { ...said, caught: error instanceof Unproved, how: reasonOf(error) };
  } finally {
    await undo?.();
  }
}
