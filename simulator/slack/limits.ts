import { list, object } from '../json';

export type Complain = (problem: string, at: string) => void;

/** A text object: its kind, what may stand beside it, and how long it is. */
export function words(given: unknown, limit: number, at: string, complain: Complain, mustBePlain = false): void {
  const { type, text: value, emoji, verbatim } = object(given);
  if (type !== 'plain_text' && (mustBePlain || type !== 'mrkdwn')) complain('unsupported type', `${at}/type`);
  if (emoji !== undefined && type === 'mrkdwn') complain('invalid additional property: emoji', at);
  if (verbatim !== undefined && type === 'plain_text') complain('invalid additional property: verbatim', at);
  long(value, limit, `${at}/text`, complain, true);
}

export function long(value: unknown, limit: number, at: string, complain: Complain, isNeeded = false): void {
  if (value === undefined && !isNeeded) return;
  if (typeof value !== 'string') complain('must be a string', at);
  else if (isNeeded && value === '') complain('must be more than 0 characters', at);
  else if ([...value].length > limit) complain(`must be less than ${limit + 1} characters`, at);
}

export function need(value: unknown, at: string, complain: Complain): void {
  if (list(value).length === 0) complain('no fewer than 1 items allowed', at);
}

export function many(
  value: unknown,
  limit: number,
  at: string,
  complain: Complain,
  each: (item: unknown, at: string) => void,
): void {
  const items = list(value);
  if (items.length > limit) complain(`no more than ${limit} items allowed`, at);
  for (const [index, item] of items.entries()) each(item, `${at}/${index}`);
}

export function between(value: unknown, least: number, most: number, at: string, complain: Complain): void {
  if (value === undefined) return;
  if (typeof value !== 'number' || !Number.isInteger(value)) complain('must be an integer', at);
  else if (value < least) complain(`must be at least ${least}`, at);
  else if (value > most) complain(`must be no more than ${most}`, at);
}
