import { el } from './dom.js';

const aside = /```([\s\S]+?)```/g;
const whole = (mark) => `(?<![\\p{L}\\p{N}${mark}])[${mark}](?=\\S)([^${mark}\\n]+)(?<=\\S)[${mark}](?![\\p{L}\\p{N}])`;
const styles = [
  ['code', '`([^`\\n]+)`'],
  ['link', '<((?:[@#!]|https?:|mailto:|tel:)[^<>\\n]+)>'],
  ['address', '(https?:\\/\\/[^\\s<>]+[^\\s<>.,;:!?)"\'])'],
  ['strong', whole('*')],
  ['em', whole('_')],
  ['s', whole('~')],
].map(([style, source]) => ({ style, find: new RegExp(source, 'gu') }));
const inSlack = ['code', 'link', 'strong', 'em', 's'];
const inWhatsapp = ['code', 'address', 'strong', 'em', 's'];

const unescaped = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/**
 * Slack's light markup as nodes, one `.line` element a line. `names(id)` says who <@U…> or <#C…> is.
 * Nothing is ever parsed as HTML, and only http addresses become links.
 */
export const mrkdwn = (text, names = () => undefined) =>
  lines(text, { allowed: inSlack, names, plain: unescaped, quote: /^(?:&gt;|>) ?/ });

/** WhatsApp's own markup: stars, underscores, tildes, and bare addresses. */
export const whatsapp = (text) =>
  lines(text, { allowed: inWhatsapp, names: () => undefined, plain: (one) => one, quote: /^> / });

function lines(text, dialect) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(aside)) {
    nodes.push(...prose(text.slice(from, found.index), dialect));
    nodes.push(el('pre', { class: 'line' }, dialect.plain(found[1].replace(/^\n|\n$/g, ''))));
    from = found.index + found[0].length;
  }
  return [...nodes, ...prose(text.slice(from), dialect)];
}

function prose(text, dialect) {
  if (text === '') return [];
  return text.split('\n').map((line) => {
    const isQuote = dialect.quote.test(line);
    const words = isQuote ? line.replace(dialect.quote, '') : line;
    return el('div', { class: isQuote ? 'line quote' : 'line', dir: 'auto' }, ...inline(words, dialect));
  });
}

function inline(text, dialect) {
  const nodes = [];
  let from = 0;
  for (let next = firstMark(text, from, dialect); next; next = firstMark(text, from, dialect)) {
    if (next.at > from) nodes.push(dialect.plain(text.slice(from, next.at)));
    nodes.push(styled(next.style, next.inner, dialect));
    from = next.end;
  }
  if (from < text.length) nodes.push(dialect.plain(text.slice(from)));
  return nodes;
}

function firstMark(text, from, dialect) {
  let first;
  for (const { style, find } of styles) {
    if (!dialect.allowed.includes(style)) continue;
    find.lastIndex = from;
    const found = find.exec(text);
    if (found && (!first || found.index < first.at))
      first = { style, inner: found[1], at: found.index, end: found.index + found[0].length };
  }
  return first;
}

function styled(style, inner, dialect) {
  if (style === 'code') return el('code', {}, dialect.plain(inner));
  if (style === 'address') return link(inner, inner);
  if (style === 'link') return reference(inner, dialect);
  return el(style, {}, ...inline(inner, { ...dialect, allowed: dialect.allowed.filter((one) => one !== style) }));
}

/** <@U1>, <#C1|name>, <!channel>, <https://…|label>. */
function reference(inner, { names, plain }) {
  const [target, label] = inner.split('|');
  if (target.startsWith('@'))
    return el('span', { class: 'mention' }, `@${names(target.slice(1)) ?? plain(label ?? target.slice(1))}`);
  if (target.startsWith('#'))
    return el('span', { class: 'mention' }, `#${names(target.slice(1)) ?? plain(label ?? target.slice(1))}`);
  if (target.startsWith('!')) return el('span', { class: 'mention' }, plain(label ?? `@${target.slice(1)}`));
  return link(plain(target), plain(label ?? target));
}

function link(address, label) {
  if (!/^https?:\/\//.test(address)) return label;
  return el('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, label);
}
