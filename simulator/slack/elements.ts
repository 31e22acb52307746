import { type Json, list, object, text } from '../json';
import { between, type Complain, long, many, need, words } from './limits';

const chosen = ['static', 'external', 'users', 'conversations', 'channels'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const shared = [...chosen, 'datepicker', 'timepicker', 'datetimepicker', 'checkboxes', 'radio_buttons'];

/** What may be pressed or chosen outside a form, and what a form may ask with. */
export const pressed: ReadonlySet<string> = new Set([...shared, 'button', 'overflow', 'workflow_button']);
export const inputs: ReadonlySet<string> = new Set([
  ...shared,
  ...['plain_text_input', 'email_text_input', 'url_text_input', 'number_input', 'file_input', 'rich_text_input'],
]);

const mostOptions: Record<string, number> = {
  static_select: 100,
  multi_static_select: 100,
  overflow: 5,
  radio_buttons: 10,
  checkboxes: 10,
};
const longestAnswer = 3000;

/** One element, of those that may stand there. */
export function element(given: Json, at: string, complain: Complain, allowed: ReadonlySet<string>): void {
  const type = text(given.type) ?? '';
  if (!type) return void complain('missing required field: type', at);
  if (!allowed.has(type)) return void complain(`unsupported type: ${type}`, `${at}/type`);
  long(given.action_id, 255, `${at}/action_id`, complain);
  if (given.placeholder !== undefined) words(given.placeholder, 150, `${at}/placeholder`, complain, true);
  if (given.confirm !== undefined) confirmation(object(given.confirm), `${at}/confirm`, complain);
  of[type]?.(given, at, complain);
  const most = mostOptions[type];
  if (most !== undefined) choices(given, most, at, complain);
}

const of: Record<string, (given: Json, at: string, complain: Complain) => void> = {
  button: (given, at, complain) => {
    words(given.text, 75, `${at}/text`, complain, true);
    long(given.value, 2000, `${at}/value`, complain);
    long(given.url, 3000, `${at}/url`, complain);
    long(given.accessibility_label, 75, `${at}/accessibility_label`, complain);
    if (given.style !== undefined && given.style !== 'primary' && given.style !== 'danger')
      complain('style must be primary or danger', `${at}/style`);
  },
  image: (given, at, complain) => {
    long(given.alt_text, 2000, `${at}/alt_text`, complain, true);
    if (given.slack_file === undefined) long(given.image_url, 3000, `${at}/image_url`, complain, true);
  },
  plain_text_input: (given, at, complain) => {
    const { min_length: least = 0, max_length: most = longestAnswer } = given;
    between(least, 0, longestAnswer, `${at}/min_length`, complain);
    between(most, 1, longestAnswer, `${at}/max_length`, complain);
    if (Number(least) > Number(most)) complain('must be no more than max_length', `${at}/min_length`);
    long(given.initial_value, Number(most), `${at}/initial_value`, complain);
  },
  number_input: (given, at, complain) => {
    if (typeof given.is_decimal_allowed !== 'boolean') complain('missing required field: is_decimal_allowed', at);
  },
  external_select: (given, at, complain) => between(given.min_query_length, 0, 255, `${at}/min_query_length`, complain),
  file_input: (given, at, complain) => between(given.max_files, 1, 10, `${at}/max_files`, complain),
};

function confirmation(given: Json, at: string, complain: Complain): void {
  words(given.title, 100, `${at}/title`, complain, true);
  words(given.text, 300, `${at}/text`, complain);
  words(given.confirm, 30, `${at}/confirm`, complain, true);
  words(given.deny, 30, `${at}/deny`, complain, true);
}

function choices(given: Json, most: number, at: string, complain: Complain): void {
  if (given.option_groups === undefined) need(given.options, `${at}/options`, complain);
  many(given.option_groups, 100, `${at}/option_groups`, complain, (group, inner) => {
    words(object(group).label, 75, `${inner}/label`, complain, true);
    many(object(group).options, most, `${inner}/options`, complain, (one, place) => option(one, place, complain));
  });
  many(given.options, most, `${at}/options`, complain, (one, inner) => option(one, inner, complain));
  const first = text(object(given.initial_option).value);
  const all = [...list(given.options), ...list(given.option_groups).flatMap((group) => list(object(group).options))];
  if (first !== undefined && !all.some((one) => text(object(one).value) === first))
    complain('must be one of the options', `${at}/initial_option`);
}

function option(given: unknown, at: string, complain: Complain): void {
  const { text: label, value, description } = object(given);
  words(label, 75, `${at}/text`, complain);
  long(value, 150, `${at}/value`, complain, true);
  if (description !== undefined) words(description, 75, `${at}/description`, complain);
}
