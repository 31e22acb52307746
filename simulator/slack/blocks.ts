import { type Json, list, object, text } from '../json';
import { element, inputs, pressed } from './elements';
import { type Complain, long, many, need, words } from './limits';
import { SlackError } from './web-api';

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
  const tables = blocks.filter(({ type }) => type === 'table');
  if (tables.length > 1) complain('only one table is allowed', '');
  if (tables.length > 0 && where === 'view') complain('unsupported type: table', '');
  if (blocks.filter(({ type }) => type === 'data_visualization').length > 2) complain('no more than 2 charts', '');
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
    if (block.fields !== undefined) need(block.fields, `${at}/fields`, complain);
    if (block.accessory !== undefined)
      element(object(block.accessory), `${at}/accessory`, complain, new Set([...pressed, 'image']));
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
    many(block.elements, 25, `${at}/elements`, complain, (one, inner) =>
      element(object(one), inner, complain, pressed),
    );
    const ids = list(block.elements)
      .map((one) => text(object(one).action_id))
      .filter(Boolean);
    if (new Set(ids).size < ids.length) complain('action_id must be unique', `${at}/elements`);
  },
  input: (block, at, complain) => {
    words(block.label, 2000, `${at}/label`, complain, true);
    if (block.hint !== undefined) words(block.hint, 2000, `${at}/hint`, complain, true);
    if (block.element === undefined) complain('missing required field: element', at);
    else element(object(block.element), `${at}/element`, complain, inputs);
  },
  image: (block, at, complain) => {
    long(block.alt_text, 2000, `${at}/alt_text`, complain, true);
    if (block.slack_file === undefined) long(block.image_url, 3000, `${at}/image_url`, complain, true);
  },
  markdown: (block, at, complain) => long(block.text, 12_000, `${at}/text`, complain, true),
  table: (block, at, complain) => {
    need(block.rows, `${at}/rows`, complain);
    many(block.column_settings, 20, `${at}/column_settings`, complain, () => {});
    let letters = 0;
    many(block.rows, 100, `${at}/rows`, complain, (row, inner) =>
      many(row, 20, inner, complain, (cell, place) => {
        const { type, text: value } = object(cell);
        if (!['raw_text', 'raw_number', 'rich_text'].includes(String(type)))
          complain('unsupported type', `${place}/type`);
        letters += typeof value === 'string' ? value.length : JSON.stringify(object(cell).elements ?? '').length;
      }),
    );
    if (letters > 10_000) complain('table is too large', `${at}/rows`);
  },
  data_visualization: (block, at, complain) => {
    long(block.title, 50, `${at}/title`, complain);
    const { segments, series } = object(block.chart);
    for (const [name, all] of Object.entries({ segments, series }))
      many(all, 6, `${at}/chart/${name}`, complain, () => {});
  },
};
