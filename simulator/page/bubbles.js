import { timeOf } from './clock.js';
import { el } from './dom.js';
import { t } from './language.js';
import { whatsapp } from './mrkdwn.js';

const icons = {
  image: '📷',
  audio: '🎤',
  video: '🎬',
  document: '📄',
  sticker: '🩵',
  location: '📍',
  contacts: '👤',
  reaction: '💬',
  edit: '✎',
  revoke: '⊘',
  system: 'ⓘ',
  unsupported: '⊘',
};
const spoken = new Set(['text', 'template', 'interactive', 'button']);
const ticks = { sent: '✓', delivered: '✓✓', read: '✓✓' };

/** One message on the phone. `who` is its author's name; `press(message, button)` answers with one of its buttons. */
export function bubble(message, { who, press, price }) {
  const { id, direction, status, text, buttons = [] } = message;
  const isMine = direction === 'in';
  const hasFailed = status === 'failed';
  return el(
    'li',
    {
      class: `bubble ${isMine ? 'mine' : 'theirs'}`,
      'data-testid': 'bubble',
      'data-direction': direction,
      'data-status': status ?? '',
      'data-id': id,
    },
    el(
      'div',
      { class: 'bubble-body', dir: 'auto' },
      el('span', { class: 'unseen' }, `${who}: `),
      message.medium && above(message.medium),
      message.title && el('strong', { class: 'bubble-title' }, message.title),
      !message.medium && kind(message),
      ...withFoot(text ? whatsapp(text) : [], foot(message, price)),
    ),
    !isMine && hasFailed && el('p', { class: 'undelivered' }, t('bubble.undelivered', { reason: reasonOf(message) })),
    !isMine && !hasFailed && buttons.length > 0 && replies(message, press),
  );
}

/** The picture, video or paper above the words. */
function above({ kind, id, name }) {
  const address = `/__sim/whatsapp/media/${encodeURIComponent(id ?? '')}`;
  const label = `${icons[kind] ?? '⊘'} ${name ?? t(`bubble.${kind}`)}`;
  if (kind === 'image') return el('img', { class: 'bubble-image', src: address, alt: t('bubble.image') });
  return el('a', { class: 'bubble-file', href: address, target: '_blank', rel: 'noopener' }, label);
}

const foot = ({ at, direction, status }, price) =>
  el(
    'span',
    { class: 'bubble-foot' },
    price ? `${price} · ` : '',
    timeOf(Date.parse(at)),
    direction === 'in' && marks(status),
  );

/** The time stands beside the last words, not under them. */
function withFoot(lines, foot) {
  const last = lines.at(-1);
  if (!last || last.tagName === 'PRE') return [...lines, foot];
  last.append(foot);
  return lines;
}

/** What is drawn of a message, so that one that looks the same is left alone. */
export const bubbleSign = ({ status, text, title, medium, type, buttons, error, direction }) =>
  JSON.stringify([direction === 'in' || status === 'failed' ? status : '', text, title, medium, type, buttons, error]);

const reasonOf = ({ error }) => [error?.code, error?.title].filter(Boolean).join(', ') || '?';

function kind({ type }) {
  if (spoken.has(type)) return undefined;
  const label = t(`bubble.${type}`);
  return el('span', { class: 'bubble-kind' }, `${icons[type] ?? '⊘'} ${label.startsWith('bubble.') ? type : label}`);
}

function marks(status = 'sent') {
  const isRead = status === 'read';
  return el(
    'span',
    { class: `ticks ${isRead ? 'read' : ''}`, role: 'img', 'aria-label': t(`bubble.${status}`) },
    ticks[status],
  );
}

const replies = (message, press) =>
  el(
    'div',
    { class: 'bubble-buttons' },
    ...message.buttons.map((button) => (button.url ? leads(button) : answers(message, button, press))),
  );

/** A link is followed, and never an answer. */
const leads = ({ title, url }) =>
  el(
    'a',
    { class: 'bubble-link', href: url, target: '_blank', rel: 'noopener', 'data-testid': 'bubble-link' },
    `↗ ${title}`,
  );

const answers = (message, button, press) =>
  el(
    'button',
    {
      type: 'button',
      'data-testid': 'bubble-button',
      'data-focus': button.id,
      'data-button': button.id,
      onclick: () => press(message, button),
    },
    button.title,
  );
