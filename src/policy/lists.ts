import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type Reader, say, sayHouse } from '../conversation/texts';
import { dataMap } from '../domain/privacy/data-map';
import type { PackageWords } from '../domain/privacy/package-words';
import { retention, retentionOf } from '../domain/privacy/retention-rules';
import { subprocessors } from '../domain/registers/subprocessors';
import type { Language } from '../intent';

export interface Purpose {
  purpose: string;
  basis: string;
  /** Which one it is, where the basis is a legitimate interest. */
  interest?: string;
}
export interface Cookie {
  name: string;
  ttl: Readonly<Record<Language, string>>;
  purpose: Readonly<Record<Language, string>>;
}
/** What the words around a list are filled with. */
export interface Around {
  reader: Reader;
  words: Readonly<Record<string, string>>;
  purposeNames: Readonly<Record<string, string>>;
  told: PackageWords;
  purposes: readonly Purpose[];
}
type List = (around: Around) => string[];

/** What a company writes to people for, if it has declared nothing else. */
export const usualPurposes: readonly Purpose[] = [{ purpose: 'marketing', basis: 'consent' }];
/** What data is used for besides, whatever a company declares. */
const { purposes: always } = load(readFileSync(join(__dirname, '..', 'domain', 'privacy', 'package.yaml'), 'utf8')) as {
  purposes: readonly Purpose[];
};
/** All that our pages leave in a browser. */
export const cookies = load(readFileSync(join(__dirname, '..', 'pages', 'cookies.yaml'), 'utf8')) as readonly Cookie[];

/** The kinds of data about the people customers write to, in the order of the map. */
export const categories: readonly string[] = [
  ...new Set([...Object.values(dataMap.tables), ...Object.values(dataMap.elsewhere)].map(({ category }) => category)),
].filter((one) => one !== 'none' && one !== 'team');

export const abroad = subprocessors.filter(({ transfer }) => transfer);

/** `90 días desde que se envió o se recibió` */
export function keptFor(category: string, told: PackageWords): string {
  const parts = retentionOf(category).map(({ rule, keep }) => {
    if (!keep) return told.among('periods', rule);
    const from = told.among('from', rule);
    return from === rule ? told.period(keep) : `${told.period(keep)} ${from}`;
  });
  return told.listed([...new Set(parts)]);
}

/** How long our own records are kept, by the names of the table of retention. */
export const keptByRule = (rule: string, told: PackageWords): string => told.period(retention.rules[rule]?.keep ?? {});

const country = (code: string, reader: Reader): string => sayHouse({ text: `countries.${code}` }, reader);

/** The lists of the policy. Nothing stands in them that is not in the data map, the registers or the table of retention. */
export const lists: Readonly<Record<string, List>> = {
  categories: ({ told, words, reader }) =>
    categories.map((one) => say(words.category ?? '', { ...told.category(one) }, reader)),

  sources: ({ told, words, reader }) =>
    categories.map((one) => say(words.source ?? '', { ...told.category(one) }, reader)),

  retention: ({ told, words, reader }) =>
    categories.map((one) => say(words.kept ?? '', { ...told.category(one), period: keptFor(one, told) }, reader)),

  purposes: ({ told, words, reader, purposes, purposeNames }) =>
    [...purposes, ...always].map(({ purpose, basis }) => {
      const name = purposeNames[purpose] ?? told.says(`purposes.${purpose}`);
      return say(words.purpose ?? '', { purpose: capital(name), basis: told.says(`bases.${basis}`) }, reader);
    }),

  recipients: ({ told, words, reader }) =>
    subprocessors.map(({ name, country: code, fields }) => {
      const said = told.listed(fields.map((field) => sayHouse({ text: `disclosed.${field}` }, reader)));
      return say(words.recipient ?? '', { name, country: country(code, reader), fields: said }, reader);
    }),

  transfers: ({ words, reader }) =>
    abroad.length === 0
      ? [words.no_transfers ?? '']
      : abroad.map(({ name, country: code, transfer }) => {
          const { mechanism = '', document = '' } = transfer ?? {};
          const adequate = (mechanism === 'adequacy' ? words.adequate : words.not_adequate) ?? '';
          const how = sayHouse({ text: `mechanisms.${mechanism}` }, reader);
          const vars = { name, country: country(code, reader), adequate, mechanism: how, document };
          return say(words.transfer ?? '', vars, reader);
        }),

  cookies: ({ words, reader }) =>
    cookies.length === 0
      ? [words.no_cookies ?? '']
      : cookies.map(({ name, ttl, purpose }) =>
          say(words.cookie ?? '', { name, ttl: ttl[reader.language], purpose: purpose[reader.language] }, reader),
        ),
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
