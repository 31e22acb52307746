/** Things that name one person or case in a text. */
const EMAIL = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/gu;
/** `juan punto perez arroba correo punto cl` */
const DOT = String.raw`(?: ?\. ?| (?:punto|ponto|dot) )`;
const SPELT = new RegExp(
  String.raw`(?<![\p{L}\p{N}.])([\p{L}\p{N}_+-]+(?:${DOT}[\p{L}\p{N}_+-]+){0,3}) ?(?: arroba |\(arroba\)|\(at\)|\[at\]| at (?=[\p{L}\p{N}-]+ dot ))(?:el )? ?([\p{L}\p{N}-]+(?:${DOT}[\p{L}\p{N}-]+){0,3}${DOT}\p{L}{2,})(?![\p{L}\p{N}])`,
  'giu',
);
const PHONE = /(?<![\p{L}\p{N}.-])\+?\(?\+?\d[\d\s().-]{5,18}\d(?![\p{L}\p{N}-])/gu;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}(?:\s|$)|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s|$)/;
const TAX_LIKE = /^\d{1,2}\.\d{3}\.\d{3}(?:-\d)?$|^\d{3}\.\d{3}\.\d{3}-\d{2}$/;
const CASE = /(?<![\p{L}\p{N}])sol[- ]?(\d{1,6})(?![\p{L}\p{N}])/giu;
const CASE_NAMED =
  /(?<![\p{L}\p{N}])(?:solicitud|caso|requerimiento|request|case|solicita[cç][aã]o|protocolo)(?: (?:n|no|nro|num|n[uú]mero|number))?[ .°º#:]{1,3}(\d{3,6})(?![\p{L}\p{N}])/giu;
/** Nothing else is written with zeros before it. */
const CASE_BARE = /(?<![\p{L}\p{N}.,:+-])0\d{5}(?![\p{L}\p{N}-])/gu;
/** As an invitation writes it; it may happen to hold no digit. */
const INVITATION = /(?<![\p{L}\p{N}-])[A-Za-z0-9]{5}-[A-Za-z0-9]{5}(?![\p{L}\p{N}-])/u;
const CODE = /(?<![\p{L}\p{N}-])(?=[A-Za-z-]*\d)[A-Za-z0-9]{2,12}(?:-[A-Za-z0-9]{2,12}){0,3}(?![\p{L}\p{N}-])/gu;
const RUT = /(?<![\p{L}\p{N}.-])(\d{1,2}(?:\.\d{3}){2}|\d{7,8})-?([\dk])(?![\p{L}\p{N}-])/giu;
const CPF = /(?<![\p{L}\p{N}.-])\d{3}\.?\d{3}\.?\d{3}-\d{2}(?![\p{L}\p{N}-])/gu;
const MIN_DIGITS = 8;
const MAX_DIGITS = 15;
const CASE_DIGITS = 6;

/** Addresses as they are written, in small letters; also those that are spelt out. */
export const emailsIn = (text: string): string[] => [
  ...[...text.matchAll(EMAIL)].map(([found]) => found.toLowerCase()),
  ...[...text.matchAll(SPELT)].map(([, who = '', where = '']) => {
    const dots = (part: string) => part.replace(new RegExp(DOT, 'gi'), '.');
    return `${dots(who)}@${dots(where)}`.toLowerCase();
  }),
];

/** The last digit of a Chilean tax id, by its other ones. */
const rutDigit = (digits: string): string => {
  const sum = [...digits].reverse().reduce((all, digit, at) => all + Number(digit) * (2 + (at % 6)), 0);
  return '0123456789k'[(11 - (sum % 11)) % 11] ?? '';
};

const isCpf = (digits: string): boolean =>
  !/^(\d)\1+$/.test(digits) &&
  [9, 10].every((length) => {
    const sum = [...digits.slice(0, length)].reduce((all, digit, at) => all + Number(digit) * (length + 1 - at), 0);
    return ((sum * 10) % 11) % 10 === Number(digits[length]);
  });

/** Tax ids whose check digits are right: `12.345.678-5`, `123.456.789-09`. */
export const taxIdsIn = (text: string): string[] => [
  ...[...text.matchAll(RUT)].flatMap(([found, body = '', check = '']) => {
    const digits = body.replace(/\D/g, '');
    // without its dash it is as likely some other number
    if (!found.includes('-') || rutDigit(digits) !== check.toLowerCase()) return [];
    return [`${digits.replace(/\B(?=(?:\d{3})+$)/g, '.')}-${check.toUpperCase()}`];
  }),
  ...[...text.matchAll(CPF)].flatMap(([found]) => {
    const digits = found.replace(/\D/g, '');
    return isCpf(digits) ? [digits.replace(/^(\d{3})(\d{3})(\d{3})/, '$1.$2.$3-')] : [];
  }),
];

/** Digits with a plus if one was written; dates and tax ids are no phone numbers. */
export const phonesIn = (text: string): string[] =>
  [...text.matchAll(PHONE)].flatMap(([match]) => {
    const found = match.trim();
    const digits = found.replace(/\D/g, '');
    if (DATE.test(found) || TAX_LIKE.test(found) || taxIdsIn(found).length > 0) return [];
    if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) return [];
    if (/^00[1-9]/.test(digits)) return [`+${digits.slice(2)}`];
    return [found.includes('+') ? `+${digits}` : digits];
  });

/** `SOL-000204`, however they were typed. */
export const casesIn = (text: string): string[] => [...new Set([...namedCasesIn(text), ...bareCasesIn(text)])];

const bareCasesIn = (text: string): string[] => [...text.matchAll(CASE_BARE)].map(([digits]) => `SOL-${digits}`);

const namedCasesIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(CASE), ...text.matchAll(CASE_NAMED)].map(
      ([, digits = '']) => `SOL-${digits.padStart(CASE_DIGITS, '0')}`,
    ),
  ),
];

/** A case number, else an invitation, else the last word that looks like a one-time code. */
export const codeIn = (text: string): string | undefined => {
  const codes = [...text.matchAll(CODE)].map(([found]) => found).filter((found) => found.length >= 4);
  return namedCasesIn(text)[0] ?? (INVITATION.exec(text)?.[0] ?? codes[codes.length - 1])?.toUpperCase();
};

/** The text without mails, numbers of phones, persons and cases: none of them is a date. */
export const withoutContacts = (folded: string): string =>
  [EMAIL, RUT, CPF, CASE, CASE_NAMED].reduce(
    (text, pattern) => text.replace(pattern, (found) => '_'.repeat(found.length)),
    folded.replace(PHONE, (found) => (phonesIn(found).length > 0 ? '_'.repeat(found.length) : found)),
  );
