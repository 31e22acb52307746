import type { Features } from './features';
import { KINDS, type Settings, WORD } from './settings';

/** A sentence as the models see it: the rows of its features, how much each counts among its kind, and the kind. */
export interface Vector {
  rows: Int32Array;
  values: Float32Array;
  kinds: Uint8Array;
  /** How much of it was seen in training, by how much it says: 0 nothing, 1 everything. */
  familiar: number;
}

/** Rounded, since the last bits of a logarithm may differ between machines. */
const rarity = (lines: number, seenIn: number): number =>
  Math.round((1 + Math.log((1 + lines) / (1 + seenIn))) * 1024) / 1024;
const repeated = (times: number): number => (times === 1 ? 1 : rarity(times, 0));

/** Pieces, words and pairs say the same much: a strange word is made of known pieces, a strange sentence of known words. */
const familiarity = (known: Float64Array, all: Float64Array): number => {
  const present = [...all.keys()].filter((kind) => (all[kind] as number) > 0);
  const shares = present.map((kind) => (known[kind] as number) / (all[kind] as number));
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
};

/** The features of all lines, with how rare each is. */
export class Vocabulary {
  /** `features[row]` and `rarities[row]`, in order of the features. */
  constructor(
    readonly features: Uint32Array,
    readonly rarities: Float32Array,
    readonly strange: number,
  ) {
    for (const [row, feature] of features.entries()) this.rows.set(feature, row);
  }

  private readonly rows = new Map<number, number>();

  static of(lines: readonly Features[], { seenIn }: Settings): Vocabulary {
    const counts = new Map<number, number>();
    const words = new Set<number>();
    for (const { numbers, kinds } of lines) {
      for (let at = 0; at < numbers.length; at += 1) {
        const feature = numbers[at] as number;
        counts.set(feature, (counts.get(feature) ?? 0) + 1);
        if (kinds[at] === WORD) words.add(feature);
      }
    }
    const kept = [...counts].filter(([feature, seen]) => seen >= seenIn || words.has(feature));
    kept.sort(([a], [b]) => a - b);
    return new Vocabulary(
      Uint32Array.from(kept, ([feature]) => feature),
      Float32Array.from(kept, ([, seen]) => rarity(lines.length, seen)),
      rarity(lines.length, 0),
    );
  }

  get size(): number {
    return this.features.length;
  }

  has(feature: number): boolean {
    return this.rows.has(feature);
  }

  /** Each kind of feature gets length one by itself: else the many pieces would drown the words. */
  vector({ numbers, kinds, times }: Features): Vector {
    const rows = new Int32Array(numbers.length);
    const values = new Float32Array(numbers.length);
    const rowKinds = new Uint8Array(numbers.length);
    const known = new Float64Array(KINDS);
    const all = new Float64Array(KINDS);
    let count = 0;
    for (let at = 0; at < numbers.length; at += 1) {
      const row = this.rows.get(numbers[at] as number);
      const kind = kinds[at] as number;
      const value = repeated(times[at] as number) * (row === undefined ? this.strange : (this.rarities[row] as number));
      all[kind] = (all[kind] as number) + value * value;
      if (row === undefined) continue;
      known[kind] = (known[kind] as number) + value * value;
      rows[count] = row;
      values[count] = value;
      rowKinds[count] = kind;
      count += 1;
    }
    for (let at = 0; at < count; at += 1)
      values[at] = (values[at] as number) / Math.sqrt(known[rowKinds[at] as number] as number);
    return {
      rows: rows.slice(0, count),
      values: values.slice(0, count),
      kinds: rowKinds.slice(0, count),
      familiar: familiarity(known, all),
    };
  }
}
