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

  static of(lines: Iterable<Features>, count: number, { seenIn }: Settings): Vocabulary {
    const counts = new Map<number, number>();
    const words = new Set<number>();
    for (const line of lines) {
      for (const [feature, { kind }] of line) {
        counts.set(feature, (counts.get(feature) ?? 0) + 1);
        if (kind === WORD) words.add(feature);
      }
    }
    const kept = [...counts].filter(([feature, seen]) => seen >= seenIn || words.has(feature));
    kept.sort(([a], [b]) => a - b);
    return new Vocabulary(
      Uint32Array.from(kept, ([feature]) => feature),
      Float32Array.from(kept, ([, seen]) => rarity(count, seen)),
      rarity(count, 0),
    );
  }

  get size(): number {
    return this.features.length;
  }

  has(feature: number): boolean {
    return this.rows.has(feature);
  }

  /** Each kind of feature gets length one by itself: else the many pieces would drown the words. */
  vector(features: Features): Vector {
    const rows: number[] = [];
    const values: number[] = [];
    const kinds: number[] = [];
    const known = new Float64Array(KINDS);
    const all = new Float64Array(KINDS);
    for (const [feature, { kind, times }] of features) {
      const row = this.rows.get(feature);
      const value = repeated(times) * (row === undefined ? this.strange : (this.rarities[row] as number));
      all[kind] = (all[kind] as number) + value * value;
      if (row === undefined) continue;
      known[kind] = (known[kind] as number) + value * value;
      rows.push(row);
      values.push(value);
      kinds.push(kind);
    }
    return {
      rows: Int32Array.from(rows),
      values: Float32Array.from(values, (value, at) => value / Math.sqrt(known[kinds[at] as number] as number)),
      kinds: Uint8Array.from(kinds),
      familiar: familiarity(known, all),
    };
  }
}
