import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { AppError } from '../../../errors';

export type Field = 'phone' | 'email' | 'external' | 'name' | 'surname' | 'country' | 'language';
/** What a column becomes. `plain`: people can be chosen by it; `sealed`: kept for messages alone; `age`, `birth`: looked at, never kept; `dropped`: sensitive or without a title. */
export type Meaning = Field | 'plain' | 'sealed' | 'age' | 'birth' | 'dropped';
export interface Column {
  /** As the file has it. */
  title: string;
  becomes: Meaning;
  /** Of a plain or sealed one: what it is called here, `ultima_compra`. */
  key: string;
}

const words = load(readFileSync(join(__dirname, 'columns.yaml'), 'utf8')) as {
  fields: Record<Field, string[]>;
  sealed: string[];
  plain: string[];
  age: string[];
  birth: string[];
  minors: string[];
  sensitive: string[];
  harmless: string[];
};
const fields = Object.entries(words.fields) as [Field, string[]][];
const lists = ['sealed', 'plain', 'age', 'birth'] as const;
const mostColumns = 200;
const mostDistinct = 60;
const longestTitle = 80;
const longestPlain = 60;
/** More words than these are a sentence. */
const mostWords = 4;

/** `Fono (móvil)` → `fono movil` */
export const plainTitle = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Where a word ends without a space: `esMenor`, `hijo2`. */
const seams = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu;

/** Whether a title holds words of the list, wherever they stand in it: nobody titles a column by our list alone. */
function isAbout(list: 'minors' | 'sensitive', title: string): boolean {
  const said = ` ${plainTitle(title.normalize('NFC').replace(seams, ' '))} `;
  const rest = words.harmless.reduce((left, phrase) => left.replaceAll(` ${phrase} `, ' '), said);
  return words[list].some((phrase) => rest.includes(` ${phrase} `));
}

/**
 * What each column of a list becomes, by its title; an unknown one by what stands in it.
 * @param sample rows of the file's beginning
 * @throws IMPORT_COLUMNS_MANY, IMPORT_COLUMN_TWICE, IMPORT_OF_MINORS, IMPORT_NO_ADDRESS
 */
export function matchColumns(titles: readonly string[], sample: readonly (readonly string[])[]): Column[] {
  if (titles.length > mostColumns) throw new AppError('IMPORT_COLUMNS_MANY', { columns: titles.length });
  const plains = titles.map(plainTitle);
  const twice = plains.findIndex((title, at) => title !== '' && plains.indexOf(title) !== at);
  if (twice >= 0) throw new AppError('IMPORT_COLUMN_TWICE', { column: twice + 1 });
  const child = titles.findIndex((title) => isAbout('minors', title));
  if (child >= 0) throw new AppError('IMPORT_OF_MINORS', { column: child + 1 });
  const columns = titles.map((title, at) => {
    const plain = plains[at] ?? '';
    const key = plain.replace(/ /g, '_').slice(0, longestTitle);
    return {
      title: title.trim().slice(0, longestTitle),
      becomes: isAbout('sensitive', title) ? 'dropped' : meaningOf(plain, at, sample),
      key,
    };
  });
  if (!columns.some(({ becomes }) => becomes === 'phone' || becomes === 'email'))
    throw new AppError('IMPORT_NO_ADDRESS');
  return columns;
}

/** Which of the titles for one field comes first where there are several. */
export const rankOf = (field: Field, title: string): number => words.fields[field].indexOf(plainTitle(title));

function meaningOf(title: string, at: number, sample: readonly (readonly string[])[]): Meaning {
  if (title === '') return 'dropped';
  const field = fields.find(([, titles]) => titles.includes(title))?.[0];
  if (field) return field;
  return lists.find((list) => words[list].includes(title)) ?? guess(sample.map((row) => row[at]?.trim() ?? ''));
}

const isDate = /^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})$/;
const isNumber = /^-?[\d.,]{1,12}$/;
/** RUT, CPF, a phone, a mail, a street and its number: says who somebody is. */
const tells = /\d{1,3}\.?\d{3}\.?\d{3}-?[\dkK]|\d{3}\.\d{3}\.\d{3}-\d{2}|@|^\+?\d{8,}$|\p{L}{3,}.*\s\d{2,}/u;

/** Few short values, numbers or dates can be chosen by; everything else may say more than it seems to, and is sealed. */
function guess(values: readonly string[]): Meaning {
  const said = values.filter((value) => value !== '');
  const isLong = (value: string) => value.length > longestPlain || value.split(/\s+/).length > mostWords;
  if (said.length === 0 || said.some((value) => isLong(value) || tells.test(value))) return 'sealed';
  if (said.every((value) => isDate.test(value) || isNumber.test(value))) return 'plain';
  const distinct = new Set(said.map((value) => value.toLowerCase())).size;
  return distinct <= Math.min(mostDistinct, Math.max(2, said.length / 3)) ? 'plain' : 'sealed';
}
