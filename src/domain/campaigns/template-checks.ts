import { saysHowToLeave } from './opt-out-text';
import type { SmsPrice } from './sms-parts';
import { places, type TemplateButton, type TemplateParts, type Variable } from './template-parts';
import { nameIn } from './template-words';

/** What is written, before anybody reviewed it. */
export interface TemplateDraft {
  channel: string;
  name: string;
  language: string;
  category: string;
  body: string;
  variables: readonly Variable[];
  parts: TemplateParts;
  stop_word?: string | null;
  sender_name?: string | null;
  /** Its picture, video or paper is here. */
  hasMedium?: boolean;
  /** What people could tap in it, and no campaign may send. */
  refusedLinks?: readonly string[];
}

export interface TemplateRule {
  code: string;
  why: 'meta' | 'law' | 'sense';
  for: readonly string[];
  where: string;
  most?: number;
  least?: number;
  form?: string;
  refuses?: boolean;
}

type Seen = Readonly<Record<string, string | number>>;
/** What was found, for its sentence; `undefined` where the rule holds. */
type Check = (draft: TemplateDraft, rule: TemplateRule, price?: SmsPrice) => Seen | undefined;

const marks = /[*_~`\n\r]|\p{Extended_Pictographic}/u;
const anyPlace = /\{\{[^{}]*\}\}/g;
const place = /\{\{[1-9]\d*\}\}/g;

const found = (is: boolean, seen: Seen = {}): Seen | undefined => (is ? seen : undefined);
const lacks = (text: string | undefined, { form = '' }: TemplateRule): boolean =>
  !new RegExp(form, 'u').test(text ?? '');
const over = (text: string | undefined, { most = 0 }: TemplateRule): Seen | undefined =>
  found((text ?? '').length > most, { length: (text ?? '').length });
const headerText = ({ parts: { header } }: TemplateDraft): string | undefined =>
  header?.kind === 'text' ? header.text : undefined;
const buttonsOf = ({ parts }: TemplateDraft): readonly TemplateButton[] => parts.buttons ?? [];
const ofKind = <Kind extends TemplateButton['kind']>(draft: TemplateDraft, kind: Kind) =>
  buttonsOf(draft).filter((one): one is Extract<TemplateButton, { kind: Kind }> => one.kind === kind);
/** The first label that is not as it should be. */
const label = (all: readonly TemplateButton[], is: (one: TemplateButton) => boolean): Seen | undefined => {
  const one = all.find(is);
  return one && { label: one.label.slice(0, 40) };
};
/** A place that stands for nothing, or whose value is no plain words. */
const isPoor = (value: string | undefined): boolean => !value?.trim() || /[\n\r\t]| {5}/.test(value);
const standIn = (one: TemplateDraft['variables'][number] | undefined): string | undefined =>
  one && ('text' in one ? one.text : one.otherwise);

/** Each rule of template-rules.yaml, by its code. */
export const checks: Readonly<Record<string, Check>> = {
  NAME_FORM: ({ name }, rule) => found(lacks(name, rule)),
  NAME_MISSING: ({ name }, rule) => found(lacks(name, rule)),
  LANGUAGE_FORM: ({ language }, rule) => found(lacks(language, rule)),
  CATEGORY_UNKNOWN: ({ category }, rule) => found(lacks(category, rule)),
  BODY_EMPTY: ({ body }, rule) => found(lacks(body, rule)),
  BODY_LONG: ({ body }, rule) => over(body, rule),
  BODY_TOO_LONG: ({ body }, rule) => over(body, rule),
  BODY_SPACES: ({ body }) => found(/\t| {5}|\n{3}/.test(body)),
  PLACE_FORM: ({ channel, body }) => {
    const words = channel === 'email' ? body.replace(/\{\{\s*unsubscribe\s*\}\}/g, '') : body;
    const odd = words.match(anyPlace)?.find((one) => !/^\{\{[1-9]\d*\}\}$/.test(one));
    return found(odd !== undefined || /\{\{|\}\}/.test(words.replace(anyPlace, '')), { place: odd ?? '{{' });
  },
  PLACE_ORDER: ({ body }) => {
    const all = places(body);
    const missing = all.findIndex((one, at) => one !== at + 1);
    return found(missing >= 0, { place: `{{${missing + 1}}}` });
  },
  PLACE_EDGE: ({ body }) => found(/^\s*\{\{[1-9]\d*\}\}|\{\{[1-9]\d*\}\}\s*$/.test(body)),
  PLACE_ROW: ({ body }) => found(/\}\}\s*\{\{/.test(body)),
  PLACE_RATIO: ({ body }, { least = 0 }) => {
    const count = (body.match(place) ?? []).length;
    const words = (body.replace(place, ' ').match(/[\p{L}\p{N}]+/gu) ?? []).length;
    const wanted = least * count + 1;
    return found(count > 0 && words < wanted, { words, wanted });
  },
  PLACE_UNFILLED: ({ body, variables, language }) => {
    const at = places(body).find((one) => isPoor(standIn(variables[one - 1])));
    if (at === undefined) return undefined;
    const variable = variables[at - 1];
    // as whoever wrote it knows it: nobody who wrote {nombre} has seen a number
    return variable && 'from' in variable
      ? { kind: 'name', place: nameIn(language) }
      : { kind: 'place', place: `{{${at}}}` };
  },
  HEADER_EMPTY: (draft, rule) => found(headerText(draft) !== undefined && lacks(headerText(draft), rule)),
  HEADER_LONG: (draft, rule) => over(headerText(draft), rule),
  HEADER_MARKS: (draft) => found(marks.test(headerText(draft)?.replace(place, '') ?? '')),
  HEADER_PLACES: ({ parts: { header } }, { most = 0 }) => {
    if (header?.kind !== 'text') return undefined;
    const all = header.text.match(place) ?? [];
    const isOdd = /\{\{|\}\}/.test(header.text.replace(place, '')) || all.some((one) => one !== '{{1}}');
    const isUnfilled = all.length === 1 && isPoor(standIn(header.variable));
    return found(all.length > most || isOdd || isUnfilled);
  },
  HEADER_MEDIUM: ({ parts: { header }, hasMedium }) =>
    found(header !== undefined && header.kind !== 'text' && !hasMedium),
  FOOTER_LONG: ({ parts }, rule) => over(parts.footer, rule),
  FOOTER_PLACES: ({ parts: { footer = '' } }) => found(/\{\{|\}\}|\n/.test(footer)),
  BUTTONS_MANY: (draft, { most = 0 }) => found(buttonsOf(draft).length > most),
  BUTTONS_LINKS: (draft, { most = 0 }) => found(ofKind(draft, 'url').length > most),
  BUTTONS_PHONES: (draft, { most = 0 }) => found(ofKind(draft, 'phone').length > most),
  BUTTONS_MIXED: (draft) => found(isTorn(buttonsOf(draft))),
  LABEL_LENGTH: (draft, { most = 0 }) => label(buttonsOf(draft), (one) => !one.label.trim() || one.label.length > most),
  LABEL_MARKS: (draft) => label(buttonsOf(draft), (one) => marks.test(one.label) || /\{\{|\}\}/.test(one.label)),
  LABEL_TWICE: (draft) => {
    const labels = buttonsOf(draft).map((one) => one.label);
    return label(buttonsOf(draft), (one) => labels.indexOf(one.label) !== labels.lastIndexOf(one.label));
  },
  LINK_FORM: (draft, { most = 0 }) =>
    label(ofKind(draft, 'url'), (one) => one.kind === 'url' && (one.url.length > most || !isLink(one.url))),
  LINK_PLACE: (draft) => label(ofKind(draft, 'url'), (one) => one.kind === 'url' && !hasGoodEnd(one)),
  LINK_REFUSED: ({ refusedLinks: [link] = [] }) => found(link !== undefined, { link: link ?? '' }),
  PHONE_FORM: (draft, rule) => label(ofKind(draft, 'phone'), (one) => one.kind === 'phone' && lacks(one.phone, rule)),
  SUBJECT_MISSING: ({ parts }, rule) => found(lacks(parts.subject, rule)),
  SUBJECT_LONG: ({ parts }, rule) => over(parts.subject, rule),
  SMS_PARTS: (_, { most = 0 }, price) => found((price?.segments ?? 0) > most, { segments: price?.segments ?? 0 }),
  SMS_LETTERS: (_, __, price) =>
    found(price !== undefined && price.otherwise < price.segments, {
      segments: price?.segments ?? 0,
      otherwise: price?.otherwise ?? 0,
      letters: price?.dear.join(' ') ?? '',
    }),
  NO_WAY_OUT: (draft) => found(draft.category === 'MARKETING' && !leaves(draft)),
  NO_WAY_OUT_MAIL: (draft) => found(draft.category === 'MARKETING' && !leaves(draft)),
};

const leaves = ({ channel, body, stop_word = null, sender_name = null }: TemplateDraft): boolean =>
  saysHowToLeave({ channel, body, stop_word, sender_name });

/** Replies stand together, before the others or behind them. */
function isTorn(buttons: readonly TemplateButton[]): boolean {
  const kinds = buttons.map(({ kind }) => (kind === 'reply' ? 'r' : 'o')).join('');
  return !/^(r*o*|o*r*)$/.test(kinds);
}

/** HTTPS, and whole without what is filled in at its end. */
function isLink(url: string): boolean {
  const whole = url.replace(/\{\{1\}\}$/, 'x');
  return /^https:\/\/[^\s{}]+$/.test(whole) && URL.canParse(whole);
}

/** One place at most, at the end, and something that stands for it. */
function hasGoodEnd({ url, ending }: Extract<TemplateButton, { kind: 'url' }>): boolean {
  const all = url.match(/\{\{|\}\}/g) ?? [];
  if (all.length === 0) return true;
  return all.length === 2 && url.endsWith('{{1}}') && /^\S+$/.test(ending ?? '');
}
