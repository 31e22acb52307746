import { type Json, list, object, text } from '../json';
import { GraphError } from './graph-error';
import type { Button } from './model';

/** What the person will see. */
export interface Shown {
  text: string;
  title?: string;
  /** Above the words: a picture, video or paper that was left before. */
  medium?: { kind: string; id?: string; name?: string };
  buttons?: Button[];
}

const withCaption = new Set(['image', 'video', 'document']);

/** Checks a free message's body against Meta's limits. @throws GraphError 100, 131008, 131009 */
export function contentOf(type: string, body: Json): Shown {
  const inside = object(body[type]);
  switch (type) {
    case 'text':
      return { text: required(inside.body, 'text.body', 4096) };
    case 'interactive':
      return interactive(inside);
    case 'reaction':
      required(inside.message_id, 'reaction.message_id', 512);
      return { text: text(inside.emoji) ?? '' };
    case 'location':
      if (!Number.isFinite(Number(inside.latitude)) || !Number.isFinite(Number(inside.longitude)))
        throw new GraphError(131008, 'location.latitude and location.longitude are required');
      return { text: text(inside.name) ?? '' };
    case 'contacts':
      return { text: contacts(body.contacts) };
    default:
      return media(type, inside);
  }
}

function media(type: string, inside: Json): Shown {
  if ((inside.id === undefined) === (inside.link === undefined))
    throw new GraphError(100, `${type} needs exactly one of id and link`);
  if (inside.caption !== undefined && !withCaption.has(type))
    throw new GraphError(100, `Unexpected key "caption" on param "${type}"`);
  const id = text(inside.id);
  const name = text(inside.filename);
  return {
    text: inside.caption === undefined ? '' : required(inside.caption, `${type}.caption`, 1024),
    medium: { kind: type, ...(id && { id }), ...(name && { name }) },
  };
}

function contacts(given: unknown): string {
  const all = list(given).map(object);
  if (all.length < 1 || all.length > 5) throw new GraphError(131009, 'contacts must hold 1 to 5 contacts');
  return all.map((one) => text(object(one.name).formatted_name) ?? '').join(', ');
}

function interactive(inside: Json): Shown {
  const kind = required(inside.type, 'interactive.type', 64);
  const body = object(inside.body);
  const words = required(body.text, 'interactive.body.text', kind === 'list' ? 4096 : 1024);
  const footer = inside.footer === undefined ? '' : required(object(inside.footer).text, 'interactive.footer.text', 60);
  const header = object(inside.header);
  const title = header.type === 'text' ? required(header.text, 'interactive.header.text', 60) : undefined;
  const action = object(inside.action);
  const buttons = kind === 'button' ? replyButtons(action) : kind === 'list' ? rows(action) : [];
  return {
    text: footer ? `${words}\n${footer}` : words,
    ...(title && { title }),
    ...(buttons.length > 0 && { buttons }),
  };
}

function replyButtons(action: Json): Button[] {
  const buttons = list(action.buttons).map((button, at) => {
    const reply = object(object(button).reply);
    const where = `interactive.action.buttons[${at}].reply`;
    return { id: required(reply.id, `${where}.id`, 256), title: required(reply.title, `${where}.title`, 20) };
  });
  if (buttons.length < 1 || buttons.length > 3) throw new GraphError(131009, 'a message has 1 to 3 reply buttons');
  if (new Set(buttons.map(({ title }) => title)).size < buttons.length || isRepeated(buttons.map(({ id }) => id)))
    throw new GraphError(131009, 'reply buttons must differ in id and title');
  return buttons;
}

function rows(action: Json): Button[] {
  required(action.button, 'interactive.action.button', 20);
  const sections = list(action.sections).map(object);
  for (const section of sections) {
    if (section.title !== undefined || sections.length > 1)
      required(section.title, 'interactive.action.sections.title', 24);
  }
  const all = sections.flatMap((section) => list(section.rows).map(object));
  if (all.length < 1 || all.length > 10 || sections.length > 10)
    throw new GraphError(131009, 'a list has 1 to 10 rows in all');
  const buttons = all.map((row) => {
    if (row.description !== undefined) required(row.description, 'interactive row description', 72);
    return { id: required(row.id, 'interactive row id', 200), title: required(row.title, 'interactive row title', 24) };
  });
  if (isRepeated(buttons.map(({ id }) => id))) throw new GraphError(131009, 'rows of a list must differ in id');
  return buttons;
}

const isRepeated = (values: readonly string[]): boolean => new Set(values).size < values.length;

function required(value: unknown, name: string, most: number): string {
  if (value === undefined || value === null || value === '')
    throw new GraphError(131008, `Parameter ${name} is missing`);
  if (typeof value !== 'string') throw new GraphError(100, `Param ${name} must be a string`);
  if ([...value].length > most) throw new GraphError(131009, `Param ${name} must be at most ${most} characters long`);
  return value;
}
