import { type Json, list, object, text } from '../json';
import { GraphError } from './graph-error';

// Subcodes of a template that is not taken, as far as they are known in public.
const refused = (subcode: number, details: string): GraphError => new GraphError(100, details, { subcode });
const wrong = (details: string): GraphError => refused(2_388_040, details);

const variable = /\{\{(\d+)\}\}/g;
const graphic = /\p{Extended_Pictographic}/u;

/** Looks at a template as Meta does when it is handed in: what a machine can see, before anybody reads it. @throws GraphError 100 */
export function checkTemplate(given: Json): void {
  if (!/^[a-z0-9_]{1,512}$/.test(text(given.name) ?? '')) throw wrong('name must be lowercase letters, digits and _');
  if (!/^[a-z]{2,3}(_[A-Z]{2})?$/.test(text(given.language) ?? '')) throw wrong('language is not supported');
  if (!['MARKETING', 'UTILITY'].includes(text(given.category) ?? '')) throw wrong('category is not supported');
  checkComponents(list(given.components).map(object));
}

/** @throws GraphError 100 */
export function checkComponents(components: readonly Json[]): void {
  const of = (type: string) => components.filter((one) => String(one.type).toUpperCase() === type);
  const [bodies, headers, footers, buttons] = [of('BODY'), of('HEADER'), of('FOOTER'), of('BUTTONS')];
  if (bodies.length !== 1) throw wrong('a template has one body');
  if (headers.length > 1 || footers.length > 1 || buttons.length > 1) throw wrong('a component is there twice');
  checkBody(bodies[0] as Json);
  if (headers[0]) checkHeader(headers[0]);
  if (footers[0]) checkFooter(String(footers[0].text ?? ''));
  if (buttons[0]) checkButtons(list(buttons[0].buttons).map(object));
}

/** The numbers of the variables, in the order in which they stand. @throws when braces are used otherwise */
function numbersIn(words: string): number[] {
  if (/[{]{2}|[}]{2}/.test(words.replace(/\{\{[1-9][0-9]*\}\}/g, '')))
    throw wrong('a variable is not written as {{1}}');
  return [...words.matchAll(variable)].map(([, digits]) => Number(digits));
}

function checkBody({ text: given, example }: Json): void {
  const words = typeof given === 'string' ? given : '';
  if (words.trim() === '') throw wrong('the body is empty');
  if (words.length > 1024) throw refused(2_388_043, 'the body is longer than 1024 characters');
  if (words.includes('\t') || words.includes('     ') || words.includes('\n\n\n'))
    throw wrong('the body has tabs, more than four spaces or more than two line breaks in a row');
  const numbers = numbersIn(words);
  const different = new Set(numbers);
  for (let number = 1; number <= different.size; number++)
    if (!different.has(number)) throw wrong(`variables are not numbered one after the other: {{${number}}} is missing`);
  const trimmed = words.trim();
  if (/^\{\{\d+\}\}/.test(trimmed) || /\{\{\d+\}\}$/.test(trimmed))
    throw refused(2_388_299, 'variables cannot be at the start or end of the template');
  if (/\}\}\s*\{\{/.test(words)) throw wrong('variables stand next to each other');
  const others = words.replace(variable, ' ').match(/[\p{L}\p{N}]+/gu) ?? [];
  if (numbers.length > 0 && others.length < 2 * numbers.length + 1)
    throw refused(2_388_293, 'there are too many variables for the length of the message');
  const [values] = list(object(example).body_text);
  checkExamples(list(values), different.size);
}

function checkExamples(values: readonly unknown[], count: number): void {
  if (values.length < count) throw refused(2_388_043, 'an example for every variable is missing');
  const isPoor = (value: unknown) => typeof value !== 'string' || !value.trim() || /[\t\r\n]|\s{5}/.test(value);
  if (values.slice(0, count).some(isPoor)) throw wrong('an example is empty or not one line');
}

function checkHeader({ format, text: given, example }: Json): void {
  const kind = String(format).toUpperCase();
  if (['IMAGE', 'VIDEO', 'DOCUMENT'].includes(kind)) {
    if (!text(list(object(example).header_handle)[0])) throw refused(2_388_273, 'the header needs an example file');
    return;
  }
  const words = typeof given === 'string' ? given : '';
  if (kind !== 'TEXT' || words.trim() === '') throw wrong('the header has no text');
  if (words.length > 60) throw refused(2_388_047, 'the header is longer than 60 characters');
  const bare = words.replace(variable, '');
  if (/[*_~`\r\n]/.test(bare) || graphic.test(bare)) throw wrong('the header has emoji, line breaks or formatting');
  const numbers = numbersIn(words);
  if (numbers.length > 1 || numbers.some((number) => number !== 1)) throw wrong('the header has one variable at most');
  checkExamples(list(object(example).header_text), numbers.length);
}

function checkFooter(words: string): void {
  if (words.length > 60) throw wrong('the footer is longer than 60 characters');
  if (/\{\{|\}\}|\n/.test(words)) throw wrong('the footer has variables or line breaks');
}

function checkButtons(buttons: readonly Json[]): void {
  const kinds = buttons.map(({ type }) => String(type).toUpperCase());
  if (buttons.length > 10) throw wrong('there are more than 10 buttons');
  if (kinds.filter((kind) => kind === 'URL').length > 2) throw wrong('there are more than 2 links');
  if (kinds.filter((kind) => kind === 'PHONE_NUMBER').length > 1) throw wrong('there is more than 1 phone number');
  const turns = kinds.filter((kind, at) => at > 0 && (kind === 'QUICK_REPLY') !== (kinds[at - 1] === 'QUICK_REPLY'));
  if (turns.length > 1) throw wrong('quick replies must stand together');
  const labels = buttons.map(({ text: label }) => (typeof label === 'string' ? label : ''));
  if (new Set(labels).size < labels.length) throw wrong('two buttons have the same text');
  for (const [at, button] of buttons.entries()) checkButton(kinds[at] ?? '', labels[at] ?? '', button);
}

function checkButton(kind: string, label: string, { url, example, phone_number: phone }: Json): void {
  if (label.trim() === '' || label.length > 25) throw wrong('the text of a button has 1 to 25 characters');
  if (/[*_~`\r\n]|\{\{|\}\}/.test(label) || graphic.test(label))
    throw wrong('the text of a button has variables, emoji, line breaks or formatting');
  if (kind === 'QUICK_REPLY') return;
  if (kind === 'PHONE_NUMBER') {
    if (!/^\+?[0-9]{7,15}$/.test(text(phone) ?? '')) throw wrong('the phone number is not valid');
    return;
  }
  if (kind !== 'URL') throw wrong(`buttons of type ${kind} are not supported`);
  checkLink(typeof url === 'string' ? url : '', list(example)[0]);
}

function checkLink(url: string, example: unknown): void {
  const bare = url.endsWith('{{1}}') ? url.slice(0, -5) : url;
  if (url.length > 2_000) throw wrong('the address is longer than 2000 characters');
  if (/[{}\s]/.test(bare) || !bare.startsWith('https://') || URL.parse(`${bare}${bare === url ? '' : 'x'}`) === null)
    throw wrong('the address is not valid, not HTTPS, or has a variable elsewhere than at its end');
  if (bare === url) return;
  if (typeof example !== 'string' || !example.startsWith(bare) || !/^\S+$/.test(example.slice(bare.length)))
    throw wrong('an example of the whole address is missing');
}
