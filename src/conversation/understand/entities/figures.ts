import type { Amount } from './found';

const NUMBER = String.raw`\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?`;
const SIGN = String.raw`us\$|u\$s|r\$|clp ?\$?|brl|usd|eur|€|\$`;
const NAME = `pesos(?: chilenos)?|lucas|clp|reais|real|brl|dolares|dolar|dollars?|usd|bucks|euros?|eur|€`;
const BEFORE = new RegExp(String.raw`(?<![a-z0-9])(${SIGN}) ?(${NUMBER})(?![\d%])(?: (mil|k|mm)(?![a-z]))?`, 'g');
const AFTER = new RegExp(`(?<![a-z0-9.,$])(${NUMBER})(?: (mil))? ?(?:de )?(${NAME})(?![a-z0-9])`, 'g');
const PERCENT = /(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?) ?(?:%|por ?ciento|por ?cento|percent|per cent|pct)(?![a-z])/g;

const CURRENCIES: readonly [RegExp, Amount['currency']][] = [
  [/^(?:us|u\$|usd|dol|buck)/, 'USD'],
  [/^(?:r\$|brl|rea)/, 'BRL'],
  [/^(?:clp|pesos|lucas)/, 'CLP'],
  [/^(?:€|eur)/, 'EUR'],
];
const currencyOf = (said: string): Amount['currency'] => CURRENCIES.find(([sign]) => sign.test(said))?.[1] ?? '$';

/** `1.234,50`, `1,234.50` and `61.300`: a last group of three digits is thousands. */
const numberOf = (written: string): number => {
  const [, whole = '', cents = ''] = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(written) ?? [];
  return Number(`${whole.replace(/[.,]/g, '')}.${cents || '0'}`);
};

const times = (word = ''): number => (word === 'mm' ? 1_000_000 : word === 'mil' || word === 'k' ? 1000 : 1);

/** Amounts of money in a folded text. */
export const amountsIn = (folded: string): Amount[] => [
  ...[...folded.matchAll(BEFORE)].map(([, sign = '', number = '', more]) => ({
    value: numberOf(number) * times(more),
    currency: currencyOf(sign),
  })),
  ...[...folded.matchAll(AFTER)].map(([, number = '', more, name = '']) => ({
    // a "luca" is a thousand pesos
    value: numberOf(number) * times(name === 'lucas' ? 'mil' : more),
    currency: currencyOf(name),
  })),
];

/** `15 %` as 15. */
export const percentsIn = (folded: string): number[] =>
  [...folded.matchAll(PERCENT)].map(([, number = '']) => numberOf(number));

/** The text without amounts and percentages: none of them is an hour. */
export const withoutFigures = (folded: string): string =>
  [BEFORE, AFTER, PERCENT].reduce(
    (text, pattern) => text.replace(pattern, (found) => '_'.repeat(found.length)),
    folded,
  );
