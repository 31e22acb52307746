import { el } from './dom.js';
import { t } from './language.js';
import { mrkdwn } from './mrkdwn.js';

/**
 * Block Kit as nodes. `names(id)` says who is mentioned; `press(button, node)` is called when a button is pressed.
 * An unknown block is named rather than hidden; the rest of the message still shows.
 */
export function drawBlocks(blocks, context) {
  return blocks.map((block) => (draw[block.type] ?? unknown)(block, context));
}

/** A text object or a bare string: its plain text. */
export const plainText = (text) => (typeof text === 'string' ? text : (text?.text ?? ''));

const textLines = (text, { names }) => {
  if (!text) return [];
  if (text.type === 'mrkdwn') return mrkdwn(text.text, names);
  return plainText(text)
    .split('\n')
    .map((line) => el('div', { class: 'line', dir: 'auto' }, line));
};

const draw = {
  header: (block) => el('h3', { class: 'block-header line', dir: 'auto' }, plainText(block.text)),
  section,
  context: (block, context) =>
    el('div', { class: 'block-context' }, ...(block.elements ?? []).map((one) => small(one, context))),
  actions: (block, context) =>
    el('div', { class: 'block-actions' }, ...(block.elements ?? []).map((one) => control(one, block, context))),
  divider: () => el('hr'),
  image: (block) => picture(block),
  table,
  rich_text: (block, context) => el('div', { class: 'block-section' }, ...richLines(block.elements ?? [], context)),
  markdown: (block, context) => el('div', { class: 'block-section' }, ...mrkdwn(plainText(block.text), context.names)),
};

const unknown = (block) => el('p', { class: 'muted' }, t('block.unknown', { type: block.type ?? '?' }));

function section(block, context) {
  const fields = (block.fields ?? []).map((field) => el('div', {}, ...textLines(field, context)));
  return el(
    'div',
    { class: 'block-section' },
    el(
      'div',
      { class: 'block-body' },
      ...textLines(block.text, context),
      fields.length > 0 && el('div', { class: 'block-fields' }, ...fields),
    ),
    block.accessory && control(block.accessory, block, context),
  );
}

const small = (one, context) =>
  one.type === 'image' ? picture(one, 'tiny') : el('div', {}, ...textLines(one, context));

function control(element, block, context) {
  if (element.type === 'image') return picture(element, 'side');
  if (element.type !== 'button') return unknown(element);
  if (element.url && /^https?:\/\//.test(element.url))
    return el(
      'a',
      { class: 'button', href: element.url, target: '_blank', rel: 'noopener noreferrer' },
      plainText(element.text),
    );
  const button = {
    actionId: element.action_id,
    blockId: block.block_id,
    value: element.value,
    label: plainText(element.text),
  };
  const node = el(
    'button',
    {
      type: 'button',
      class: `button ${element.style === 'primary' || element.style === 'danger' ? element.style : ''}`,
      'data-testid': 'slack-button',
      'data-action': element.action_id,
      'data-focus': element.action_id,
      onclick: () => context.press(button, node),
    },
    button.label,
  );
  return node;
}

function picture(image, size = 'wide') {
  const alt = image.alt_text ?? plainText(image.title);
  if (!/^(https?:|\/)/.test(image.image_url ?? '')) return el('p', { class: 'muted' }, t('block.image', { alt }));
  const node = el('img', {
    class: `picture ${size}`,
    src: image.image_url,
    alt,
    loading: 'lazy',
    referrerpolicy: 'no-referrer',
  });
  node.addEventListener('error', () => node.replaceWith(el('span', { class: 'muted' }, t('block.image', { alt }))));
  return node;
}

function table(block, context) {
  const [head = [], ...rows] = block.rows ?? [];
  const cell = (tag) => (one) => el(tag, tag === 'th' ? { scope: 'col' } : {}, ...cellContent(one, context));
  return el(
    'div',
    { class: 'block-table', tabindex: '0', role: 'region' },
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...head.map(cell('th')))),
      el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map(cell('td'))))),
    ),
  );
}

const cellContent = (cell, context) =>
  cell.type === 'rich_text' ? richLines(cell.elements ?? [], context) : [String(cell.text ?? cell.value ?? '')];

const wraps = { bold: 'strong', italic: 'em', strike: 's', code: 'code' };

function richLines(elements, context) {
  return elements.flatMap((one) => {
    if (one.type === 'rich_text_list')
      return el('ul', {}, ...(one.elements ?? []).map((item) => el('li', {}, ...richLines([item], context))));
    const words = (one.elements ?? []).map((part) => richPart(part, context));
    if (one.type === 'rich_text_preformatted') return el('pre', { class: 'line' }, ...words);
    return el('div', { class: one.type === 'rich_text_quote' ? 'line quote' : 'line', dir: 'auto' }, ...words);
  });
}

function richPart(part, { names }) {
  if (part.type === 'user') return el('span', { class: 'mention' }, `@${names(part.user_id) ?? part.user_id}`);
  if (part.type === 'channel') return el('span', { class: 'mention' }, `#${names(part.channel_id) ?? part.channel_id}`);
  if (part.type === 'link' && /^https?:\/\//.test(part.url))
    return el('a', { href: part.url, target: '_blank', rel: 'noopener noreferrer nofollow' }, part.text ?? part.url);
  const plain = document.createTextNode(part.text ?? part.url ?? (part.name ? `:${part.name}:` : ''));
  return Object.entries(wraps).reduce((node, [style, tag]) => (part.style?.[style] ? el(tag, {}, node) : node), plain);
}
