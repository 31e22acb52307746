import type { Content, OutboundContent } from '../../src/channel';
import { cut, type Encoding, encode, priceOf } from './gsm';

const mostParts = 10;
/** What a label begins with elsewhere. */
const bold = /^\*([^*]+)\*/;

/** What leaves as the words of an SMS; undefined for what no carrier takes. */
export function wordsIn(content: OutboundContent): string | undefined {
  if (content.kind === 'text') return content.text;
  return content.kind === 'content' ? wordsOf(content) : undefined;
}

/** A neutral message without markup, what is a button elsewhere as a line of its own, whose words can be sent back. */
function wordsOf({ title, text, facts = [], note, buttons = [] }: Content): string {
  const lines = (all: readonly string[]): string => all.map((one) => `- ${one.replace(bold, '$1')}`).join('\n');
  return [title, text, lines(facts), note, lines(buttons.map(({ label }) => label))].filter(Boolean).join('\n\n');
}

export interface Part {
  /** Says to which message it belongs and which piece it is; none where there is but one. */
  udh?: Buffer;
  message: Buffer;
  encoding: Encoding;
}

/** The parts that leave, cut after the tenth. @param reference tells the parts of this message from another's, 0 to 255 */
export function partsOf(words: string, reference: number): Part[] {
  const text = words.toWellFormed();
  const { encoding } = priceOf(text);
  const parts = cut(text, encoding).slice(0, mostParts);
  if (parts.length === 1) return [{ message: encode(parts[0] ?? '', encoding), encoding }];
  return parts.map((part, at) => ({
    udh: Buffer.from([5, 0, 3, reference & 0xff, parts.length, at + 1]),
    message: encode(part, encoding),
    encoding,
  }));
}
