/** What is unique to a person, a case or a moment is learnt as its kind: no two messages hold the same number. */
const KINDS: readonly [RegExp, string][] = [
  // markup and placeholders say nothing
  [/<[^<>]*>|\{[^{}]*\}|(?<!\S)[@%]\p{L}+%?(?!\S)/gu, ' '],
  [/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu, ' amail '],
  [/(?<![\p{L}\p{N}])sol[- ]?\d{1,6}(?![\p{L}\p{N}])/gu, ' acase '],
  [/(?<![\p{L}\p{N}])c-\d{1,7}(?![\p{L}\p{N}])/gu, ' acampaign '],
  [/(?<![\p{L}\p{N}])\+?\(?\d[\d\s().-]{5,18}\d(?![\p{L}\p{N}])/gu, ' aphone '],
  [/(?<![\p{L}\p{N}])\d{1,2}[:h]\d{2}(?![\p{L}\p{N}])/gu, ' atime '],
  // smaller ones tell ages apart
  [/(?<![\p{L}\p{N}])\d{3,}(?![\p{L}\p{N}])/gu, ' anumber '],
];

/** A plain text with its addresses and numbers as what they are. */
export const withKinds = (plainText: string): string =>
  KINDS.reduce((text, [pattern, kind]) => text.replace(pattern, kind), plainText);
