import { type Json, list, object, text } from '../json';
import { SlackError } from './web-api';

type Complain = (problem: string, at: string) => void;

const most = { message: 50, view: 100 };
const known = new Set([
  ...['section', 'header', 'divider', 'context', 'actions', 'input', 'image', 'markdown', 'rich_text', 'table', 'file'],
  ...[
    'video',
    'alert',
    'card',
    'carousel',
    'container',
    'data_table',
    'data_visualization',
    'context_actions',
    'plan',
    'task_card',
  ],
]);

/** @throws SlackError invalid_blocks with what is wrong and where, as Slack says it */
export function checkBlocks(given: unknown, where: 'message' | 'view'): Json[] {
  if (given === undefined || given === '') return [];
  if (!Array.isArray(given)) throw new SlackError('invalid_blocks_format');
  const problems: string[] = [];
  const complain: Complain = (problem, at) => problems.push(`${problem} [json-pointer:/blocks${at}]`);
  if (given.length > most[where]) complain(`no more than ${most[where]} items allowed`, '');
  const blocks = given.map(object);
  for (const [at, block] of blocks.entries()) checkBlock(block, `/${at}`, where, complain);
  const ids = blocks.map((block) => text(block.block_id)).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) complain('block_id must be unique', '');
  if (problems.length > 0)
    throw new SlackError('invalid_blocks', {
      errors: problems,
      response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
    });
  return blocks.map((block, at) => (block.block_id ? block : { ...block, block_id: `b${at}` }));
}

function checkBlock(block: Json, at: string, where: 'message' | 'view', complain: Complain): void {
  const type = text(block.type) ?? '';
  if (!known.has(type)) return void complain(`unsupported type: ${type}`, `${at}/type`);
  long(block.block_id, 255, `${at}/block_id`, complain);
  const check = checks[type];
  check?.(block, at, complain);
  if (type === 'input' && where === 'message') complain('unsupported type: input', `${at}/type`);
}

const checks: Record<string, (block: Json, at: string, complain: Complain) => void> = {
  section: (block, at, complain) => {
    if (block.text === undefined && block.fields === undefined) complain('missing required field: text', at);
    if (block.text !== undefined) words(block.text, 3000, `${at}/text`, complain);
    many(block.fields, 10, `${at}/fields`, complain, (field, inner) => words(field, 2000, inner, complain));
    if (block.accessory !== undefined) element(object(block.accessory), `${at}/accessory`, complain);
  },
  header: (block, at, complain) => words(block.text, 150, `${at}/text`, complain, true),
  context: (block, at, complain) => {
    need(block.elements, `${at}/elements`, complain);
    many(block.elements, 10, `${at}/elements`, complain, (one, inner) => {
      if (object(one).type !== 'image') words(one, 3000, inner, complain);
    });
  },
  actions: (block, at, complain) => {
    need(block.elements, `${at}/elements`, complain);
    many(block.elements, 25, `${at}/elements`, complain, (one, inner) => element(object(one), inner, complain));
    const ids = list(block.elements)
      .map((one) => text(object(one).action_id))
      .filter(Boolean);
    if (new Set(ids).size < ids.length) complain('action_id must be unique', `${at}/elements`);
  },
  input: (block, at, complain) => {
    words(block.label, 2000, `${at}/label`, complain, true);
    if (block.hint !== undefined) words(block.hint, 2000, `${at}/hint`, complain, true);
    if (block.element === undefined) complain('missing required field: element', at);
    else element(object(block.element), `${at}/element`, complain);
  },
  image: (block, at, complain) => {
    long(block.alt_text, 2000, `${at}/alt_text`, complain, true);
    if (block.slack_file === undefined) long(block.image_url, 3000, `${at}/image_url`, complain, true);
  },
  markdown: (block, at, complain) => long(block.text, 12_000, `${at}/text`, complain, true),
  table: (block, at, complain) => {
    many(block.rows, 100, `${at}/rows`, complain, (row, inner) => many(row, 20, inner, complain, () => {}));
    if (JSON.stringify(block.rows ?? []).length > 40_000) complain('table is too large', `${at}/rows`);
  },
};

const options: Record<string, number> = {
  static_select: 100,
  multi_static_select: 100,
  overflow: 5,
  radio_buttons: 10,
  checkboxes: 10,
};

function element(given: Json, at: string, complain: Complain): void {
  const type = text(given.type) ?? '';
  if (!type) return void complain('missing required field: type', at);
  long(given.action_id, 255, `${at}/action_id`, complain);
  if (given.placeholder !== undefined) words(given.placeholder, 150, `${at}/placeholder`, complain, true);
  if (type === 'button') {
    words(given.text, 75, `${at}/text`, complain, true);
    long(given.value, 2000, `${at}/value`, complain);
    long(given.url, 3000, `${at}/url`, complain);
    if (given.style !== undefined && given.style !== 'primary' && given.style !== 'danger')
      complain('style must be primary or danger', `${at}/style`);
  }
  const mostOptions = options[type];
  if (mostOptions === undefined) return;
  if (given.option_groups === undefined) need(given.options, `${at}/options`, complain);
  many(given.options, mostOptions, `${at}/options`, complain, (one, inner) => {
    words(object(one).text, 75, `${inner}/text`, complain);
    long(object(one).value, 150, `${inner}/value`, complain, true);
  });
}

function words(given: unknown, limit: number, at: string, complain: Complain, mustBePlain = false): void {
  const { type, text: value } = object(given);
  if (type !== 'plain_text' && (mustBePlain || type !== 'mrkdwn')) complain('unsupported type', `${at}/type`);
  long(value, limit, `${at}/text`, complain, true);
}

function long(value: unknown, limit: number, at: string, complain: Complain, isNeeded = false): void {
  if (value === undefined && !isNeeded) return;
  if (typeof value !== 'string') complain('must be a string', at);
  else if (isNeeded && value === '') complain('must be more than 0 characters', at);
  else if ([...value].length > limit) complain(`must be less than ${limit + 1} characters`, at);
}

function need(value: unknown, at: string, complain: Complain): void {
  if (list(value).length === 0) complain('no fewer than 1 items allowed', at);
}

function many(
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
