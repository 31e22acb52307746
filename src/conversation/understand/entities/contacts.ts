/** Things that name one person or case in a text. */
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/u;
const PHONE = /(?<![\p{L}\p{N}.-])\+?\(?\d[\d\s().-]{5,18}\d(?![\p{L}\p{N}-])/gu;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$/;
const RUT = /^\d{1,2}\.\d{3}\.\d{3}(?:-\d)?$/;
const CASE = /(?<![\p{L}\p{N}])sol[- ]?(\d{1,6})(?![\p{L}\p{N}])/iu;
/** As an invitation writes it; it may happen to hold no digit. */
const INVITATION = /(?<![\p{L}\p{N}-])[A-Za-z0-9]{5}-[A-Za-z0-9]{5}(?![\p{L}\p{N}-])/u;
const CODE = /(?<![\p{L}\p{N}-])(?=[A-Za-z-]*\d)[A-Za-z0-9]{2,12}(?:-[A-Za-z0-9]{2,12}){0,3}(?![\p{L}\p{N}-])/gu;
const MIN_DIGITS = 8;
const MAX_DIGITS = 15;
const CASE_DIGITS = 6;

export const emailIn = (text: string): string | undefined => EMAIL.exec(text.slice(0, 2000))?.[0].toLowerCase();

/** Digits with a plus if one was written; dates and tax ids are no phone numbers. */
export const phoneIn = (text: string): string | undefined => {
  for (const [found] of text.matchAll(PHONE)) {
    const digits = found.replace(/\D/g, '');
    if (DATE.test(found.trim()) || RUT.test(found.trim())) continue;
    if (digits.length >= MIN_DIGITS && digits.length <= MAX_DIGITS)
      return found.trim().startsWith('+') ? `+${digits}` : digits;
  }
  return undefined;
};

/** `SOL-000204`, however it was typed. */
const caseIn = (text: string): string | undefined => {
  const digits = CASE.exec(text)?.[1];
  return digits === undefined ? undefined : `SOL-${digits.padStart(CASE_DIGITS, '0')}`;
};

/** A case number, else an invitation, else the last word that looks like a one-time code. */
export const codeIn = (text: string): string | undefined => {
  const codes = [...text.matchAll(CODE)].map(([found]) => found).filter((found) => found.length >= 4);
  return caseIn(text) ?? (INVITATION.exec(text)?.[0] ?? codes[codes.length - 1])?.toUpperCase();
};
