import type { ChannelEvent, InboundContent } from '../channel';

/** As cards are printed and typed: in one piece, or in groups with one or two of blank, dash, point or line's end between; never longer, and no phone with its plus. */
const between = String.raw`[\s.\p{Pd}]{1,2}`;
const written = new RegExp(
  String.raw`(?<![\d+])(?:\d{13,19}|\d{4}(?:${between}\d{4}){3}(?:${between}\d{1,3})?|\d{4}${between}\d{6}${between}\d{4,5})(?!\d)`,
  'gu',
);
/** Fields of forms in which a provider's id stands: one in ten of them passes for a card. */
const ids: ReadonlySet<string> = new Set(['account']);
/** What the networks begin with: Visa, Mastercard, American Express, Diners, Discover, Maestro, JCB, UnionPay. */
const begins = /^(?:4|5[0-8]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[0-9]|6)/;

/** The text without whole card numbers: their last four digits are left, by which their holder knows them. `found`: there was one. */
export function withoutCards(text: string): { text: string; found: boolean } {
  let found = false;
  const masked = text.normalize('NFKC').replace(written, (number) => {
    const digits = number.replace(/\D/g, '');
    if (!begins.test(digits) || !isLuhn(digits)) return number;
    found = true;
    return `•••• ${digits.slice(-4)}`;
  });
  return found ? { text: masked, found } : { text, found };
}

function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((all, digit, at) => {
    const twice = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return all + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return sum % 10 === 0;
}

/** What somebody wrote or filled in, without card numbers, before anything of it is stored. */
export function cardless(event: ChannelEvent): ChannelEvent {
  if (event.kind === 'action') {
    const values = Object.entries(event.values ?? {}).map(
      ([key, value]) => [key, ids.has(key) ? { text: value, found: false } : withoutCards(value)] as const,
    );
    if (!values.some(([, { found }]) => found)) return event;
    const { raw: _raw, ...rest } = event;
    return { ...rest, values: Object.fromEntries(values.map(([key, { text }]) => [key, text])), hadCard: true };
  }
  if (event.kind === 'shortcut') {
    const { text, found } = withoutCards(event.said ?? '');
    return found ? { ...event, said: text, hadCard: true } : event;
  }
  if (event.kind !== 'message' && event.kind !== 'echo') return event;
  let found = false;
  const clean = (text: string): string => {
    const one = withoutCards(text);
    found ||= one.found;
    return one.text;
  };
  const content = cleaned(event.content, clean);
  if (!found) return event;
  const { raw: _raw, ...rest } = event;
  return { ...rest, content, hadCard: true };
}

function cleaned(content: InboundContent, clean: (text: string) => string): InboundContent {
  if (content.type === 'text')
    return { ...content, text: clean(content.text), ...(content.title && { title: clean(content.title) }) };
  if (content.type === 'media' && content.caption) return { ...content, caption: clean(content.caption) };
  if (content.type === 'edited' && content.text) return { ...content, text: clean(content.text) };
  return content;
}
