/** What a sentence is taken apart into: pieces of words, words, neighbours, and words with one left out between. */
export type Kind = 0 | 1 | 2 | 3;
export const PIECE = 0;
export const WORD = 1;
export const PAIR = 2;
export const GAP = 3;
export const KINDS = 4;

export type Weights = readonly [piece: number, word: number, pair: number, gap: number];

/** One model of the ensemble: linear where nothing is hidden, else a network with one hidden layer. */
export interface Member {
  hidden: number;
  /** How much each kind of feature counts for it; 0 leaves it out. Models that look at others err in other places. */
  weights: Weights;
  epochs: number;
  rate: number;
  /** Share of a sentence's features left out at each step, so that none is relied upon alone. */
  forget: number;
  /** The same for hidden units. */
  forgetHidden: number;
  /** Belief given to all other intents: without it the model is as sure of nonsense as of its own lines. */
  doubt: number;
  seed: number;
}

export interface Settings {
  /** Length of the pieces of words. */
  pieces: readonly [shortest: number, longest: number];
  /** A piece, pair or gap seen in fewer lines is left out. */
  seenIn: number;
  members: readonly Member[];
  /** How much unfamiliar features take from the belief in every intent. */
  strangeness: number;
}

const LINEAR: Member = {
  hidden: 0,
  weights: [1, 1, 1, 0.7],
  epochs: 15,
  rate: 0.1,
  forget: 0.5,
  forgetHidden: 0,
  doubt: 0.1,
  seed: 1,
};

/** For the product's own intents: some ten thousand short lines, learnt in seconds where they are new. */
export const PRODUCTION: Settings = {
  pieces: [2, 5],
  seenIn: 2,
  // few rounds in long steps: half the time, and as good in cross-validation; short lines can spare less
  members: [{ ...LINEAR, epochs: 8, rate: 0.15, forget: 0.3 }],
  strangeness: 6,
};

const HIDDEN: Member = { ...LINEAR, hidden: 200, weights: [1, 1, 1, 0], forgetHidden: 0.2 };

/** For the public sets: far more intents and lines, and no one who waits for the start. */
export const PUBLIC_SETS: Settings = {
  ...PRODUCTION,
  members: [
    LINEAR,
    HIDDEN,
    { ...HIDDEN, hidden: 100, seed: 3 },
    { ...HIDDEN, weights: [0, 1, 1, 0.7], forget: 0.3, seed: 5 },
  ],
};
