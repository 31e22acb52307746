import type { Pdu } from 'smpp';

const part = 67;

/** The words of a submit_sm, and which piece of a longer message it is. Bytes that are no words are shown as such. */
export function heard(pdu: Pdu): { text: string; piece?: { of: number; count: number; at: number } } {
  const short = (pdu.short_message ?? {}) as { message?: unknown; udh?: Buffer[] };
  const long = (pdu.message_payload ?? {}) as { message?: unknown };
  const said = long.message || short.message;
  const text =
    typeof said === 'string' ? said : Buffer.isBuffer(said) && said.length > 0 ? `(${said.length} bytes)` : '';
  const header = short.udh?.find((element) => element[0] === 0 && element[1] === 3);
  if (!header) return { text };
  return { text, piece: { of: header[2] ?? 0, count: header[3] ?? 1, at: header[4] ?? 1 } };
}

/** What a telephone sends: one message, or pieces with a header each. */
export function spoken(text: string, reference: number): Record<string, unknown>[] {
  if (text.length <= 70) return [{ short_message: text }];
  const letters = [...text];
  const pieces: string[] = [''];
  for (const letter of letters) {
    const last = pieces.at(-1) ?? '';
    if (last.length + letter.length > part) pieces.push(letter);
    else pieces[pieces.length - 1] = last + letter;
  }
  return pieces.map((piece, at) => ({
    data_coding: 8,
    short_message: {
      udh: Buffer.from([5, 0, 3, reference & 0xff, pieces.length, at + 1]),
      message: Buffer.from(piece, 'utf16le').swap16(),
    },
  }));
}
