import { Belief, type Trial } from './belief';
import { type Features, featuresOf } from './features';
import { type Lesson, Model } from './model';
import type { Settings } from './settings';
import { type Vector, Vocabulary } from './vocabulary';

export interface Line {
  words: readonly string[];
  intent: string;
}
interface Guesses {
  guesses: { intent: string; activation: number }[];
  familiar: number;
}

/** One line in so many is kept from a first model, to see how often its guesses are right. */
const HELD_BACK = 5;
const LEAST_SHARE = 1e-9;

interface Taken {
  features: Features;
  intent: string;
}

/** The models of one audience, whose shares of belief are averaged. */
export class Ensemble {
  private readonly sum: Float64Array;
  private readonly one: Float64Array;

  constructor(
    readonly intents: readonly string[],
    readonly vocabulary: Vocabulary,
    readonly models: readonly Model[],
    private readonly settings: Settings,
    readonly belief: Belief,
  ) {
    this.sum = new Float64Array(intents.length);
    this.one = new Float64Array(intents.length);
  }

  static learn(written: readonly Line[], settings: Settings): Ensemble {
    const lines = written.map(({ words, intent }) => ({ features: featuresOf(words, settings), intent }));
    const taught = lines.filter((_, at) => at % HELD_BACK !== 0);
    const trial = Ensemble.fit(taught, settings, new Belief(settings.strangeness));
    const trials = lines.filter((_, at) => at % HELD_BACK === 0).map((line) => trial.trial(line));
    return Ensemble.fit(lines, settings, Belief.of(trials, settings.strangeness));
  }

  private static fit(lines: readonly Taken[], settings: Settings, belief: Belief): Ensemble {
    const intents = [...new Set(lines.map(({ intent }) => intent))].sort();
    const numbers = new Map(intents.map((intent, at) => [intent, at]));
    const vocabulary = Vocabulary.of(
      lines.map(({ features }) => features),
      settings,
    );
    const lessons: Lesson[] = lines.map(({ features, intent }) => ({
      vector: vocabulary.vector(features),
      intent: numbers.get(intent) as number,
    }));
    const models = settings.members.map((member) => Model.learn(member, lessons, vocabulary.size, intents.length));
    return new Ensemble(intents, vocabulary, models, settings, belief);
  }

  guess(words: readonly string[]): Guesses {
    const vector = this.vocabulary.vector(featuresOf(words, this.settings));
    const beliefs = this.belief.in(this.logs(vector), vector.familiar);
    const guesses = this.intents.map((intent, at) => ({ intent, activation: beliefs[at] as number }));
    guesses.sort((a, b) => b.activation - a.activation || (a.intent < b.intent ? -1 : 1));
    return { guesses, familiar: vector.familiar };
  }

  private trial({ features, intent }: Taken): Trial {
    const vector = this.vocabulary.vector(features);
    const logs = this.logs(vector);
    return { logs, familiar: vector.familiar, right: this.intents[logs.indexOf(Math.max(...logs))] === intent };
  }

  /** Logarithms of the shares of belief, averaged over the models. */
  private logs(vector: Vector): Float64Array {
    const { sum, one, models } = this;
    sum.fill(0);
    for (const model of models) {
      model.run(vector, one);
      for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] as number) + (one[at] as number);
    }
    return sum.map((shares) => Math.log(Math.max(shares / models.length, LEAST_SHARE)));
  }
}
