// Marks that Slack reads as formatting, and what looks like them and is none. Zero-width characters would not help: it takes those for the end of a word.
const lookalikes: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ', _: 'ˍ' };
const marks = /[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** Those that turn the order of what follows, and those that nobody can see. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/g;

/** What came from outside, as it may stand in a card: it can't format, quote, turn the line around or hide. @param isLine it stands in a line of its own, and begins no other */
export function harmless(value: string, isLine = false): string {
  const seen = value.replace(/\r\n?/g, '\n').replace(unseen, '');
  const plain = seen.replace(marks, (mark) => lookalikes[mark] ?? mark).replace(/^([ \t]*)>/gm, '$1›');
  return isLine ? plain.replace(/\s*\n\s*/g, ' · ').trim() : plain;
}
