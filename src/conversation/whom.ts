import type { Language } from '../intent';

/** Where people begin to be described in an order: "a los que…", "to those who…", "para quem…". */
const begins: Readonly<Record<Language, RegExp>> = {
  es: /(?<![\p{L}\p{N}])(?:a|para|pa) (?=(?:l[oa]s|quienes|tod[oa]s|la gente|mis|nuestr[oa]s|mujeres|hombres|clientes|personas)(?![\p{L}\p{N}]))/iu,
  en: /(?<![\p{L}\p{N}])(?:to|for) (?=(?:the|those|people|everyone|everybody|all|our|customers|women|men)(?![\p{L}\p{N}]))/iu,
  pt: /(?<![\p{L}\p{N}])(?:para|pra|aos|às|as) (?=(?:os|as|quem|tod[oa]s|que|clientes|mulheres|homens|pessoas|nossos)(?![\p{L}\p{N}]))/iu,
};
const mostOfWhen = 14;

/**
 * The part of an order that says to whom, without when and how at its end. @param isWhen whether words say all that the order names of that
 * @returns undefined where nobody is described
 */
export function whomIn(text: string, language: Language, isWhen: (words: string) => boolean): string | undefined {
  const start = begins[language].exec(text);
  if (!start) return undefined;
  const words = text.slice(start.index + start[0].length).split(/\s+/);
  for (let tail = 1; tail <= Math.min(mostOfWhen, words.length - 1); tail += 1)
    if (isWhen(words.slice(-tail).join(' '))) return words.slice(0, -tail).join(' ');
  return words.join(' ');
}
