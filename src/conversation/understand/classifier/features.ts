/** What one sentence looks like to the network: names of features with their weights, of length one. */
export type Features = Record<string, number>;

const WORD = 1;
const STEM = 1;
const PAIR = 0.7;
const LETTERS = 0.35;
const MIN_GRAM = 3;
const MAX_GRAM = 4;

export type Stem = (words: string[]) => string[];

const addLetters = (features: Features, word: string): void => {
  const framed = `_${word}_`;
  for (let size = MIN_GRAM; size <= MAX_GRAM; size += 1) {
    for (let at = 0; at + size <= framed.length; at += 1) features[`c:${framed.slice(at, at + size)}`] = LETTERS;
  }
};

/**
 * Words, stems, neighbouring pairs and pieces of letters, scaled to length one: without that, long sentences
 * outweigh short ones and the network stops learning. Stop words stay in ("no" is one of them).
 */
export const featuresOf = (words: readonly string[], stem: Stem): Features => {
  const features: Features = {};
  const stems = stem([...words]);
  words.forEach((word, at) => {
    features[`w:${word}`] = WORD;
    if (stems[at] !== undefined) features[`s:${stems[at]}`] = STEM;
    features[`p:${at === 0 ? '^' : stems[at - 1]} ${stems[at]}`] = PAIR;
    if (word.length > 2) addLetters(features, word);
  });
  if (words.length > 0) features[`p:${stems[stems.length - 1]} $`] = PAIR;
  const length = Math.sqrt(Object.values(features).reduce((sum, weight) => sum + weight * weight, 0)) || 1;
  for (const name of Object.keys(features)) features[name] = (features[name] ?? 0) / length;
  return features;
};
