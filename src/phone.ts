import { type CountryCode, findPhoneNumbersInText, parsePhoneNumberFromString } from 'libphonenumber-js/max';

const bullet = '•';

/** Brazil's mobiles with their ninth digit, Mexico without the old 1, Argentina with the 9: providers use either form for one and the same line. */
function oneForm(e164: string): string {
  const brazil = /^\+55(\d{2})([6-9]\d{7})$/.exec(e164);
  if (brazil) return `+55${brazil[1]}9${brazil[2]}`;
  const mexico = /^\+521(\d{10})$/.exec(e164);
  if (mexico) return `+52${mexico[1]}`;
  const argentina = /^\+54(?!9)(\d{10})$/.exec(e164);
  if (argentina) return `+549${argentina[1]}`;
  return e164;
}

/**
 * The one form of a number that is hashed and sealed: E.164 with `+`. `undefined` if it cannot be a number.
 * A number with its country code is taken as it is (providers know lines that no numbering plan lists yet); one without is read as dialled in `country`.
 */
export function canonicalPhone(written: string, country = 'CL'): string | undefined {
  const text = written.trim().replace(/^00/, '+');
  if (!/^\+?[\d\s().\-/]+$/.test(text)) return undefined;
  const digits = text.replace(/\D/g, '');
  const international = `+${digits}`;
  if (text.startsWith('+')) return /^\+[1-9]\d{6,14}$/.test(international) ? oneForm(international) : undefined;
  const local = parsePhoneNumberFromString(digits, country as CountryCode);
  const abroad = parsePhoneNumberFromString(international);
  // A listed line before an unlisted one, this country before another.
  const found =
    [local, abroad].find((one) => one?.isValid()) ?? [local, abroad].find((one) => one?.isPossible()) ?? undefined;
  return found && oneForm(found.number);
}

/** `+56 9 1234 5678`, for those who may see it. */
export function displayPhone(canonical: string): string {
  // Chile opens ranges faster than numbering plans are published; an unlisted one would lose its grouping.
  const chile = /^\+569(\d{4})(\d{4})$/.exec(canonical);
  if (chile) return `+56 9 ${chile[1]} ${chile[2]}`;
  return parsePhoneNumberFromString(canonical)?.formatInternational() ?? canonical;
}

/** `+56 9 •••• •678`: the country, its mobile 9 and the last three digits; the rest is hidden in the country's own grouping. */
export function maskPhone(canonical: string): string {
  const [country = '', ...groups] = displayPhone(canonical).split(' ');
  const [first, ...rest] = groups;
  const kept = first === '9' && rest.length > 0 ? `${country} 9` : country;
  const hidden = (kept === country ? groups : rest).join(' ');
  if (!hidden) return `${country.slice(0, 2)}${bullet.repeat(4)}${canonical.slice(-3)}`;
  let left = hidden.replace(/\D/g, '').length - 3;
  return `${kept} ${hidden.replace(/\d/g, (digit) => (left-- > 0 ? bullet : digit))}`;
}

/** `CL.•••321`, `a•••@tienda.cl`: what stands for a person without a phone. */
export function maskOther(value: string): string {
  const at = value.indexOf('@');
  if (at > 0) return `${value.slice(0, 1)}${bullet.repeat(3)}${value.slice(at)}`;
  return `${/^[A-Z]{2}\./.exec(value)?.[0] ?? ''}${bullet.repeat(3)}${value.slice(-3)}`;
}

/** `CL`, by the country code. */
export const countryOf = (canonical: string): string | undefined => parsePhoneNumberFromString(canonical)?.country;

/** Where numbers stand in what somebody wrote, first to last, as they are dialled in `country` or with their own. */
export const phonesIn = (text: string, country = 'CL'): { start: number; end: number }[] =>
  findPhoneNumbersInText(text, country as CountryCode).map(({ startsAt, endsAt }) => ({
    start: startsAt,
    end: endsAt,
  }));
