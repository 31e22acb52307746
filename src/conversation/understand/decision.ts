import type { Classified } from './classifier/classifier';
import type { Guard } from './types';

/** What one message, or one clause of it, comes down to. */
export interface Decision {
  intent: string;
  strength: 'strong' | 'weak';
  candidates: readonly string[];
  /** Likely, not sure: asked with a yes or no. */
  confirm?: true;
  guarded?: Guard;
  /** An act, said with its verb: an order, not an answer to what was asked. */
  withVerb?: true;
  because: string[];
}

export const activationOf = (classified: Classified, intent: string): number =>
  classified.guesses.find((guess) => guess.intent === intent)?.activation ?? 0;

/** One word that was never seen resembles something only by its letters. */
export const isGuesswork = ({ words, unknown }: Classified): boolean => words < 2 && unknown === 1;

/** Ordinary talk has far more examples than any wish, and would win where little is known: it counts for less. */
export const lessTalk = (classified: Classified, weight: number): Classified => {
  const sum = classified.guesses.reduce((all, { activation }) => all + activation, 0);
  const weighed = classified.guesses.map(({ intent, activation }) => ({
    intent,
    activation: intent === 'none' ? activation * weight : activation,
  }));
  const scale = sum / (weighed.reduce((all, { activation }) => all + activation, 0) || 1);
  const guesses = weighed.map(({ intent, activation }) => ({ intent, activation: activation * scale }));
  return { ...classified, guesses: guesses.sort((a, b) => b.activation - a.activation) };
};
