import { GAP, type Kind, PAIR, PIECE, type Settings, WORD } from './settings';

/** What a sentence is made of, each feature once: its number, its kind, and how often it stands there. */
export interface Features {
  numbers: Uint32Array;
  kinds: Uint8Array;
  times: Uint16Array;
}

const START = 0x811c9dc5;
const PRIME = 0x01000193;
const EDGE = 0x5f;

const mix = (hash: number, part: number): number => Math.imul(hash ^ part, PRIME);

/** All bits of the number take part (the last step of MurmurHash 3). */
const spread = (hash: number): number => {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** A code, a year or an amount says that something is named, not what; `12` may be an age. */
const shapeOf = (word: string): string => (word.length > 2 && /\d/.test(word) ? '0' : word);

const hashOf = (word: string): number => {
  let hash = mix(START, WORD);
  for (let at = 0; at < word.length; at += 1) hash = mix(hash, word.charCodeAt(at));
  return hash;
};

/** The feature that stands for a whole word. */
export const wordFeature = (word: string): number => spread(hashOf(shapeOf(word)));

const addPieces = (add: (hash: number, kind: Kind) => void, word: string, [shortest, longest]: Settings['pieces']) => {
  const framed = `_${word}_`;
  for (let from = 0; from < framed.length; from += 1) {
    let hash = mix(START, PIECE);
    for (let size = 1; size <= longest && from + size <= framed.length; size += 1) {
      hash = mix(hash, framed.charCodeAt(from + size - 1));
      if (size >= shortest) add(mix(hash, size), PIECE);
    }
  }
};

/**
 * Takes a sentence apart into numbers of 32 bits: no word is kept, any text is a harmless key,
 * and two of some ten thousand features hardly ever meet. Stop words stay in ("no" is one of them).
 */
export const featuresOf = (written: readonly string[], { pieces }: Settings): Features => {
  const words = written.map(shapeOf);
  const numbers: number[] = [];
  const kinds: number[] = [];
  const times: number[] = [];
  const places = new Map<number, number>();
  const add = (hash: number, kind: Kind): void => {
    const feature = spread(hash);
    const place = places.get(feature);
    if (place !== undefined) {
      times[place] = (times[place] as number) + 1;
      return;
    }
    places.set(feature, numbers.length);
    numbers.push(feature);
    kinds.push(kind);
    times.push(1);
  };
  const hashes = words.map(hashOf);
  const joined = (from: number, to: number, kind: Kind) => mix(mix(hashes[from] ?? EDGE, kind), hashes[to] ?? EDGE);
  words.forEach((word, at) => {
    add(hashes[at] as number, WORD);
    add(joined(at - 1, at, PAIR), PAIR);
    if (at > 1) add(joined(at - 2, at, GAP), GAP);
    addPieces(add, word, pieces);
  });
  if (words.length > 0) add(joined(words.length - 1, words.length, PAIR), PAIR);
  return { numbers: Uint32Array.from(numbers), kinds: Uint8Array.from(kinds), times: Uint16Array.from(times) };
};
