import { type Json, list, object, text } from '../json';
import type { Shown } from './content';
import { GraphError } from './graph-error';
import { type CompanyNumber, type Numbers, placesOf, type Template } from './numbers';

const mostWords = 1024;

/** The template a message names, as Meta has it. @throws GraphError 132001, 132007, 132015, 132016 */
export function templateFor(numbers: Numbers, number: CompanyNumber, given: Json): Template {
  const name = text(given.name);
  const language = text(object(given.language).code);
  if (!name) throw new GraphError(131008, 'Parameter template.name is missing');
  if (!language) throw new GraphError(131008, 'Parameter template.language.code is missing');
  const template = numbers.template(number.waba, name, language);
  if (!template) throw new GraphError(132001, `template name (${name}) does not exist in ${language}`);
  if (template.status === 'PAUSED') throw new GraphError(132015, 'The template is paused because of low quality.');
  if (template.status === 'DISABLED') throw new GraphError(132016, 'The template is disabled for good.');
  if (template.status !== 'APPROVED')
    throw new GraphError(132001, `template name (${name}) is not approved in ${language}`);
  return template;
}

/** Fills the places of a template. @throws GraphError 132000, 132005, 132012, 132018, 131008 */
export function filled(template: Template, given: Json, isMedium: (id: string) => boolean = () => true): Shown {
  const components = list(given.components).map(object);
  const places = placesOf(template);
  const body = components.find((component) => lower(component.type) === 'body');
  const parameters = list(body?.parameters).map(object);
  if (parameters.length !== places.length)
    throw new GraphError(
      132000,
      `body: number of localizable_params (${parameters.length}) does not match the expected number of params (${places.length})`,
    );
  const values = new Map(parameters.map((parameter, at) => [placeOf(parameter, places, at), wordsIn(parameter)]));
  const words = template.body.replace(/\{\{(\w+)\}\}/g, (_, place: string) => values.get(place) ?? '');
  if (words.length > mostWords) throw new GraphError(132005, `the text is ${words.length} characters long`);
  const buttons = buttonsOf(template, components);
  return {
    text: withFooter(template, words),
    ...headerOf(template, components, isMedium),
    ...(buttons.length > 0 && { buttons }),
  };
}

const partOf = ({ components = [] }: Template, type: string): Json =>
  components.find((one) => String(one.type).toUpperCase() === type) ?? {};

function withFooter(template: Template, words: string): string {
  const footer = text(partOf(template, 'FOOTER').text);
  return footer ? `${words}\n\n_${footer}_` : words;
}

/** What stands above the words: a text with its value, or a file that was left before. */
function headerOf(template: Template, components: readonly Json[], isMedium: (id: string) => boolean): Partial<Shown> {
  const { format, text: words } = partOf(template, 'HEADER');
  const [given] = list(components.find(({ type }) => lower(type) === 'header')?.parameters).map(object);
  const kind = lower(format);
  if (kind === '') {
    if (given) throw new GraphError(132018, 'header: the template has none');
    return {};
  }
  if (kind === 'text') {
    const isFilled = String(words).includes('{{1}}');
    if (isFilled !== (given !== undefined)) throw new GraphError(132000, 'header: number of params does not match');
    return { title: isFilled && given ? String(words).replace('{{1}}', wordsIn(given)) : String(words) };
  }
  const file = object(given?.[kind]);
  const id = text(file.id);
  if (!given || lower(given.type) !== kind || (!id && !text(file.link)))
    throw new GraphError(132012, `header: Format mismatch, expected ${kind.toUpperCase()}, received UNKNOWN`);
  if (id && !isMedium(id)) throw new GraphError(131009, `header: there is no medium ${id}`);
  return { medium: { kind, ...(id && { id }), ...(text(file.filename) && { name: text(file.filename) as string }) } };
}

function placeOf(parameter: Json, places: readonly string[], at: number): string {
  const name = text(parameter.parameter_name);
  if (name === undefined) return places[at] ?? '';
  if (!places.includes(name)) throw new GraphError(132012, `body: there is no parameter ${name}`);
  return name;
}

function wordsIn(parameter: Json): string {
  const type = lower(parameter.type);
  if (type === 'currency' || type === 'date_time') return text(object(parameter[type]).fallback_value) ?? '';
  if (type !== 'text') throw new GraphError(132012, `body: a parameter of type ${type} is not expected`);
  const value = text(parameter.text);
  if (!value) throw new GraphError(131008, 'Parameter of type text is missing text value');
  if (/[\n\t]| {5}/.test(value))
    throw new GraphError(132018, 'Param text cannot have new-line or tab characters or more than 4 consecutive spaces');
  return value;
}

/** Quick replies carry what the sender put behind them; without, pressing one says its label. A link with an end wants it. */
function buttonsOf(template: Template, components: readonly Json[]) {
  const given = components.filter((component) => lower(component.type) === 'button');
  const labels = template.buttons ?? [];
  const stray = given.find((button) => labels[Number(button.index)] === undefined);
  if (stray) throw new GraphError(132018, `button at index ${String(stray.index)} is not part of the template`);
  const kinds = list(partOf(template, 'BUTTONS').buttons).map(object);
  return labels.map((title, at) => {
    const [parameter] = list(given.find((button) => Number(button.index) === at)?.parameters).map(object);
    const url = text(kinds[at]?.url);
    if (url) return { id: title, title, url: linkOf(url, text(parameter?.text), at) };
    const payload = text(parameter?.payload);
    if (payload && payload.length > 256) throw new GraphError(131009, 'a payload has at most 256 characters');
    return { id: payload ?? title, title };
  });
}

function linkOf(url: string, ending: string | undefined, at: number): string {
  if (!url.endsWith('{{1}}')) return url;
  if (!ending) throw new GraphError(131008, `button at index ${at} needs the end of its address`);
  return url.replace('{{1}}', ending);
}

const lower = (value: unknown): string => (text(value) ?? '').toLowerCase();
