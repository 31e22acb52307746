import { canonicalPhone } from '../../../phone';
import { canonicalEmail, canonicalExternal } from '../identity';
import { type Column, type Field, rankOf } from './columns';
import type { RawRow } from './records';
import {
  bare,
  countryNamed,
  isFormula,
  isMinor,
  isScientific,
  languageOf,
  plainValue,
  type Reason,
  withoutDecimals,
} from './values';

/** Somebody in a list, in the one form of everything. At least a phone or a mail is there. */
export interface ListedPerson {
  row: number;
  phone?: string;
  email?: string;
  /** The customer's own id of them. */
  external?: string;
  name?: string;
  country?: string;
  language?: string;
  /** Plain attributes, and what is kept sealed. */
  plain: [key: string, value: string][];
  sealed: [key: string, value: string][];
}
export interface Refused {
  row: number;
  reason: Reason;
  /** The title of the column that it is about. */
  column?: string;
}

const longest: Readonly<Record<string, number>> = { name: 200, plain: 100, sealed: 500, email: 254, phone: 40 };

/** Makes a person of a row, or says why not. Pure. */
export class PersonReader {
  private readonly at: Partial<Record<Field, number[]>> = {};
  private readonly looked: { at: number; becomes: 'age' | 'birth'; title: string }[] = [];
  private readonly kept: { at: number; becomes: 'plain' | 'sealed'; key: string; title: string }[] = [];

  /** @param country of the customer: where a number without a country code is dialled */
  constructor(
    private readonly columns: readonly Column[],
    private readonly country: string,
    private readonly now: Date,
  ) {
    columns.forEach(({ becomes, key, title }, at) => {
      if (becomes === 'plain' || becomes === 'sealed') this.kept.push({ at, becomes, key, title });
      else if (becomes === 'age' || becomes === 'birth') this.looked.push({ at, becomes, title });
      else if (becomes !== 'dropped') {
        this.at[becomes] ??= [];
        this.at[becomes].push(at);
      }
    });
    for (const [field, all] of Object.entries(this.at))
      all.sort((a, b) => rankOf(field as Field, this.title(a)) - rankOf(field as Field, this.title(b)));
  }

  read(raw: RawRow): ListedPerson | Refused {
    const { row, cells, broken } = raw;
    if (broken) return { row, reason: broken };
    // Excel leaves empty cells at the end of a row away, or adds some.
    if (cells.length > this.columns.length && cells.slice(this.columns.length).some((cell) => cell.trim() !== ''))
      return { row, reason: 'cells' };
    const young = this.looked.find(({ at, becomes }) => isMinor(cells[at] ?? '', becomes, this.now));
    if (young) return { row, reason: 'minor', column: young.title };
    const person: ListedPerson = { row, plain: [], sealed: [] };
    return this.addresses(person, cells) ?? this.name(person, cells) ?? this.rest(person, cells) ?? person;
  }

  private addresses(person: ListedPerson, cells: readonly string[]): Refused | undefined {
    const country = countryNamed(this.first('country', cells)?.text ?? '');
    if (country) person.country = country;
    const { row } = person;
    const phone = this.first('phone', cells);
    if (phone) {
      const { text, title: column } = phone;
      if (isScientific(text)) return { row, reason: 'scientific', column };
      const one = text.length > (longest.phone as number) ? undefined : phoneOf(text, country ?? this.country);
      if (!one) return { row, reason: isFormula(text) ? 'formula' : 'phone', column };
      person.phone = one;
    }
    const email = this.first('email', cells);
    if (email) {
      const { text, title: column } = email;
      const one = text.length > (longest.email as number) ? undefined : canonicalEmail(text);
      if (!one) return { row, reason: isFormula(text) ? 'formula' : 'email', column };
      person.email = one;
    }
    const external = this.first('external', cells);
    if (external) {
      const one = canonicalExternal(external.text);
      if (isFormula(external.text)) return { row, reason: 'formula', column: external.title };
      if (!one) return { row, reason: 'too_long', column: external.title };
      person.external = one;
    }
    return person.phone || person.email ? undefined : { row, reason: 'no_address' };
  }

  private name(person: ListedPerson, cells: readonly string[]): Refused | undefined {
    const parts = [this.first('name', cells), this.first('surname', cells)].filter((part) => part !== undefined);
    const name = parts.map(({ text }) => text).join(' ');
    const { row } = person;
    const column = parts[0]?.title ?? '';
    if (parts.some(({ text }) => isFormula(text))) return { row, reason: 'formula', column };
    if (name.length > (longest.name as number)) return { row, reason: 'too_long', column };
    if (name) person.name = name.replace(/\s+/g, ' ');
    const language = languageOf(this.first('language', cells)?.text ?? '');
    if (language) person.language = language;
    return undefined;
  }

  private rest(person: ListedPerson, cells: readonly string[]): Refused | undefined {
    for (const { at, becomes, key, title: column } of this.kept) {
      const cell = cells[at];
      if (!cell) continue;
      const text = bare(cell);
      if (text === '') continue;
      if (isFormula(text)) return { row: person.row, reason: 'formula', column };
      if (text.length > (longest[becomes] as number)) return { row: person.row, reason: 'too_long', column };
      person[becomes].push([key, becomes === 'plain' ? plainValue(text) : text]);
    }
    return undefined;
  }

  /** The first of a field's columns in which something stands. */
  private first(field: Field, cells: readonly string[]): { text: string; title: string } | undefined {
    for (const at of this.at[field] ?? []) {
      const cell = cells[at];
      const text = cell ? bare(cell) : '';
      if (text !== '') return { text, title: this.title(at) };
    }
    return undefined;
  }

  private title(at: number): string {
    return this.columns[at]?.title ?? '';
  }
}

const mobile = /^(?:\+?56)?9\d{8}$/;

/** The same as `canonicalPhone` says, at once where it is as most lists here have it. A test holds both equal. */
export function phoneOf(written: string, country: string): string | undefined {
  const text = withoutDecimals(written);
  if (country === 'CL' && mobile.test(text)) return `+56${text.slice(-9)}`;
  return canonicalPhone(text, country);
}
