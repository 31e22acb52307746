import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** What somebody says is wrong, and how it should be where they say so. */
export interface Wish {
  field: string;
  value?: string;
}

const words = load(readFileSync(join(__dirname, 'rectification.yaml'), 'utf8')) as {
  fields: Readonly<Record<string, string[]>>;
  own: Readonly<Record<string, string[]>>;
  partOfName: string[];
  identity: string[];
  fromTo: string[];
  becomes: string[];
  ends: string[];
  further: string[];
  called: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

const any = (patterns: readonly string[], flags = 'g'): RegExp =>
  new RegExp(patterns.map((one) => `(?:${one})`).join('|'), flags);
const becomes = any(words.becomes);
const ends = any(words.ends, '');
const further = any(words.further);
const fromTo = words.fromTo.map((pattern) => new RegExp(pattern));
const mail = /[^\s<>«»"“”,;:()]+@[^\s<>«»"“”,;:()]+\.[^\s<>«»"“”,;:().]+/gu;
/** More is a story, and nothing is taken out of it. */
const mostWords = 8;
const partOfName = 'partOfName';

/** In small letters without accents, each in its place. */
const folded = (text: string): string =>
  text.replace(/./gsu, (letter) => {
    const plain = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    return plain.length === letter.length ? plain : letter;
  });

/** @param own the customer's own columns that are kept of this person, by their keys */
export function wishesIn(text: string, own: readonly string[]): Wish[] {
  const found = partsOf(text.normalize('NFC')).flatMap((part) => wishIn(part, own) ?? []);
  return found.filter(({ field }, at) => found.findIndex((one) => one.field === field) === at);
}

/** Whether it says who somebody is: that is changed only by whoever is surely them. */
export const isIdentity = (field: string): boolean => words.identity.includes(field);

/** How a field is called in a letter; one of the customer's own by its title. */
export const calledIn = (language: string, field: string): string =>
  words.called[field]?.[language] ?? field.replaceAll('_', ' ');

/** How it should be, where the field is known already: an answer may be the value alone. */
export const valueIn = (text: string, field: string): string | undefined => {
  const whole = text.normalize('NFC');
  return field === 'email' ? mailIn(whole) : (saidIn(whole) ?? tidy(whole));
};

function partsOf(text: string): string[] {
  const cuts = [...folded(text).matchAll(further)].flatMap(({ index, 0: found }) => [index, index + found.length]);
  const edges = [0, ...cuts, text.length];
  return edges.flatMap((from, at) => (at % 2 === 0 ? [text.slice(from, edges[at + 1])] : []));
}

function wishIn(text: string, own: readonly string[]): Wish | undefined {
  const field = fieldIn(folded(text), own);
  if (!field) return undefined;
  if (field === partOfName) return { field: 'name' };
  const value = field === 'email' ? mailIn(text) : saidIn(text);
  return { field, ...(value && { value }) };
}

function fieldIn(text: string, own: readonly string[]): string | undefined {
  if (new RegExp(mail).test(text)) return 'email';
  const says = (word: string): number => text.search(new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, 'u'));
  const all = [
    ...own.map((key) => [key, [key.replaceAll('_', ' '), ...(words.own[key] ?? [])]] as const),
    ...Object.entries(words.fields),
    [partOfName, words.partOfName] as const,
  ];
  const named = all.flatMap(([field, called]) => {
    const at = called.map(says).filter((place) => place >= 0);
    return at.length > 0 ? [{ field, at: Math.min(...at) }] : [];
  });
  return named.sort((one, other) => one.at - other.at)[0]?.field;
}

/** Of several, the one that is not denied and stands after what says how it should be. */
function mailIn(text: string): string | undefined {
  const plain = folded(text);
  const all = [...text.matchAll(mail)].map(({ index, 0: found }) => ({ index, found: found.replace(/[.!?]+$/, '') }));
  const meant = all.filter(
    ({ index }) => !/(?:\b(?:no|not|nao|de|from)|ve[zs] de|instead of) $/.test(plain.slice(0, index)),
  );
  const after = meant.filter(({ index }) => [...plain.slice(0, index).matchAll(becomes)].length > 0);
  return (after.at(-1) ?? meant.at(-1))?.found;
}

function saidIn(text: string): string | undefined {
  const plain = folded(text);
  for (const pattern of fromTo) {
    const two = pattern.exec(plain);
    if (two?.[2]) return tidy(text.slice(two.index + two[0].length - two[2].length));
  }
  const mark = [...plain.matchAll(becomes)].at(-1);
  return mark && tidy(text.slice(mark.index + mark[0].length));
}

/** Without what follows, what stands around, and what it can't be. */
function tidy(text: string): string | undefined {
  const end = ends.exec(folded(text));
  const value = (end ? text.slice(0, end.index) : text).replace(/^[\s"«“”'’:,-]+|[\s"»“”'’,.!?]+$/gu, '');
  return value && value.split(/\s+/).length <= mostWords ? value : undefined;
}
