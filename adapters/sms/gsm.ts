// The default alphabet of GSM 03.38, by position: 0x1b leads to the extension, of which each character costs two.
const alphabet = [
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ',
  ' !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
].join('');
const extension: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};
const toExtension = 0x1b;
const positions: ReadonlyMap<string, readonly number[]> = new Map([
  ...[...alphabet].map((letter, at): [string, number[]] => [letter, [at]]).filter(([letter]) => letter !== '\x1b'),
  ...Object.entries(extension).map(([letter, at]): [string, number[]] => [letter, [toExtension, at]]),
]);

export type Encoding = 'gsm7' | 'ucs2';

/** Of a message alone, and of each part of a longer one, which gives six bytes to its header. In characters of its encoding. */
const room: Readonly<Record<Encoding, { alone: number; part: number }>> = {
  gsm7: { alone: 160, part: 153 },
  ucs2: { alone: 70, part: 67 },
};

export interface Price {
  encoding: Encoding;
  /** What the carrier counts and charges. */
  segments: number;
  /** Characters of the encoding: septets, or units of UTF-16. */
  units: number;
  /** The characters that forced the dearer encoding, each once; without them it would be `gsm7`. */
  dear: readonly string[];
  /** Segments without them. */
  otherwise: number;
}

/** What a text costs as SMS: one `á` (not `é` nor `ñ`) makes room for 70 characters where there was room for 160. */
export function priceOf(text: string): Price {
  const letters = [...text];
  const dear = [...new Set(letters.filter((letter) => !positions.has(letter)))];
  const encoding = dear.length > 0 ? 'ucs2' : 'gsm7';
  const plain = letters.map((letter) => (positions.has(letter) ? letter : 'a')).join('');
  return {
    encoding,
    segments: cut(text, encoding).length,
    units: sizeOf(text, encoding),
    dear,
    otherwise: cut(plain, 'gsm7').length,
  };
}

const sizeOf = (text: string, encoding: Encoding): number =>
  encoding === 'ucs2' ? text.length : [...text].reduce((sum, letter) => sum + (positions.get(letter)?.length ?? 1), 0);

/** The parts it is sent in, none torn inside a character. An empty text is one empty part. */
export function cut(text: string, encoding: Encoding): string[] {
  const { alone, part } = room[encoding];
  if (sizeOf(text, encoding) <= alone) return [text];
  const parts: string[] = [];
  let now = '';
  let size = 0;
  for (const letter of text) {
    const wide = sizeOf(letter, encoding);
    if (size + wide > part) {
      parts.push(now);
      [now, size] = ['', 0];
    }
    now += letter;
    size += wide;
  }
  return [...parts, now];
}

/** The bytes of a part: a septet each in an octet of its own, as SMPP carries them, or UTF-16 with the high byte first. */
export function encode(text: string, encoding: Encoding): Buffer {
  if (encoding === 'ucs2') return Buffer.from(text, 'utf16le').swap16();
  return Buffer.from([...text].flatMap((letter) => positions.get(letter) ?? [0x3f]));
}
