/** What the models said of a line that was held back from them. */
export interface Trial {
  /** Logarithms of the shares of belief. */
  logs: Float64Array;
  familiar: number;
  /** Whether the likeliest intent was the right one. */
  right: boolean;
}

const SHARPNESSES = Array.from({ length: 21 }, (_, at) => 1 + at / 10);
/** Bounded: the lines held back are all of known intents, and would have it that nothing strange is ever said. */
const TRUSTS = Array.from({ length: 21 }, (_, at) => at / 4);
const LEAST = 1e-9;
const DIGITS = 1e6;

/** How far the likeliest intent stands out, before trust is put in it. */
interface Peak {
  top: number;
  all: number;
  strange: number;
}

/**
 * From shares to how often such a guess is right. The shares are made sharper together, and one intent more competes
 * with them: that something else is meant, which gains where the text is strange. What is left adds up to less than one.
 */
export class Belief {
  constructor(
    private readonly strangeness: number,
    readonly sharpness = 1,
    readonly trust = 2,
  ) {}

  /** The sharpness and trust with which the guesses about these lines are best foretold. */
  static of(trials: readonly Trial[], strangeness: number): Belief {
    let best = new Belief(strangeness);
    let least = Number.POSITIVE_INFINITY;
    for (const sharpness of SHARPNESSES) {
      const peaks = trials.map(({ logs, familiar }) => new Belief(strangeness, sharpness).peak(logs, familiar));
      for (const trust of TRUSTS) {
        const loss = peaks.reduce((sum, { top, all, strange }, at) => {
          const belief = top / (all + strange * Math.exp(-trust));
          return sum - Math.log(Math.max(LEAST, trials[at]?.right ? belief : 1 - belief));
        }, 0);
        if (loss >= least) continue;
        least = loss;
        best = new Belief(strangeness, sharpness, trust);
      }
    }
    return best;
  }

  /** Rounded: the last bits of an exponential may differ between machines. */
  in(logs: Float64Array, familiar: number): Float64Array {
    const { all, strange } = this.peak(logs, familiar);
    const whole = all + strange * Math.exp(-this.trust);
    return logs.map((log) => Math.round((Math.exp(log * this.sharpness) / whole) * DIGITS) / DIGITS);
  }

  private peak(logs: Float64Array, familiar: number): Peak {
    let top = 0;
    let all = 0;
    for (const log of logs) {
      const share = Math.exp(log * this.sharpness);
      all += share;
      if (share > top) top = share;
    }
    return { top, all, strange: Math.exp(this.strangeness * (1 - familiar)) };
  }
}
