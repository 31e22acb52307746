// GSM 03.38: what fits in seven bits. Those of the extension take two places.
const alphabet = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extension = new Set('\f^{}\\[~]|€');
const room = { gsm7: { alone: 160, part: 153 }, ucs2: { alone: 70, part: 67 } } as const;

/** In how many parts a text goes by SMS: each is paid. One `á` (not `é` nor `ñ`) leaves room for 70 characters where there was room for 160. */
export function smsParts(text: string): number {
  const letters = [...text];
  const isPlain = letters.every((letter) => alphabet.has(letter) || extension.has(letter));
  const { alone, part } = room[isPlain ? 'gsm7' : 'ucs2'];
  const widths = letters.map((letter) => (isPlain ? (extension.has(letter) ? 2 : 1) : letter.length));
  if (widths.reduce((sum, width) => sum + width, 0) <= alone) return 1;
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    // no letter is torn in two
    if (used + width > part) [parts, used] = [parts + 1, 0];
    used += width;
  }
  return parts;
}

/** What a text costs by SMS, and what makes it dear. */
export interface SmsPrice {
  encoding: 'GSM-7' | 'UCS-2';
  segments: number;
  /** The letters that leave less room, each once. */
  dear: readonly string[];
  /** Parts without them. */
  otherwise: number;
}

const fits = (letter: string): boolean => alphabet.has(letter) || extension.has(letter);

export function smsPrice(text: string): SmsPrice {
  const dear = [...new Set([...text].filter((letter) => !fits(letter)))];
  return {
    encoding: dear.length > 0 ? 'UCS-2' : 'GSM-7',
    segments: smsParts(text),
    dear,
    otherwise: smsParts(plainForm(text)),
  };
}

const others: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '…': '...',
  '\u00a0': ' ',
  '•': '-',
};

/** The same with letters that leave room: `á` becomes `a`, `“` becomes `"`; what has no plain form is left out. `ñ` and `é` stay. */
export const plainForm = (text: string): string =>
  [...text.normalize('NFC')]
    .map((letter) => {
      if (fits(letter)) return letter;
      const bare = others[letter] ?? letter.normalize('NFD').replace(/\p{M}/gu, '');
      return [...bare].every(fits) ? bare : '';
    })
    .join('');
