/** Why a row is not taken. */
export type Reason =
  | 'no_address'
  | 'phone'
  | 'email'
  | 'scientific'
  | 'formula'
  | 'too_long'
  | 'cells'
  | 'quotes'
  | 'nul'
  | 'minor';

/** Excel keeps a number as text by `'` in front, or by `="…"`. */
export function bare(cell: string): string {
  const text = cell.trim();
  const quoted = /^="(.*)"$/.exec(text);
  return (quoted ? (quoted[1] as string) : text.replace(/^'(?=[+\d=@-])/, '')).trim();
}

/** A cell that a spreadsheet would run. A number, a phone and a lone sign are none. */
export const isFormula = (text: string): boolean =>
  /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && text.length > 1 && !/^[+-][\d\s().,-]*$/.test(text));

/** `5,69E+10`: Excel took a phone for a number, and its last digits are lost. */
export const isScientific = (text: string): boolean => /^[+-]?\d+([.,]\d+)?e\+?\d+$/i.test(text);

/** `56912345678,0` and `56912345678.00` are whole numbers that Excel wrote with decimals. */
export const withoutDecimals = (text: string): string => text.replace(/^(\+?\d{7,15})[.,]0{1,2}$/, '$1');

/** Numbers with a decimal comma, and days as they are written here, in one form: `1.234,5` → `1234.5`, `03-12-2026` → `2026-12-03`. Words stay. */
export function plainValue(cell: string): string {
  const text = cell.replace(/\s+/g, ' ');
  const code = text.charCodeAt(0);
  const mayBeNumber = (code >= 48 && code <= 57) || code === 45 || code === 36;
  return mayBeNumber ? (dayOf(text) ?? numberOf(text) ?? text) : text;
}

/** ISO, of what stands as day, month, year or the other way round; `undefined` for what is no day. */
export function dayOf(text: string): string | undefined {
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?$/.exec(text);
  const here = iso ? undefined : /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$/.exec(text);
  const [year, month, day] = iso ? iso.slice(1).map(Number) : (here?.slice(1).map(Number).reverse() ?? []);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const full = year < 100 ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(Date.UTC(full, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.toISOString().slice(0, 10);
}

function numberOf(text: string): string | undefined {
  const digits = text.replace(/^\$\s?/, '');
  const plain = /^-?\d{1,15}$/.test(digits) ? digits : undefined;
  if (plain) return plain;
  if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(digits) || /^-?\d+,\d+$/.test(digits))
    return digits.replace(/\./g, '').replace(',', '.');
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits)) return digits.replace(/,/g, '');
  return /^-?\d+\.\d+$/.test(digits) ? digits : undefined;
}

const adult = 18;

/** Whether an age or a day of birth says under eighteen. What can't be read says nothing. */
export function isMinor(cell: string, becomes: 'age' | 'birth', now: Date): boolean {
  const text = bare(cell);
  if (becomes === 'age') {
    const years = /^(\d{1,3})(?:[.,]0+)?(?:\s*(?:años?|anos?|years?|yrs?))?$/i.exec(text)?.[1];
    return years !== undefined && Number(years) < adult;
  }
  const born = dayOf(text);
  if (!born) return false;
  const grown = new Date(`${born}T00:00:00Z`);
  grown.setUTCFullYear(grown.getUTCFullYear() + adult);
  return grown > now;
}

const languages: Readonly<Record<string, string>> = {
  es: 'es',
  español: 'es',
  espanol: 'es',
  spanish: 'es',
  castellano: 'es',
  en: 'en',
  inglés: 'en',
  ingles: 'en',
  english: 'en',
  pt: 'pt',
  portugués: 'pt',
  portugues: 'pt',
  português: 'pt',
  portuguese: 'pt',
};
export const languageOf = (text: string): string | undefined => languages[text.toLowerCase().split(/[-_]/)[0] ?? ''];

const countries: Readonly<Record<string, string>> = {
  chile: 'CL',
  brasil: 'BR',
  brazil: 'BR',
  argentina: 'AR',
  peru: 'PE',
  perú: 'PE',
  colombia: 'CO',
  mexico: 'MX',
  méxico: 'MX',
  uruguay: 'UY',
  españa: 'ES',
  espana: 'ES',
  spain: 'ES',
  portugal: 'PT',
  usa: 'US',
  'estados unidos': 'US',
  'united states': 'US',
};
export const countryNamed = (text: string): string | undefined =>
  /^[A-Za-z]{2}$/.test(text) ? text.toUpperCase() : countries[text.toLowerCase()];
