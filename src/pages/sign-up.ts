import type { FilledIn, Missing } from '../domain/consent/sign-up-requests.service';
import type { Language } from '../intent';
import { page } from './frame';
import { html } from './html';
import { told, wrongs } from './notice';
import { type Says, speaker } from './texts';
import type { Company } from './unsubscribe';

export interface Offer {
  company: Company & { privacyUrl: string };
  /** Those that the list may use. */
  channels: readonly string[];
  frequency: string;
  /** What will be asked, word by word, and in which language. */
  text: { body: string; language: string };
  /** Proves which words stood in the form. */
  form: string;
}

const byPhone = (channels: readonly string[]): boolean => channels.some((one) => one !== 'email');

/** Nothing is ticked that the person did not tick. @param wrong what was missing in what they sent */
export function signUpPage(
  language: Language,
  { company, channels, frequency, text, form }: Offer,
  filled: FilledIn = { channels: [] },
  wrong: readonly (Missing | 'stale')[] = [],
): string {
  const says = speaker({ language, zone: company.zone });
  const title = says('sign_up.title', { company: company.name });
  const boxes = channels.map((channel) => {
    const checked = filled.channels.includes(channel) && html` checked`;
    return html`
<div class="choice"><input type="checkbox" id="channel-${channel}" name="channel" value="${channel}"${checked}>
<label for="channel-${channel}">${says(`channels.${channel}`)}</label></div>`;
  });
  const hint = wrong.includes('channels') && html` aria-describedby="channels-wrong"`;
  const body = html`<h1>${title}</h1>
<p>${says('sign_up.intro', { company: company.name, frequency: says(`sign_up.frequencies.${frequency}`) })}</p>
${mistakes(says, channels, wrong)}
<form method="post" novalidate><input type="hidden" name="form" value="${form}">
<fieldset${hint}>
<legend>${says('sign_up.channels')}</legend>
${wrong.includes('channels') && html`<p class="wrong" id="channels-wrong">${says('sign_up.wrong_channels')}</p>`}
${boxes}
</fieldset>
${byPhone(channels) && field(says, 'phone', filled.phone, wrong.includes('phone'))}
${channels.includes('email') && field(says, 'email', filled.email, wrong.includes('email'))}
<p>${says('sign_up.asked')}</p>
<blockquote${text.language !== language && html` lang="${text.language}"`}>${text.body}</blockquote>
<button type="submit">${says('sign_up.submit')}</button>
</form>
<p><a href="${company.privacyUrl}">${says('sign_up.policy', { company: company.name })}</a></p>`;
  return page(language, title, body);
}

function mistakes(says: Says, channels: readonly string[], wrong: readonly (Missing | 'stale')[]) {
  if (wrong.includes('stale')) return told('bad', says('sign_up.stale'));
  const fields = wrong.map((one) => ({
    id: one === 'channels' ? `channel-${channels[0]}` : one,
    text: says(`sign_up.wrong_${one}`),
  }));
  return fields.length > 0 && wrongs(says, 'sign_up.wrong', fields);
}

const kinds = {
  phone: html`type="tel" autocomplete="tel" inputmode="tel"`,
  email: html`type="email" autocomplete="email" inputmode="email"`,
};

function field(says: Says, name: 'phone' | 'email', value: string | undefined, isWrong: boolean) {
  const described = isWrong ? `${name}-hint ${name}-wrong` : `${name}-hint`;
  return html`
<div class="field"><label for="${name}">${says(`sign_up.${name}`)}</label>
<p class="soft" id="${name}-hint">${says(`sign_up.${name}_hint`)}</p>
${isWrong && html`<p class="wrong" id="${name}-wrong">${says(`sign_up.wrong_${name}`)}</p>`}
<input id="${name}" name="${name}" ${kinds[name]} maxlength="200" value="${value}"${isWrong && html` aria-invalid="true"`} aria-describedby="${described}"></div>`;
}

/** The same whoever it names, known or not: what counts happens on the channel itself. */
export function notedPage(
  language: Language,
  { company, channels }: Pick<Offer, 'company' | 'channels'>,
  { message, chat }: { message: string; chat?: string },
): string {
  const says = speaker({ language, zone: company.zone });
  const title = says('sign_up.noted');
  const way = chat
    ? html`<p>${says('sign_up.noted_chat')}</p>\n<p><a class="button" href="${chat}">${says('sign_up.open_chat')}</a></p>`
    : html`<p>${says('sign_up.noted_word', { company: company.name, message })}</p>`;
  const body = html`<h1>${title}</h1>
${byPhone(channels) && way}
${channels.includes('email') && html`<p>${says('sign_up.noted_email')}</p>`}`;
  return page(language, title, body);
}
