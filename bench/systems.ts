import { Classifier } from '../src/conversation/understand/classifier/classifier';
import { plainNlp } from '../src/conversation/understand/classifier/nlpjs';
import { PUBLIC_SETS } from '../src/conversation/understand/classifier/settings';
import { plain } from '../src/conversation/understand/normalise';
import type { Line } from './public-sets';
import type { Guess } from './scores';

/** Learns lines, and then says what another one means. */
export type System = (train: readonly Line[]) => Promise<(text: string) => Guess | Promise<Guess>>;

const NOTHING: Guess = { intent: 'None', score: 0 };

/** The product's own class, with settings for sets of this size. */
const ours: System = async (train) => {
  const lines = train.map(({ text, intent }) => ({ text: plain(text), intent, language: 'en' as const }));
  const classifier = await Classifier.train(lines, PUBLIC_SETS);
  return (text) => {
    const [first] = classifier.classify(plain(text), 'en').guesses;
    return first ? { intent: first.intent, score: first.activation } : NOTHING;
  };
};

/** nlp.js as it comes: its defaults, and documents grouped by intent as its own corpus files hold them. */
const plainNlpJs: System = async (train) => {
  const intents = [...new Set(train.map(({ intent }) => intent))];
  const grouped = intents.flatMap((intent) => train.filter((line) => line.intent === intent));
  const ask = await plainNlp(grouped.map(({ text, intent }) => ({ utterance: text, intent })));
  return async (text) => {
    const { intent, score } = await ask(text);
    return intent === 'None' ? NOTHING : { intent, score };
  };
};

export const SYSTEMS: Readonly<Record<'ours' | 'plain', System>> = { ours, plain: plainNlpJs };
