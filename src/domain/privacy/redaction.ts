import { canonicalPhone, phonesIn } from '../../phone';

/** What stands where somebody else was named. */
export interface Redacted {
  text: string;
  /** How many places of others are hidden. */
  count: number;
}
export interface Known {
  /** Phones, mails and ids that are the person's own, or the company's: they stay. Lower case, phones in their one form. */
  own: ReadonlySet<string>;
  /** Who of the company is named in what was written, and what stands instead: their role. */
  staff: ReadonlyMap<string, string>;
  country: string;
  /** What stands where something of another is hidden. */
  mark: string;
}

const mails = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;
/** RUT and RUN with their dash, CPF with its points: what reads as a price or an order number stays. */
const documents =
  /(?<![\p{L}\p{N}])(?:\d{1,2}\.?\d{3}\.?\d{3}\s?-\s?[\dk]|\d{3}\.\d{3}\.\d{3}-\d{2})(?![\p{L}\p{N}])/giu;
/** A number with its country code is one, also where no numbering plan lists its range yet. */
const international = /\+\d(?:[\s().-]*\d){7,14}/g;
/** As many digits as a number has, with what people write between them: without, there is none, and looking closely takes a thousand times as long. */
const digits = /\d(?:[\s().\-/]*\d){6}/;
/** Business-scoped ids, as WhatsApp writes them. */
const scoped = /(?<![\p{L}\p{N}.])[A-Z]{2}\.[0-9A-Z]{8,}(?![\p{L}\p{N}])/gu;

/** The text without what tells of others: their phones, mails, documents and ids; whoever works for the company is their role. What is the person's own stays. */
export function redact(text: string, { own, staff, country, mark }: Known): Redacted {
  let count = 0;
  const hide = (found: string, isOwn: boolean): string => {
    if (isOwn) return found;
    count += 1;
    return mark;
  };
  const inOwn = (found: string): boolean => own.has(found.toLowerCase()) || own.has(bare(found));
  const isOwnPhone = (found: string): boolean => own.has(canonicalPhone(found, country) ?? found);
  let line = text.replace(mails, (found) => hide(found, inOwn(found)));
  line = line.replace(documents, (found) => hide(found, inOwn(found)));
  line = line.replace(scoped, (found) => hide(found, inOwn(found)));
  line = line.replace(international, (found) => hide(found, isOwnPhone(found)));
  for (const { start, end } of digits.test(line) ? phonesIn(line, country).reverse() : []) {
    const found = line.slice(start, end);
    line = `${line.slice(0, start)}${hide(found, isOwnPhone(found))}${line.slice(end)}`;
  }
  for (const [name, role] of staff)
    line = line.replace(asWord(name), () => {
      count += 1;
      return role;
    });
  return { text: line, count };
}

/** `12.345.678-K` and `12345678-k` are one. */
export const bare = (document: string): string => document.replace(/[.\s-]/g, '').toLowerCase();

const words = new Map<string, RegExp>();
function asWord(name: string): RegExp {
  const known = words.get(name);
  if (known) return known;
  const escaped = name
    .trim()
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\s+/g, '\\s+');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu');
  if (words.size > 10_000) words.clear();
  words.set(name, pattern);
  return pattern;
}
