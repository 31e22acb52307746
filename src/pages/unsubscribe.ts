import type { Language } from '../intent';
import { page } from './frame';
import { html } from './html';
import { told } from './notice';
import { speaker } from './texts';

export interface Company {
  name: string;
  zone: string;
}

/** One question and one button. */
export function unsubscribePage(language: Language, { name: company, zone }: Company): string {
  const says = speaker({ language, zone });
  const title = says('unsubscribe.title', { company });
  const body = html`<h1>${title}</h1>
<p>${says('unsubscribe.text')}</p>
<form method="post"><button type="submit">${says('unsubscribe.button')}</button></form>`;
  return page(language, title, body);
}

/** The same whoever it was and however it stood before. */
export function unsubscribedPage(language: Language, { name: company, zone }: Company): string {
  const says = speaker({ language, zone });
  const title = says('unsubscribe.done');
  const body = html`<h1>${title}</h1>
${told('good', says('unsubscribe.done_text', { company }), says('unsubscribe.back', { company }))}`;
  return page(language, title, body);
}
