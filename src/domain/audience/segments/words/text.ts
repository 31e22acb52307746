import type { Expression } from '../expression';
import { type Lexicon, matched, type Plain } from './lexicon';
import type { Token } from './tokens';

export interface Term {
  value: Expression;
  /** The place behind it. */
  next: number;
}

/** What was said, with the words of its language. Places are those of its tokens; 0 taken means that it does not stand there. */
export class Text {
  constructor(
    readonly lexicon: Lexicon,
    readonly tokens: readonly Token[],
  ) {}

  take(name: Plain, at: number): number {
    return matched(this.lexicon.of(name), this.tokens, at);
  }

  takeOf(list: readonly string[], at: number): number {
    return matched(this.lexicon.compiled(list), this.tokens, at);
  }

  /** Behind words that say nothing. */
  skip(at: number): number {
    let next = at;
    for (let taken = 1; taken > 0; next += taken) taken = this.take('noise', next);
    return next;
  }
}
