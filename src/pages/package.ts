import type { Offer } from '../domain/privacy/packages.service';
import type { Language } from '../intent';
import { page } from './frame';
import { type Html, html } from './html';
import { told } from './notice';
import { type Says, speaker } from './texts';

interface Shown {
  offer: Offer;
  company: { name: string; zone: string };
  news?: 'sent' | 'wrong';
}

/** What waits to be fetched, and one button. Nothing of what is in it stands here. */
export function packagePage(language: Language, { offer, company, news }: Shown): string {
  const says = speaker({ language, zone: company.zone });
  const title = says(`package.title_${offer.kind}`);
  const { number, left, expires } = offer;
  const body = html`<h1>${title}</h1>
${news && told(news === 'sent' ? 'wait' : 'bad', says(`package.${news}`), says(`package.${news}_text`))}
<p>${says('package.intro', { company: company.name, number, left, until: { day: expires } })}</p>
<p>${says(`package.what_${offer.kind}`)}</p>
${offer.code && asking(says, offer.code)}
<form method="post"><input type="hidden" name="act" value="fetch">
${offer.code && codeField(says)}
<button type="submit">${says('package.download')}</button></form>
<p class="soft">${says('package.keep', { company: company.name })}</p>`;
  return page(language, title, body);
}

const asking = (says: Says, channel: string): Html => html`
<form method="post"><input type="hidden" name="act" value="code">
<p id="code-text">${says('package.code_intro', { channel: says(`by.${channel}`) })}</p>
<button type="submit" class="second" aria-describedby="code-text">${says('package.send_code')}</button></form>`;

const codeField = (says: Says): Html => html`
<div class="field"><label for="code">${says('package.code')}</label>
<p class="soft" id="code-hint">${says('package.code_hint')}</p>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required aria-describedby="code-hint"></div>`;
