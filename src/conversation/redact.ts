const hidden = '«…»';
/** A line says what it means early; nothing longer is looked at or kept. */
const mostRead = 1000;
const mostKept = 300;

const mails =
  /[\p{L}\p{N}._%+-]+\s?(?:@|\(at\)|\sarroba\s)\s?[\p{L}\p{N}-]+(?:(?:\s?\.\s?|\spunto\s|\sponto\s)\p{L}+)+/giu;
/** What is left with an @, and addresses of pages: they often name somebody. */
const handles = /[^\s@]*@\S*|\bhttps?:\/\/\S+|\bwww\.\S+/giu;
/** Digits with what people write between them: phones, RUT with its letter, CPF, cards, dates. */
const numbers = /\+?\p{Nd}(?:[\s.,/()\-–_*]*\p{Nd})*(?:\s?[-–]?\s?k(?![\p{L}\p{N}]))?/giu;
const fewestDigits = 4;
/** Whoever says their name is often not known by it yet. */
const introduced =
  /((?<!\p{L})(?:me\s+llamo|mi\s+nombre\s+es|my\s+name\s+is|(?:o\s+)?meu\s+nome\s+(?:é|e)|me\s+chamo))\s+\p{L}+(?:\s+\p{L}+)?/giu;
const signed =
  /((?<!\p{L})(?:[Ss]oy|[Hh]abla|[Ss]ou|I\s+am|I['’]m|[Tt]his\s+is))((?:\s+(?:(?:de|da|del|la)\s+){0,2}\p{Lu}[\p{Ll}\p{M}]+)+)/gu;
const particles: ReadonlySet<string> = new Set([
  'de',
  'del',
  'la',
  'las',
  'los',
  'da',
  'das',
  'do',
  'dos',
  'san',
  'y',
  'e',
]);

/** The line without what tells who wrote it. More may be hidden than needed, never less than these. @param names the person's own */
export function redact(text: string, names: readonly string[]): string {
  const cut = text.length > mostRead ? text.slice(0, mostRead).replace(/\S+$/u, '') : text;
  // Digits and letters in one form, and nothing invisible between them.
  let line = cut.normalize('NFKC').replace(/\p{Cf}|\uFE0F|\u20E3/gu, '');
  line = line.replace(mails, hidden).replace(handles, hidden);
  line = line.replace(numbers, (found) => (digitsOf(found) < fewestDigits ? found : hidden));
  for (const name of names.flatMap(partsOf)) line = withoutName(line, name);
  line = line.replace(introduced, `$1 ${hidden}`).replace(signed, `$1 ${hidden}`);
  return line.replace(/\s+/g, ' ').trim().slice(0, mostKept);
}

const digitsOf = (found: string): number => (found.match(/\p{Nd}/gu) ?? []).length;

const partsOf = (name: string): string[] =>
  (name.normalize('NFD').match(/[\p{L}\p{M}]{2,}/gu) ?? []).filter((part) => !particles.has(part.toLowerCase()));

/** With or without its accents, in any capitals, as a word of its own. */
function withoutName(line: string, part: string): string {
  const letters = [...part.replace(/\p{M}/gu, '')].map((letter) => `${letter}\\p{M}*`).join('');
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])${letters}(?![\\p{L}\\p{N}\\p{M}])`, 'giu');
  return line.normalize('NFD').replace(whole, hidden).normalize('NFC');
}
