import type { Language } from '../intent';
import { page } from './frame';
import { type Html, html } from './html';
import { type Says, speaker } from './texts';

/** What happened, said first and found by whoever reads with their ears. @param kind good news, something wrong, or something that waits */
export const told = (kind: 'good' | 'bad' | 'wait', title: string, ...lines: readonly (string | Html)[]): Html => html`
<div class="told ${kind}" id="told" tabindex="-1" role="${kind === 'bad' ? 'alert' : 'status'}">
<h2>${title}</h2>
${lines.map((line) => html`<p>${line}</p>\n`)}</div>`;

/** What is wrong in a form, each with a way to the field. */
export const wrongs = (says: Says, title: string, fields: readonly { id: string; text: string }[]): Html =>
  told('bad', says(title), ...fields.map(({ id, text }) => html`<a href="#${id}">${text}</a>`));

const anyZone = 'America/Santiago'; // nothing here tells a time

/** The one answer to a link that opens nothing: forged, altered, over, somebody else's. It tells nothing of why, and how to go on. */
export function gonePage(language: Language): string {
  const says = speaker({ language, zone: anyZone });
  const body = html`<h1>${says('gone.title')}</h1>
<p>${says('gone.text')}</p>
<ul><li>${says('gone.again')}</li><li>${says('gone.stop')}</li></ul>`;
  return page(language, says('gone.title'), body);
}

export function busyPage(language: Language): string {
  const says = speaker({ language, zone: anyZone });
  return page(language, says('busy.title'), html`<h1>${says('busy.title')}</h1>\n<p>${says('busy.text')}</p>`);
}
