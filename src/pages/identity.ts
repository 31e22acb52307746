import type { Language } from '../intent';
import { page } from './frame';
import { html } from './html';
import { told } from './notice';
import { type Says, speaker } from './texts';

interface Shown {
  company: { name: string; zone: string; privacyUrl: string };
  /** Proves that a submission comes from this page as it was drawn. */
  form: string;
  until: Date;
  /** Something was sent: the same words whatever it was. */
  isSent: boolean;
}

const fields = ['name', 'document', 'contract'] as const;
export type IdentityField = (typeof fields)[number];

/** Where somebody writes what must not stand in a chat. It asks the same of everybody and says the same to everybody: nothing of it tells what is held. */
export function identityPage(language: Language, { company, form, until, isSent }: Shown): string {
  const says = speaker({ language, zone: company.zone });
  const title = says('identity.title', { company: company.name });
  const body = html`<h1>${title}</h1>
${isSent && told('wait', says('identity.sent'), says('identity.sent_text'))}
<p>${says('identity.intro', { company: company.name, until: { day: until } })}</p>
<form method="post" novalidate><input type="hidden" name="form" value="${form}">
${fields.map((name) => field(says, name))}
<button type="submit">${says('identity.submit')}</button>
</form>
<p class="soft">${says('identity.kept')}</p>
<p><a href="${company.privacyUrl}">${says('identity.policy', { company: company.name })}</a></p>`;
  return page(language, title, body);
}

const field = (says: Says, name: IdentityField) => html`
<div class="field"><label for="${name}">${says(`identity.${name}`)}</label>
<p class="soft" id="${name}-hint">${says(`identity.${name}_hint`)}</p>
<input id="${name}" name="${name}" type="text" autocomplete="${name === 'name' ? 'name' : 'off'}" maxlength="200" aria-describedby="${name}-hint"></div>`;
