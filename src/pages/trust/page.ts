import type { Language } from '../../intent';
import { page } from '../frame';
import { type Html, html } from '../html';
import { promiseIds } from './clauses';
import type { TrustReport } from './report';
import { harmIn, type Says, sayer, wordsOf } from './words';

interface Shown {
  report: TrustReport | undefined;
  /** It speaks of the program that shows it. */
  isSame: boolean;
  /** Who signed it, and over what. */
  signature?: { key: string; sha256: string };
}

/** For whoever has to answer for it: what is promised, what was done, what was seen, and what is not proved yet. */
export function trustPage(language: Language, { report, isSame, signature }: Shown): string {
  const says = sayer(language);
  const title = says('title');
  const open = report?.promises.filter(({ proved }) => !proved).map(({ id }) => id) ?? [];
  const lines = (ids: readonly string[]): Html =>
    html`<ul class="trust">\n${ids.map((id) => lineOf(language, id, report))}</ul>`;
  const body = html`<h1>${title}</h1>
<p>${says('lead')}</p>
${report ? summary(report, isSame, says) : html`<div class="told wait"><p>${says('never')}</p></div>`}
${open.length > 0 && html`<h2>${says('open')}</h2>\n<p>${says('open_lead')}</p>\n${lines(open)}`}
<h2>${says('all')}</h2>
${lines(promiseIds.filter((id) => !open.includes(id)))}
${report && harmsOf(language, report)}
${report && signatureOf(says, language, signature)}`;
  return page(language, title, body);
}

function lineOf(language: Language, id: string, report: TrustReport | undefined): Html {
  const says = sayer(language);
  const { says: promise, did, saw } = wordsOf(language, id, report);
  const proved = report?.promises.find((one) => one.id === id)?.proved;
  const result = html`<p><b>${says('columns.saw')}:</b> ${saw}</p>
<p class="${proved ? 'proved' : 'wrong'}">${says(proved ? 'proved' : 'unproved')}</p>`;
  return html`<li id="${id}"><h3>${id} · ${promise}</h3>
<p><b>${says('columns.did')}:</b> ${did}</p>
${proved !== undefined && result}</li>\n`;
}

function summary({ proved, total, mutations, at, policy }: TrustReport, isSame: boolean, says: Says): Html {
  const caught = mutations.filter((one) => one.caught).length;
  return html`<div class="told${proved < total && ' bad'}"><h2>${says('score', { proved, total })}</h2>
<p>${policy !== '' && html`${says('policy', { version: policy })}. `}${says('when', { at: { exact: new Date(at) } })} ${says('harm', { total: mutations.length, caught })}</p>
<p>${says(isSame ? 'same' : 'other')}</p></div>`;
}

function harmsOf(language: Language, { mutations }: TrustReport): Html {
  const says = sayer(language);
  const lines = mutations.map(({ name, promise, caught }) => {
    const noticed = caught ? says('caught', { id: promise }) : html`<b class="wrong">${says('missed')}</b>`;
    return html`<li>${harmIn(language, name)} <b>${says('noticed')}</b> ${noticed}</li>\n`;
  });
  return html`<h2>${says('mutations')}</h2>\n<p>${says('mutations_lead')}</p>\n<ul>\n${lines}</ul>`;
}

function signatureOf(says: Says, language: Language, signature: Shown['signature']): Html {
  return html`<h2 id="signature">${says('signature')}</h2>
<p>${says(signature ? 'signed' : 'unsigned')}</p>
<p><a class="button" href="/trust/report.json?lang=${language}" download="report.json">${says('download')}</a></p>
${
  signature &&
  html`<p><a href="/verify">${says('verify')}</a></p>
<p class="soft">${says('digest', { digest: signature.sha256 })}<br>${says('key', { key: signature.key })}</p>`
}`;
}
