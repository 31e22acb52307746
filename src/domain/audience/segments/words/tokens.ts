export type Language = 'es' | 'en' | 'pt';

/** A word or sign of a text. `raw`: as written, of what is quoted without its marks. */
export interface Token {
  kind: 'word' | 'number' | 'quoted' | 'code' | 'day' | 'sign';
  raw: string;
  /** Small, without accents. */
  plain: string;
  number?: number;
  /** `2026-11-01` */
  day?: string;
}

export const fold = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/’/g, "'");

const most = 20_000;
const pattern =
  /«((?:[^»]|»»)*)»|"([^"\n]{1,100})"|“([^”\n]{1,100})”|(\d{4}-\d{2}-\d{2})(?![\d-])|(\d{1,2}[/-]\d{1,2}[/-]\d{4})|((?<![\p{L}\p{N}])[cC]-?\d{1,9}(?!\d))|((?:(?<=^|[\s(:=<>])-)?\d+(?:[.,]\d+)*)|([\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{N}]+)*)|(<=|>=|!=|[()<>=:≠≤≥+,;])/gu;

/** Words, numbers, dates, quotes and signs, in order; everything else parts them. */
export function tokensOf(text: string, language: Language): Token[] {
  return [...text.slice(0, most).matchAll(pattern)].map(([raw, angled, straight, curly, iso, date, code, number]) => {
    const quoted = angled === undefined ? (straight ?? curly) : angled.replaceAll('»»', '»');
    if (quoted !== undefined) return { kind: 'quoted', raw: quoted, plain: fold(quoted) };
    const day = iso ?? (date && language !== 'en' ? dayFirst(date) : undefined);
    if (day) return { kind: 'day', raw, plain: raw, day };
    if (code) return { kind: 'code', raw, plain: fold(raw), number: Number(raw.replace(/\D/g, '')) };
    if (number) return { kind: 'number', raw, plain: raw, number: numberOf(number, language) };
    const kind = /[\p{L}\p{N}]/u.test(raw) ? 'word' : 'sign';
    // "e" is and, "é" is is
    return { kind, raw, plain: language === 'pt' && raw.toLowerCase() === 'é' ? 'é' : fold(raw) };
  });
}

/** `1.500,5` where the comma parts the decimals, `1,500.5` where the point does. */
function numberOf(raw: string, language: Language): number {
  const [thousands, decimals] = language === 'en' ? [',', '.'] : ['.', ','];
  const isGrouped = new RegExp(`^-?\\d{1,3}(\\${thousands}\\d{3})+(\\${decimals}\\d+)?$`).test(raw);
  return Number((isGrouped ? raw.replaceAll(thousands, '') : raw).replace(',', '.'));
}

const dayFirst = (raw: string): string => {
  const [day = '', month = '', year = ''] = raw.split(/[/-]/);
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
};
