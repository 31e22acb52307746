import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { load } from 'js-yaml';
import { errorTable } from '../errors';
import type { Language, Text, Value, Vars } from '../intent';
import type { Money } from '../services-costs';
import { harmless } from './harmless';
import { providerTexts } from './provider-texts';

const locales: Readonly<Record<Language, string>> = { es: 'es-CL', en: 'en-US', pt: 'pt-BR' };

type Tree = { [key: string]: string | Tree };
const folder = join(__dirname, '..', 'texts');
const house = Object.fromEntries(
  (Object.keys(locales) as Language[]).map((language) => [language, read(language)]),
) as Record<Language, Tree>;

/** What is said of a provider's codes stands in its adapter's own table. */
function read(language: Language): Tree {
  const tree = load(readFileSync(join(folder, `${language}.yaml`), 'utf8')) as { [group: string]: Tree };
  const { advice, failures } = providerTexts(language, String(tree.failures?.by_provider));
  return { ...tree, advice: { ...advice, ...tree.advice }, failures: { ...failures, ...tree.failures } };
}

/** The sentence of a house text, before its variables. `undefined` when there is none. */
export function houseText(language: Language, key: string): string | undefined {
  const found = key
    .split('.')
    .reduce<string | Tree | undefined>(
      (node, part) => (typeof node === 'object' ? node[part] : undefined),
      house[language],
    );
  return typeof found === 'string' ? found : undefined;
}

/** Who reads: their language and their hour. `guarded`: where marks format, what comes from outside may not; in a `line`, it makes no other. */
export interface Reader {
  language: Language;
  zone: string;
  guarded?: 'text' | 'line';
}

// Sentences come from files, so there are as many as the files hold.
const formats = new Map<string, IntlMessageFormat>();

/** Fills a sentence. Dates are said in the reader's language and zone, numbers as their country writes them. @throws when a variable is missing */
export function say(sentence: string, vars: Vars, reader: Reader): string {
  const key = `${reader.language}|${sentence}`;
  const format =
    formats.get(key) ?? new IntlMessageFormat(sentence, locales[reader.language], undefined, { ignoreTag: true });
  formats.set(key, format);
  return String(
    format.format(Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, plain(value, reader)]))),
  ).trim();
}

function plain(value: Value, reader: Reader): string | number {
  if (value === undefined) return '';
  if (typeof value === 'string') return reader.guarded ? harmless(value, reader.guarded === 'line') : value;
  if (typeof value === 'number') return value;
  if (value instanceof Date) return moment(value, reader);
  if ('short' in value) return short(value.short, reader);
  if ('exact' in value)
    return `${day(value.exact, reader)}, ${hour(value.exact, reader)} (${offset(value.exact, reader)})`;
  if ('month' in value) return month(value.month, reader);
  if ('currency' in value) return money(value, reader);
  if ('day' in value) return day(value.day, { ...reader, ...(value.zone && { zone: value.zone }) });
  return sayHouse(value, reader);
}

/** A name that comes from outside (a provider's code) falls back to `other` of its group. @throws when there is neither */
export function sayHouse(text: Text, reader: Reader): string {
  const other = text.text.replace(/[^.]*$/, 'other');
  const sentence = houseText(reader.language, text.text) ?? houseText(reader.language, other);
  if (sentence === undefined) throw new Error(`no text ${text.text} in ${reader.language}`);
  return say(sentence, { code: text.text.slice(text.text.lastIndexOf('.') + 1), ...text.vars }, reader);
}

// To make one takes a hundred times as long as to use it; there are as many as ways to say a date, times zones.
const calendars = new Map<string, Intl.DateTimeFormat>();

function dates(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const format = calendars.get(key) ?? new Intl.DateTimeFormat(locale, options);
  calendars.set(key, format);
  return format;
}

/** `miércoles 2 de diciembre, 10:00` */
function moment(at: Date, { language, zone }: Reader): string {
  const full = { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone } as const;
  const date = dates(locales[language], full).format(at);
  return `${language === 'en' ? date : date.replace(', ', ' ')}, ${hour(at, { language, zone })}`;
}

const hour = (at: Date, { language, zone }: Reader): string =>
  dates(locales[language], {
    hour: language === 'en' ? 'numeric' : '2-digit',
    minute: '2-digit',
    // `hour12: false` would say 24:00 for the day's first minute
    hourCycle: language === 'en' ? 'h12' : 'h23',
    timeZone: zone,
  }).format(at);

/** `GMT-3` */
const offset = (at: Date, { language, zone }: Reader): string =>
  dates(locales[language], { timeZoneName: 'shortOffset', timeZone: zone })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value ?? zone;

/** `lun 7, 09:00`: on a button. */
function short(at: Date, { language, zone }: Reader): string {
  const date = dates(locales[language], { weekday: 'short', timeZone: zone }).format(at);
  const of = dates(locales[language], { day: 'numeric', timeZone: zone }).format(at);
  const hour = dates('sv-SE', { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(at);
  return `${date.replace('.', '')} ${of}, ${hour}`;
}

/** `31 de diciembre de 2026` */
const day = (at: Date, { language, zone }: Reader): string =>
  dates(locales[language], { day: 'numeric', month: 'long', year: 'numeric', timeZone: zone }).format(at);

/** `noviembre de 2026` */
const month = (at: Date, { language }: Reader): string =>
  dates(locales[language], { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at);

/** `13,5`: at most four digits after the point. */
export const plainNumber = (value: number, language: Language): string =>
  new Intl.NumberFormat(locales[language], { maximumFractionDigits: 4 }).format(value);

/** `$ 61.300`, `R$ 1.240,50`: in its smallest unit it is kept, in its own it is said. */
function money({ amount, currency }: Money, { language }: Reader): string {
  const format = new Intl.NumberFormat(locales[language], { style: 'currency', currency });
  const { maximumFractionDigits = 2 } = format.resolvedOptions();
  // Below nought the sign stands first in every language: `-$ 168`.
  const sign = amount < 0 ? '-' : '';
  const parts = format.formatToParts(Math.abs(amount) / 10 ** maximumFractionDigits);
  // In Spanish a space stands after the sign; the formatter's own data leaves it out for Chile.
  const isSpaced = ({ type }: Intl.NumberFormatPart, at: number) =>
    language === 'es' && type === 'currency' && parts[at + 1]?.type === 'integer';
  return sign + parts.map((part, at) => (isSpaced(part, at) ? `${part.value}\u00a0` : part.value)).join('');
}

/** What a person reads of an error. */
export function sayError(code: string, reader: Reader, vars: Vars = {}): string {
  const entry = errorTable[code] ?? errorTable.UNEXPECTED;
  return say(entry?.[reader.language] ?? '', { reference: '', ...vars }, reader);
}
