/** Signs stand in a text as one character each, by kind, so that rules can ask for what stands beside them. */
const FIRST = { day: 0xe000, time: 0xe300, part: 0xe600, later: 0xe900, about: 0xec00 } as const;
export type Kind = keyof typeof FIRST;
const MOST = 0x300;

export const kindOf = (sign: string): Kind => {
  if (/^[@>]/.test(sign)) return 'day';
  if (sign.startsWith('#')) return 'part';
  if (/^(?:[+-]|now)/.test(sign)) return 'later';
  return sign === '~' ? 'about' : 'time';
};

const range = (kind: Kind): string =>
  `${String.fromCodePoint(FIRST[kind])}-${String.fromCodePoint(FIRST[kind] + MOST - 1)}`;

/** What stands between the brackets of a pattern for such a sign. */
export const MARKS: Readonly<Record<Kind | 'any', string>> = {
  day: range('day'),
  time: range('time'),
  part: range('part'),
  later: range('later'),
  about: range('about'),
  any: '\ue000-\ueeff',
};
const ONE = new RegExp(`[${MARKS.any}]`, 'g');

/** The signs read so far of one text. */
export class Marks {
  private readonly signs: string[] = [];

  get isFull(): boolean {
    return this.signs.length >= MOST;
  }

  /** The character that stands for a sign. */
  of(sign: string): string {
    this.signs.push(sign);
    return String.fromCodePoint(FIRST[kindOf(sign)] + this.signs.length - 1);
  }

  signOf(mark: string): string {
    const kind = Object.values(FIRST).findLast((first) => (mark.codePointAt(0) ?? 0) >= first) ?? 0;
    return this.signs[(mark.codePointAt(0) ?? 0) - kind] ?? '';
  }

  /** The signs that a text holds, in its order. */
  in(text: string): string[] {
    return [...text.matchAll(ONE)].map(([mark]) => this.signOf(mark));
  }
}
