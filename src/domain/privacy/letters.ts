import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { AppError } from '../../errors';
import type { Kept } from './case-state';
import { caseNumber } from './case-view';
import type { CaseRow } from './cases.table';
import { certificateRules } from './certificate';
import { answeringRegime, deadlines, regimeOf } from './deadlines';
import type { LetterFacts } from './execution';
import { objectedTo } from './objections';
import { leavesForGood } from './promotions';

type Language = 'es' | 'en' | 'pt';
type Words = Readonly<Record<string, string>>;
interface Texts {
  rights: Words;
  channels: Words;
  uses: Words;
  authorities: Readonly<Record<string, { name: string; term: string; extension?: string }>>;
  /** `ante {name}` */
  before: string;
  categories: Words;
  grounds: Readonly<Record<string, { why: string; rule: string }>>;
  stays: string;
  stays_until: string;
  stays_review: string;
  /** What stays after every erasure, by what it is. */
  remains: Words;
  /** The facts of a yes in part that nobody but a hold decided. */
  held_facts: string;
  paragraphs: Words;
  did: Words;
  left: string;
}
const folder = join(__dirname, 'letters');
const read = (name: string): unknown => load(readFileSync(join(folder, `${name}.yaml`), 'utf8'));

/** By kind of letter, its paragraphs in order; `!`: it must be there. */
export const letterPlans = read('letters') as Readonly<Record<LetterKind, readonly string[]>>;
export const letterTexts: Readonly<Record<Language, Texts>> = {
  es: read('es') as Texts,
  en: read('en') as Texts,
  pt: read('pt') as Texts,
};
const locales: Readonly<Record<Language, string>> = { es: 'es-CL', en: 'en-US', pt: 'pt-BR' };

export type LetterKind =
  | 'acknowledged'
  | 'access'
  | 'access_cover'
  | 'access_summary'
  | 'access_none'
  | 'portability'
  | 'rectify'
  | 'object'
  | 'block'
  | 'erase'
  | 'partial'
  | 'denied'
  | 'not_applicable'
  | 'extension'
  | 'question';

export interface Letter {
  text: string;
  /** Which paragraphs it has. */
  says: readonly string[];
  /** Of the text. */
  hash: Buffer;
}
export interface Company {
  name: string;
  contact: string;
}
/** What stands in a letter beside the case itself. */
export interface LetterMore extends LetterFacts {
  reason?: string;
  question?: string;
  /** What is held, by category. */
  held?: readonly { category: string; count: number }[];
}
type Value = string | number | Date | readonly string[] | undefined;

/** Written whole from the case and what was done, the same for the same. @throws LETTER_INCOMPLETE, LETTER_TOO_LONG */
export function writeLetter(kind: LetterKind, row: CaseRow, company: Company, at: Date, more: LetterMore = {}): Letter {
  const language = languageOf(row.language);
  const facts = factsOf(kind, row, company, at, more, language);
  const reader = { language, zone: row.zone };
  const said: [name: string, text: string][] = [];
  for (const planned of letterPlans[kind]) {
    const name = planned.replace('!', '');
    const text = filled(letterTexts[language].paragraphs[name] ?? '', facts, reader);
    if (text) said.push([name, text]);
    else if (planned.endsWith('!')) throw new AppError('LETTER_INCOMPLETE', { status: name });
  }
  const text = said.map(([, one]) => one).join('\n\n');
  if (text.length > deadlines.letterLength) throw new AppError('LETTER_TOO_LONG', { most: deadlines.letterLength });
  return { text, says: said.map(([name]) => name), hash: createHash('sha256').update(text).digest() };
}

export const languageOf = (language: string): Language => (language === 'en' || language === 'pt' ? language : 'es');

/** Which letter answers a case that was decided. */
export function answerKind(row: Pick<CaseRow, 'right' | 'outcome' | 'scope'>, told: LetterFacts): LetterKind {
  if (row.outcome === 'partial' || row.outcome === 'denied' || row.outcome === 'not_applicable') return row.outcome;
  if (row.right !== 'access') return row.right;
  if (told.no_data) return 'access_none';
  return row.scope === 'summary' ? 'access_summary' : 'access';
}

function factsOf(
  kind: LetterKind,
  row: CaseRow,
  company: Company,
  at: Date,
  more: LetterMore,
  language: Language,
): Record<string, Value> {
  const texts = letterTexts[language];
  const regimes = answeringRegimes(row, at);
  const urls = regimes.flatMap((name) => regimeOf(name).authority_url ?? []);
  const flag = (is: boolean): Value => (is ? '' : undefined);
  const isErasure = row.right === 'erase' && !['denied', 'not_applicable'].includes(kind);
  const reader = { language, zone: row.zone };
  const remains = isErasure ? remainsOf(texts, company, reader) : undefined;
  return {
    case: caseNumber(row.number),
    company: company.name,
    contact: company.contact || undefined,
    right: texts.rights[row.right],
    received: row.received_at,
    due: row.due_at,
    authority: authoritiesOf(texts, regimes, ({ before }) => before),
    authority_in_time: authoritiesOf(texts, regimes, ({ before, term }) => `${before} ${term}`),
    extension: texts.authorities[answeringRegime(row.regime, at)]?.extension,
    authority_url: urls.length > 0 ? urls : undefined,
    claim_free: flag(regimes.every((name) => regimeOf(name).free_claim === true)),
    frozen: flag(row.block === 'provisional' || row.blocked_at !== null),
    remains,
    remains_too: remains,
    on_phone: flag(isErasure),
    agency_day: (row.agency_notice && row.decided_at) || undefined,
    facts: row.facts ?? undefined,
    reason: more.reason,
    question: more.question,
    link: more.link,
    expires: more.expires,
    code_channel: more.code_channel && texts.channels[more.code_channel],
    redacted: more.redacted || undefined,
    erased_on: more.erased_on,
    certificate: more.certificate,
    backup_on: more.backup_on,
    stopped: stoppedBy(row, texts),
    stopped_on: row.decided_at ?? at,
    changes: more.changes?.length ? more.changes : undefined,
    held: more.held?.map(({ category }) => texts.categories[category] ?? texts.categories.other ?? category),
    done: doneOf(kind, row, texts, more, reader),
    ground: groundOf(row, texts, reader),
  };
}

/** By which laws they may complain now. */
export const answeringRegimes = ({ authorities }: Pick<CaseRow, 'authorities'>, at: Date): string[] => [
  ...new Set(authorities.map((name) => answeringRegime(name, at))),
];

/** One that has no words leaves the letter incomplete: none is passed over in silence. */
function authoritiesOf(
  { authorities, before }: Texts,
  regimes: readonly string[],
  said: (one: { before: string; term: string }) => string,
): readonly string[] | undefined {
  const known = regimes.flatMap((name) => authorities[name] ?? []);
  if (known.length < regimes.length) return undefined;
  return known.map(({ name, term }) => said({ before: before.replace('{name}', name), term }));
}

interface Reader {
  language: Language;
  zone: string;
}

/** What was done all the same: the rest of it; of a refusal, that they are left alone. */
function doneOf(kind: LetterKind, row: CaseRow, texts: Texts, { erased_on }: LetterMore, reader: Reader): Value {
  const done = { erased_on, stopped: stoppedBy(row, texts) };
  if (kind === 'partial') return filled(texts.did[row.right] ?? '', done, reader);
  return kind === 'denied' && leavesForGood(row) ? texts.left : undefined;
}

/** The uses that end with the yes. */
function stoppedBy(row: CaseRow, texts: Texts): Value {
  const stopped = objectedTo(row).flatMap((use) => texts.uses[use] ?? []);
  return stopped.length > 0 ? stopped : undefined;
}

function groundOf({ ground, kept }: CaseRow, texts: Texts, reader: Reader): Value {
  if (kept) return kept.map((one) => stays(one, texts, reader));
  const known = ground ? texts.grounds[ground] : undefined;
  return known && `${known.why} (${known.rule})`;
}

function stays({ category, ground, until, review }: Kept, texts: Texts, reader: Reader): string {
  const day = until ?? review;
  const on = day && { day: new Date(`${day}T12:00:00Z`) };
  const end = on && filled(until ? texts.stays_until : texts.stays_review, on, { ...reader, zone: 'UTC' });
  const what = texts.categories[category] ?? texts.categories.other ?? category;
  return filled(texts.stays, { what, ...texts.grounds[ground], until: end || '' }, reader) ?? what;
}

/** Everything that stays whatever was decided, and why. @throws LETTER_INCOMPLETE when something of it has no words */
function remainsOf(texts: Texts, { name }: Company, reader: Reader): string {
  const said = certificateRules.always.map(({ category, years }) => {
    const one = filled(texts.remains[category] ?? '', { company: name, years }, reader);
    if (!one) throw new AppError('LETTER_INCOMPLETE', { status: `remains.${category}` });
    return one;
  });
  return said.join('; ');
}

/** undefined: a fact is missing. */
function filled(sentence: string, facts: Readonly<Record<string, Value>>, reader: Reader): string | undefined {
  const names = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  if (!sentence || names.some((name) => facts[name] === undefined)) return undefined;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => written(facts[name] as string, reader));
}

function written(value: Exclude<Value, undefined>, { language, zone }: Reader): string {
  if (value instanceof Date)
    return new Intl.DateTimeFormat(locales[language], {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: zone,
    }).format(value);
  if (Array.isArray(value)) return new Intl.ListFormat(locales[language]).format(value);
  return String(value);
}
