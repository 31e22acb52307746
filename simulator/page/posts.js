import { drawBlocks } from './blocks.js';
import { timeOf } from './clock.js';
import { el } from './dom.js';
import { t } from './language.js';
import { mrkdwn } from './mrkdwn.js';

/** One message in the Slack window. `context`: names(id), author(message), press(message, button, node), reply(message), shortcuts, use(message, shortcut). */
export function post(message, context) {
  const { ts, blocks = [], text, ephemeral, edited, reactions = [], files = [] } = message;
  const author = context.author(message);
  const drawing = { names: context.names, press: (button, node) => context.press(message, button, node) };
  return el(
    'li',
    {
      class: `post ${isReply(message) ? 'reply' : ''} ${ephemeral ? 'private' : ''}`,
      'data-testid': 'slack-message',
      'data-ts': ts,
      'data-ephemeral': ephemeral ? 'true' : undefined,
    },
    avatar(author),
    el(
      'div',
      { class: 'post-body' },
      ephemeral && el('p', { class: 'post-private' }, t('slack.private')),
      el(
        'p',
        { class: 'post-head' },
        el('strong', {}, author.name),
        author.isBot && el('span', { class: 'tag' }, t('slack.app')),
        el('time', {}, timeOf(momentOf(ts))),
        !ephemeral && !isReply(message) && replyButton(message, context),
        !ephemeral && menu(context.shortcuts, (shortcut) => context.use(message, shortcut)),
      ),
      blocks.length > 0
        ? el('div', { class: blocks.length > 1 ? 'card' : '' }, ...drawBlocks(blocks, drawing))
        : el('div', { class: 'post-text' }, ...mrkdwn(text ?? '', context.names)),
      files.length > 0 && el('div', { class: 'files' }, ...files.map(attachment)),
      edited && !author.isBot && el('span', { class: 'muted' }, ` ${t('slack.edited')}`),
      reactions.length > 0 && el('p', { class: 'reactions' }, ...reactions.map((one) => el('span', {}, reaction(one)))),
    ),
  );
}

const isPicture = ({ name }) => /\.(png|jpe?g|gif|webp)$/i.test(name);

function attachment(file) {
  const href = `/__sim/slack/files/${encodeURIComponent(file.id)}`;
  const content = isPicture(file)
    ? el('img', { class: 'picture wide', src: href, alt: file.alt_txt ?? file.title ?? file.name })
    : el('span', { class: 'file' }, `📄 ${file.title ?? file.name}`);
  return el('a', { href, download: file.name }, content);
}

const replyButton = (message, { reply }) =>
  el(
    'button',
    { type: 'button', class: 'plain post-reply', 'data-focus': 'reply', onclick: () => reply(message) },
    t('slack.reply'),
  );

/** What the app offers for every message, behind three dots; or beside the box, behind a bolt. */
export const menu = (shortcuts, use, { sign = '⋯', label = t('slack.menu') } = {}) =>
  el(
    'details',
    { class: 'menu' },
    el('summary', { 'aria-label': label, title: label }, sign),
    el(
      'ul',
      {},
      ...shortcuts.map((one) =>
        el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              class: 'plain',
              'data-shortcut': one.callbackId,
              onclick: (event) => {
                event.currentTarget.closest('details').open = false;
                void use(one);
              },
            },
            one.name,
          ),
        ),
      ),
    ),
  );

export const isReply = ({ thread_ts: thread, ts }) => Boolean(thread) && thread !== ts;

const momentOf = (ts) => Number(ts) * 1000;
const reaction = (one) => (typeof one === 'string' ? one : `:${one.name}: ${one.count ?? one.users?.length ?? ''}`);

/** A round mark with initials; its colour follows from the name. */
export function avatar({ name, initials, isBot }) {
  const hue = [...name].reduce((sum, letter) => (sum + letter.codePointAt(0) ** 2) % 6, 0);
  return el('span', { class: `avatar ${isBot ? 'bot' : `hue-${hue}`}`, 'aria-hidden': 'true' }, isBot ? 'C' : initials);
}

/** Messages in order of time, each answer under what it answers. */
export function inThreads(messages) {
  const byTime = (one, other) => Number(one.ts) - Number(other.ts);
  const here = new Set(messages.map(({ ts }) => ts));
  const answers = grouped(messages.filter(isReply));
  return messages
    .filter((one) => !isReply(one) || !here.has(one.thread_ts))
    .sort(byTime)
    .flatMap((root) => [root, ...(answers.get(root.ts) ?? []).sort(byTime)]);
}

function grouped(messages) {
  const groups = new Map();
  for (const one of messages) groups.set(one.thread_ts, [...(groups.get(one.thread_ts) ?? []), one]);
  return groups;
}

const linesOf = (node) => [...node.querySelectorAll('.line')];

/** Lets a card that changed glow, and marks the lines that differ. @returns the texts of those lines */
export function glow(before, after) {
  const old = new Set(linesOf(before).map((line) => line.textContent));
  const fresh = linesOf(after).filter((line) => !old.has(line.textContent));
  if (fresh.length === 0) return [];
  after.classList.add('changed');
  for (const line of fresh) line.classList.add('fresh');
  return fresh.map((line) => line.textContent);
}
