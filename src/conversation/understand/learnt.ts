import type { Language } from '../../intent';
import { type IntentWords, linesByLanguage, taughtBy, trainingLines } from './catalogue';
import { Classifier } from './classifier/classifier';
import { Kept, type Packing } from './kept';
import { Keywords } from './keywords';
import { countPieces, LanguageIdentifier } from './language';
import type { Room } from './room';
import { countWords, Speller, type WordCounts } from './speller';
import { AUDIENCES, type Audience, LANGUAGES } from './types';

/** What the phrases teach: which language a text is in, and the words of each audience. */
export interface Learnt {
  identifier: LanguageIdentifier;
  rooms: Readonly<Record<Audience, Room>>;
}

/** @param keepIn a folder in which it is kept for later starts, and read from where it was */
export const learnt = async (intents: readonly IntentWords[], keepIn?: string): Promise<Learnt> => {
  const kept = new Kept(keepIn, taughtBy(intents));
  const { pieces, words } = await kept.of('words', () => countAll(intents), asJson);
  const rooms = {} as Record<Audience, Room>;
  for (const audience of AUDIENCES) {
    rooms[audience] = {
      speller: new Speller(mapsOf(words[audience])),
      classifier: await kept.of(audience, () => Classifier.train(trainingLines(intents, audience)), asBytes),
      keywords: new Keywords(intents, audience),
    };
  }
  return { identifier: new LanguageIdentifier(new Map(pieces)), rooms };
};

/** How often what was seen, as it is kept. */
interface Counted {
  pieces: (readonly [piece: string, times: readonly number[]])[];
  words: Readonly<Record<Audience, Readonly<Record<Language, (readonly [word: string, times: number])[]>>>>;
}
const countAll = (intents: readonly IntentWords[]): Counted => ({
  pieces: [...countPieces(linesByLanguage(intents))],
  words: each(AUDIENCES, (audience) => {
    const counts = countWords(intents, audience);
    return each(LANGUAGES, (language) => [...counts[language]]);
  }),
});
const mapsOf = (words: Counted['words'][Audience]): WordCounts =>
  each(LANGUAGES, (language) => new Map(words[language]));
const each = <K extends string, V>(keys: readonly K[], of: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>;

const asJson: Packing<Counted> = {
  pack: (counted) => Buffer.from(JSON.stringify(counted)),
  unpack: (bytes) => JSON.parse(bytes.toString()) as Counted,
};
const asBytes: Packing<Classifier> = {
  pack: (classifier) => classifier.pack(),
  unpack: (bytes) => Classifier.unpack(bytes),
};
