import type { PreferenceView } from '../domain/consent/preferences.service';
import { frequencies } from '../domain/consent/preferences.table';
import type { Language } from '../intent';
import { page } from './frame';
import { type Html, html } from './html';
import { told, wrongs } from './notice';
import { type Says, speaker } from './texts';
import type { Company } from './unsubscribe';

/** What the page tells; everything but ids and words is already in it. */
export interface Shown {
  company: Company & { privacyUrl: string };
  /** `+56 9 •••• •321` */
  masked: string;
  view: PreferenceView;
  /** What the company declared that it writes for. */
  purposes: readonly string[];
  /** What ticking another channel agrees to; none: nothing can be turned on. */
  text?: { body: string; language: string };
  receipt: readonly Line[];
  requests: readonly { number: string; due: Date }[];
  /** Proves that a submission comes from this page as it was drawn. */
  form: string;
  /** The company's WhatsApp number, digits alone. */
  chat?: string;
  news?: 'saved' | 'stale' | 'wrong' | 'opened';
}
export interface Line {
  act: 'given' | 'withdrawn';
  at: Date;
  channels: readonly string[];
  /** In the reader’s words; none: it was chosen here. */
  source?: string;
  words?: string;
}

export function preferencesPage(language: Language, shown: Shown): string {
  const { company, masked } = shown;
  const says = speaker({ language, zone: company.zone });
  const title = says('preferences.title', { company: company.name });
  const body = html`<h1>${title}</h1>
<p>${says('preferences.who', { masked })}</p>
${news(says, language, shown)}
${choices(says, language, shown)}
${leaving(says, shown)}
${receipt(says, language, shown)}
${rights(says, shown)}`;
  return page(language, shown.news === 'saved' ? `${says('preferences.saved')} · ${title}` : title, body);
}

function news(says: Says, language: Language, { news: what, view, company, requests }: Shown): Html | false {
  if (what === 'wrong')
    return wrongs(says, 'preferences.wrong', [{ id: 'frequency-all', text: says('preferences.wrong_frequency') }]);
  if (what === 'stale') return told('bad', says('preferences.stale'), says('preferences.stale_text'));
  const [request] = requests;
  if (what === 'opened' && request)
    return told(
      'good',
      says('rights.opened'),
      says('rights.opened_text', { company: company.name, number: request.number, due: { day: request.due } }),
    );
  if (what !== 'saved') return waiting(says, view);
  const on = view.channels.filter((one) => one.on).map(({ channel }) => says(`by.${channel}`));
  const channels = listed(language, on);
  return told(
    'good',
    says('preferences.saved'),
    on.length > 0
      ? says('preferences.saved_on', { channels })
      : says('preferences.saved_off', { company: company.name }),
    ...(view.pausedUntil && on.length > 0
      ? [says('preferences.saved_paused', { until: { day: view.pausedUntil } })]
      : []),
    ...(view.held ? [says('preferences.held_text')] : []),
  );
}

/** What holds promotions whatever is chosen here. */
function waiting(says: Says, view: PreferenceView): Html | false {
  if (view.frozen) return told('wait', says('preferences.frozen'), says('preferences.frozen_text'));
  return view.held && told('wait', says('preferences.held'), says('preferences.held_text'));
}

interface Box {
  type: 'checkbox' | 'radio';
  name: string;
  value: string;
  label: string;
  checked: boolean;
  disabled?: boolean;
}

const choice = ({ type, name, value, label, checked, disabled }: Box): Html => html`
<div class="choice"><input type="${type}" id="${name}-${value}" name="${name}" value="${value}"${checked && html` checked`}${disabled && html` disabled`}>
<label for="${name}-${value}">${label}</label></div>`;

function choices(says: Says, language: Language, { view, text, form, company, purposes }: Shown): Html {
  if (view.channels.length === 0) return html`<p>${says('preferences.none', { company: company.name })}</p>`;
  const mayAdd = text !== undefined && !view.frozen;
  const isMore = view.channels.some((one) => !one.on);
  const until = view.pausedUntil;
  return html`<form method="post">
<input type="hidden" name="act" value="save"><input type="hidden" name="form" value="${form}">
<fieldset aria-describedby="channels-hint">
<legend>${says('preferences.channels')}</legend>
<p class="soft" id="channels-hint">${says('preferences.channels_hint')}</p>
${view.channels.map(({ channel, on }) =>
  choice({
    ...{ type: 'checkbox', name: 'channel', value: channel, label: says(`channels.${channel}`) },
    ...{ checked: on, disabled: !on && !mayAdd },
  }),
)}
${isMore && (text ? agreement(says, language, text) : html`<p>${says('preferences.no_text', { company: company.name })}</p>`)}
</fieldset>
${topics(says, company.name, purposes)}
<fieldset>
<legend>${says('preferences.frequency')}</legend>
${frequencies.map((value) =>
  choice({
    ...{ type: 'radio', name: 'frequency', value, label: says(`preferences.frequencies.${value}`) },
    checked: value === view.frequency,
  }),
)}
</fieldset>
${(until || view.channels.some((one) => one.on)) && pausing(says, until)}
<button type="submit">${says('preferences.save')}</button>
</form>`;
}

/** One that runs is shown to whoever left too: else saving would end it unsaid. */
const pausing = (says: Says, until: Date | undefined): Html => html`<fieldset>
<legend>${says('preferences.pause')}</legend>
${choice({
  ...{ type: 'checkbox', name: 'pause', value: 'month', checked: until !== undefined },
  label: until ? says('preferences.pause_on', { until: { day: until } }) : says('preferences.pause_new'),
})}
</fieldset>`;

/** Only promotions are a matter of choice; what else the company writes about is told. */
function topics(says: Says, company: string, purposes: readonly string[]): Html {
  const more = purposes.some((one) => one !== 'marketing');
  if (!more)
    return html`<p><strong>${says('preferences.topics')}</strong> ${says('preferences.topic', { company })}</p>`;
  return html`<p><strong>${says('preferences.topics')}</strong></p>
<ul>${purposes.map((one) => html`<li>${says(`preferences.purposes.${one}`)}</li>`)}</ul>`;
}

/** In the language in which it was written: that is what is agreed to. */
const agreement = (says: Says, language: Language, { body, language: written }: { body: string; language: string }) =>
  html`<p>${says('preferences.agree')}<br><q${written !== language && html` lang="${written}"`}>${body}</q></p>`;

const leaving = (says: Says, { form, company }: Shown): Html => html`<section>
<h2>${says('leave.title')}</h2>
<p id="leave-text">${says('leave.text', { company: company.name })}</p>
<form method="post"><input type="hidden" name="act" value="leave"><input type="hidden" name="form" value="${form}">
<button type="submit" class="second" aria-describedby="leave-text">${says('leave.button')}</button></form>
</section>`;

function receipt(says: Says, language: Language, { receipt: lines, company }: Shown): Html {
  const entries = lines.map(({ act, at, channels, source, words }) => {
    const vars = {
      day: { day: at },
      channel: listed(
        language,
        channels.map((channel) => says(`by.${channel}`)),
      ),
      ...(act === 'given' && { source: source ?? says('receipt.here') }),
    };
    return html`<li>${says(`receipt.${act}`, vars)}${words && html` <span class="soft">${says('receipt.words', { text: words })}</span>`}</li>`;
  });
  return html`<section>
<h2>${says('receipt.title')}</h2>
${entries.length > 0 ? html`<ul>${entries}</ul>` : html`<p>${says('receipt.none', { company: company.name })}</p>`}
</section>`;
}

const inChat = ['data', 'rectify', 'portability', 'erase', 'block', 'person'] as const;

/** What needs more than a link is asked for where the person proves who they are: in the chat, with the word already written. */
function rights(says: Says, { chat, company, form, requests }: Shown): Html {
  const vars = { company: company.name };
  const ways = inChat.map((one) => {
    const [what, word] = [says(`rights.${one}.label`), says(`rights.${one}.word`)];
    return chat
      ? html`<li><a href="https://wa.me/${chat}?text=${encodeURIComponent(word)}">${says('rights.in_chat', { what })}</a></li>`
      : html`<li>${says('rights.said', { what, word })}</li>`;
  });
  return html`<section>
<h2>${says('rights.title')}</h2>
${requests.map(({ number, due }) => html`<p>${says('rights.opened_text', { ...vars, number, due: { day: due } })}</p>`)}
<p>${chat ? says('rights.text') : says('rights.by_word', vars)}</p>
<ul>${ways}</ul>
<form method="post"><input type="hidden" name="act" value="object"><input type="hidden" name="form" value="${form}">
<p id="object-text">${says('rights.object', vars)}</p>
<button type="submit" class="second" aria-describedby="object-text">${says('rights.object_button')}</button></form>
<p><a href="${company.privacyUrl}">${says('rights.policy', vars)}</a></p>
</section>`;
}

const listed = (language: Language, names: readonly string[]): string =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
