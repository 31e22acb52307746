import { toShares } from './exponential';
import { Layer, type Sparse } from './layer';
import { randomFrom, shuffle } from './random';
import type { Kind, Member, Weights } from './settings';
import type { Vector } from './vocabulary';

export interface Lesson {
  vector: Vector;
  /** Number of the intent. */
  intent: number;
}

/** The last steps are this much smaller than the first. */
const SLOWING = 0.95;
const SPREAD_FIRST = 0.3;

/** About normal, around 0. */
const drawn = (length: number, spread: number, random: () => number): Float32Array => {
  const out = new Float32Array(length);
  for (let at = 0; at < length; at += 1) out[at] = (random() + random() + random() - 1.5) * 2 * spread;
  return out;
};

/** What a member sees of a sentence, of length one; at each step of learning some of it is left out. */
const see = ({ rows, values, kinds }: Vector, weights: Weights, into: Sparse, kept: number, random?: () => number) => {
  const whole = Math.sqrt(weights.reduce((sum, weight, kind) => sum + (kinds.includes(kind) ? weight * weight : 0), 0));
  into.count = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const weight = weights[kinds[at] as Kind];
    if (weight === 0 || (random && random() >= kept)) continue;
    into.rows[into.count] = rows[at] as number;
    into.values[into.count] = ((values[at] as number) * weight) / whole / kept;
    into.count += 1;
  }
};

const roomFor = (count: number): Sparse => ({ rows: new Int32Array(count), values: new Float32Array(count), count: 0 });

/**
 * Shares of belief over all intents, from features: linear, or with one hidden layer of units that are active or not.
 * Learns line by line; at each step some features are left out at random.
 */
export class Model {
  private readonly hidden: Sparse;
  private readonly sums: Float64Array;

  constructor(
    private readonly member: Member,
    readonly layers: readonly Layer[],
  ) {
    const units = member.hidden;
    this.sums = new Float64Array(units);
    this.hidden = roomFor(units);
  }

  static learn(member: Member, lessons: readonly Lesson[], features: number, intents: number): Model {
    const { hidden } = member;
    const random = randomFrom(member.seed);
    const model = new Model(
      member,
      hidden === 0
        ? [new Layer(intents, new Float32Array(features * intents))]
        : [
            new Layer(hidden, drawn(features * hidden, SPREAD_FIRST, random)),
            new Layer(intents, drawn(hidden * intents, Math.sqrt(0.5 / hidden), random)),
          ],
    );
    model.learn(lessons, intents, random);
    return model;
  }

  /** Writes the shares of all intents. */
  run(vector: Vector, out: Float64Array): void {
    const input = roomFor(vector.rows.length);
    see(vector, this.member.weights, input, 1);
    this.forward(input, out);
  }

  private forward(input: Sparse, out: Float64Array, forget?: () => number): void {
    const [first, second] = this.layers as [Layer, Layer?];
    if (second) {
      first.run(input, this.sums);
      this.activate(forget);
      second.run(this.hidden, out);
    } else first.run(input, out);
    toShares(out);
  }

  private activate(forget?: () => number): void {
    const { hidden, sums } = this;
    const kept = forget ? 1 - this.member.forgetHidden : 1;
    hidden.count = 0;
    for (let unit = 0; unit < sums.length; unit += 1) {
      const sum = sums[unit] as number;
      if (sum <= 0 || (forget && forget() >= kept)) continue;
      hidden.rows[hidden.count] = unit;
      hidden.values[hidden.count] = sum / kept;
      hidden.count += 1;
    }
  }

  private learn(lessons: readonly Lesson[], intents: number, random: () => number): void {
    const { epochs, rate, weights, forget, doubt } = this.member;
    const longest = lessons.reduce((most, { vector }) => Math.max(most, vector.rows.length), 0);
    const input = roomFor(longest);
    const error = new Float64Array(intents);
    const learnt = this.layers.map(({ rows }) => new Float32Array(rows));
    const order = Int32Array.from(lessons, (_, at) => at);
    const steps = epochs * lessons.length;
    for (let step = 0; step < steps; step += 1) {
      const at = step % lessons.length;
      if (at === 0) shuffle(order, random);
      const { vector, intent } = lessons[order[at] as number] as Lesson;
      see(vector, weights, input, 1 - forget, random);
      this.forward(input, error, random);
      const others = doubt / (intents - 1 || 1);
      for (let to = 0; to < intents; to += 1) error[to] = (error[to] as number) - (to === intent ? 1 - doubt : others);
      this.descend(input, error, rate * (1 - (SLOWING * step) / steps), learnt);
    }
  }

  private descend(input: Sparse, error: Float64Array, rate: number, learnt: readonly Float32Array[]): void {
    const [first, second] = this.layers as [Layer, Layer?];
    const [ofFirst, ofSecond] = learnt as [Float32Array, Float32Array];
    const { sums, hidden } = this;
    if (!second) {
      first.learn(input, error, rate, ofFirst);
      return;
    }
    sums.fill(0);
    second.blame(hidden, error, sums);
    second.learn(hidden, error, rate, ofSecond);
    first.learn(input, sums, rate, ofFirst);
  }
}
