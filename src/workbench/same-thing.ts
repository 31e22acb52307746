import { type Entities, plain } from '../conversation/understand';
import type { Answer } from './answer';
import { thingOf } from './named';
import { isSameMoment } from './same-moment';

const digits = (phone: string): string => phone.replace(/\D/g, '');
const SHORTEST_PHONE = 8;
/** With or without the code of its country. */
const isSamePhone = (one: string, other: string): boolean => {
  const [short = '', long = ''] = [digits(one), digits(other)].sort((a, b) => a.length - b.length);
  return short.length >= SHORTEST_PHONE && long.endsWith(short);
};

const among = <T>(all: readonly T[], wanted: readonly T[]): boolean => wanted.every((one) => all.includes(one));

/** Every number that a message names. */
const numbersIn = ({ percents, amounts, minutes, campaignNumbers, phones, cases }: Entities): number[] => [
  ...[...percents, ...amounts.map(({ value }) => value), ...campaignNumbers],
  ...minutes.flatMap((count) => [count, count / 60, count / 1440]),
  ...[...phones, ...cases].map((written) => Number(digits(written))),
];

/** Every word that a message was found to name. */
const wordsIn = ({ heard: { entities, slots } }: Answer): string[] => {
  const { campaign, template, segment, emails, cases, taxIds, channels, quoted, people } = entities;
  const names = [campaign, template, segment].flatMap(({ id }) => id ?? []);
  const said = Object.values(slots).flatMap((value) => (typeof value === 'string' ? value : []));
  return [...names, ...emails, ...cases, ...taxIds, ...channels, ...quoted, ...people, ...said].map(plain);
};

const MOMENT_KEY =
  /^(?:at|when|cu[aá]ndo|quando|moment\w*|schedul\w*|date\w*|time|day|hour|hora|fecha|d[ií]a|data|since|until|from|to|start\w*|end\w*)$/i;

/** What a written value is, tells how it is compared; undefined where it is of no kind that is read. */
const asContact = (value: string, wanted: Entities, got: Entities): boolean | undefined => {
  if (wanted.emails.length > 0) return among(got.emails, wanted.emails);
  if (wanted.cases.length > 0) return among(got.cases, wanted.cases);
  if (wanted.taxIds.length > 0) return among(got.taxIds, wanted.taxIds);
  if (/^c[- ]?\d+$/i.test(value.trim())) return among(got.campaignNumbers, wanted.campaignNumbers);
  if (wanted.phones.length === 0) return undefined;
  return wanted.phones.every((one) => got.phones.some((other) => isSamePhone(one, other)));
};

const asFigure = (wanted: Entities, got: Entities): boolean | undefined => {
  if (wanted.percents.length > 0) return among(got.percents, wanted.percents);
  if (wanted.amounts.length > 0)
    return wanted.amounts.every(({ value }) => got.amounts.some((amount) => amount.value === value));
  if (wanted.channels.length > 0) return among(got.channels, wanted.channels);
  return wanted.minutes.length > 0 ? among(got.minutes, wanted.minutes) : undefined;
};

/** Whether what a line says is named in its text was found there, by what kind of thing it is. */
export const isFound = (key: string, value: unknown, answer: Answer): boolean => {
  const { entities: got, slots } = answer.heard;
  if (Array.isArray(value)) return value.every((one) => isFound(key, one, answer));
  if (typeof value === 'number') return numbersIn(got).includes(value);
  const text = String(value);
  const wanted = answer.read(text);
  const singular = (word: string): string => plain(word).replace(/s$/, '');
  if (wordsIn(answer).some((word) => singular(word) === singular(text))) return true;
  const contact = asContact(text, wanted, got);
  if (contact !== undefined) return contact;
  if (thingOf(key)) return false;
  const figure = asFigure(wanted, got);
  if (figure !== undefined) return figure;
  if (/^\d+(?:[.,]\d+)?$/.test(text) && !MOMENT_KEY.test(key))
    return numbersIn(got).includes(Number(text.replace(',', '.')));
  const dates = Object.values(slots).flatMap((slot) => (slot instanceof Date ? slot : []));
  const { read, zone } = answer;
  const isMoment = MOMENT_KEY.test(key) || wanted.moment !== undefined;
  return isMoment && isSameMoment(key, text, { entities: got, read, zone, dates });
};
