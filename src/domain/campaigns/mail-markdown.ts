/** Where a mail's body says how to leave. */
export const leavingMark = /\{\{\s*unsubscribe\s*\}\}/g;
/** In its stead: any address that no template can hold, for the link to leave is never counted as a click. */
export const leaving = 'https://unsubscribe.invalid/';

/** A piece of a line: words, emphasised or not, or a link. */
type Piece = { words: string; as?: 'strong' | 'em' } | { words: string; url: string };
type Block = { kind: 'heading' | 'paragraph'; lines: Piece[][] } | { kind: 'list'; lines: Piece[][] };

/** What fills the places, and what becomes of an address. */
export interface Filling {
  values: readonly string[];
  instead(url: string): string;
}

const links = /\[([^\]\n]{1,200})\]\((https?:\/\/[^\s()<>"]+)\)|https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]*_]/;
const inline = new RegExp(
  `${links.source}|\\*\\*([^*\\n]+)\\*\\*|(?<![\\p{L}\\d])[*_]([^*_\\n]+)[*_](?![\\p{L}\\d])`,
  'gu',
);

/** Paragraphs, headings (`# `), lists (`- `), **strong**, *emphasis*, [words](https://…) and plain addresses. Everything else is words; HTML has no meaning. */
export function blocksOf(markdown: string): Block[] {
  return markdown
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n\s*\n/)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.split('\n');
      if (lines.every((line) => /^\s*[-*•] /.test(line)))
        return { kind: 'list', lines: lines.map((line) => piecesOf(line.replace(/^\s*[-*•] /, ''))) };
      const heading = /^#{1,3} +(.+)$/.exec(block);
      if (heading) return { kind: 'heading', lines: [piecesOf(heading[1] ?? '')] };
      return { kind: 'paragraph', lines: lines.map((line) => piecesOf(line)) };
    });
}

function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of line.matchAll(inline)) {
    const [whole, label, target, strong, em] = found;
    if (found.index > from) pieces.push({ words: line.slice(from, found.index) });
    if (strong) pieces.push({ words: strong, as: 'strong' });
    else if (em) pieces.push({ words: em, as: 'em' });
    else pieces.push({ words: label ?? whole, url: target ?? whole });
    from = found.index + whole.length;
  }
  if (from < line.length) pieces.push({ words: line.slice(from) });
  return pieces;
}

/** The same as HTML. Values are filled in last and never read as markup; in an address they are encoded. */
export function htmlOf(blocks: readonly Block[], filling: Filling): string {
  const words = (text: string) => put(safe(text), filling.values.map(safe));
  const piece = (one: Piece): string => {
    if ('url' in one) return `<a href="${safe(target(one.url, filling))}">${words(one.words)}</a>`;
    return one.as ? `<${one.as}>${words(one.words)}</${one.as}>` : words(one.words);
  };
  const line = (pieces: readonly Piece[]): string => pieces.map(piece).join('');
  return blocks
    .map(({ kind, lines }) => {
      if (kind === 'list') return `<ul>${lines.map((one) => `<li>${line(one)}</li>`).join('')}</ul>`;
      const inner = lines.map(line).join('<br>');
      return kind === 'heading' ? `<h1 style="font-size:1.2em">${inner}</h1>` : `<p>${inner}</p>`;
    })
    .join('\n');
}

/** The same as text: a link's address behind its words, if it has one. @param marks what stands around what is emphasised */
export function textOf(blocks: readonly Block[], filling: Filling, marks = { strong: '', em: '' }): string {
  const piece = (one: Piece): string => {
    const words = put(one.words, filling.values);
    if (!('url' in one)) return one.as ? `${marks[one.as]}${words}${marks[one.as]}` : words;
    const to = target(one.url, filling);
    if (one.words === one.url) return to;
    return to ? `${words}: ${to}` : words;
  };
  const line = (pieces: readonly Piece[]): string => pieces.map(piece).join('');
  return blocks
    .map(({ kind, lines }) => lines.map((one) => (kind === 'list' ? `- ${line(one)}` : line(one))).join('\n'))
    .join('\n\n');
}

const target = (url: string, { values, instead }: Filling): string =>
  instead(
    put(
      url,
      values.map((value) => encodeURIComponent(value.toWellFormed())),
    ),
  );

const put = (text: string, values: readonly string[]): string =>
  text.replace(/\{\{(\d+)\}\}/g, (whole, place) => values[Number(place) - 1] ?? whole);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** No letter of it is markup, and none is one that XML forbids. */
export const safe = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '')
    .replace(/[&<>"']/g, (letter) => entities[letter] ?? '');
