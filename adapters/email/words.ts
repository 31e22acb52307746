import type { Content, OutboundContent } from '../../src/channel';
import { oneLine } from './address';

interface Words {
  subject: string;
  text: string;
  html: string;
}

const subjectLength = 78;

/** What a mail says: as it is given, or a neutral message as text and as HTML. @param own address, to which its buttons write */
export function written(content: OutboundContent & { kind: 'content' | 'email' }, own: string): Words {
  if (content.kind === 'email') {
    const { subject, text, html } = content;
    return { subject: subjectOf(subject), text: text.toWellFormed(), html: html.toWellFormed() };
  }
  const { title, text } = content;
  const begins = text.split('\n').find((one) => one.trim() !== '') ?? '';
  return { subject: subjectOf(title ?? begins), text: textOf(content), html: htmlOf(content, own) };
}

/** One line, and no longer than is shown. */
function subjectOf(title: string): string {
  const line = oneLine(title);
  const letters = [...line];
  return letters.length <= subjectLength ? line || '…' : `${letters.slice(0, subjectLength - 1).join('')}…`;
}

/** How a label that begins a fact is written. */
const bold = /^\*([^*]+)\*/;
const lines = (all: readonly string[]): string => all.map((one) => `- ${one.replace(bold, '$1')}`).join('\n');

const textOf = ({ title, text, facts = [], note, buttons = [] }: Content): string =>
  [title, text, lines(facts), note, lines(buttons.map(({ label }) => label))]
    .filter(Boolean)
    .join('\n\n')
    .toWellFormed();

function htmlOf({ title, text, facts = [], note, buttons = [] }: Content, own: string): string {
  const answer = (label: string) =>
    `<a href="mailto:${encodeURI(own)}?subject=${encodeURIComponent(oneLine(label))}">${safe(label)}</a>`;
  return [
    '<!doctype html><html><body style="font-family:sans-serif;line-height:1.5;max-width:36em">',
    title && `<h1 style="font-size:1.2em">${safe(title)}</h1>`,
    ...text.split(/\n{2,}/).map((part) => `<p>${linked(safe(part)).replaceAll('\n', '<br>')}</p>`),
    facts.length > 0 && `<ul>${facts.map((fact) => `<li>${safe(fact).replace(bold, '<b>$1</b>')}</li>`).join('')}</ul>`,
    note && `<p><small>${safe(note).replaceAll('\n', '<br>')}</small></p>`,
    buttons.length > 0 && `<p>${buttons.map(({ label }) => answer(label)).join(' · ')}</p>`,
    '</body></html>',
  ]
    .filter(Boolean)
    .join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const safe = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\0', '')
    .replace(/[&<>"']/g, (letter) => entities[letter] ?? '');
const linked = (html: string): string => html.replace(/https?:\/\/[^\s<&]+[^\s<&.,;:!?)]/g, '<a href="$&">$&</a>');
