/**
 * A Chilean tax number in its one form, `76517351-5`: digits, dash, check digit in capitals, no zeros before. It may be written with dots, with spaces or
 * without its dash. undefined: its check digit is another, or it is none (law-and-rules B-1, B-2).
 */
export function rutOf(written: string): string | undefined {
  const [, digits = '', check = ''] = /^0*(\d{1,8})([\dk])$/i.exec(written.replace(/[.\s-]/g, '')) ?? [];
  return digits && checkDigit(digits) === check.toUpperCase() ? `${digits}-${check.toUpperCase()}` : undefined;
}

/** Weights 2 to 7 from the right end, and again. */
function checkDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((all, digit, at) => all + Number(digit) * (2 + (at % 6)), 0);
  return '0K987654321'[sum % 11] ?? '';
}

/** `76.517.351-5`; what is no such number stays as it is written. */
export function displayRut(written: string): string {
  const [digits = '', check] = (rutOf(written) ?? '').split('-');
  return check ? `${digits.replace(/\B(?=(?:\d{3})+$)/g, '.')}-${check}` : written;
}
