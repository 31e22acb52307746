import { certificateSpeaker } from '../conversation/certificate-texts';
import type { Document as SignedContent, Verdict } from '../data/signed-document';
import type { CertificateWords } from '../domain/privacy/certificates.service';
import type { Language } from '../intent';
import { page } from './frame';
import { Html, html } from './html';
import { told } from './notice';
import type { Says } from './texts';

/** What a signed document says to be read: nothing where it says it in a way that is not ours. */
export function wordsOf(document: SignedContent | undefined): CertificateWords | undefined {
  const words = document?.words as unknown as CertificateWords | undefined;
  const isOurs = typeof words?.title === 'string' && Array.isArray(words.sections);
  return isOurs ? words : undefined;
}

/** The words as they were signed, whatever language the page around them speaks. */
const wordsHtml = (words: CertificateWords, language: string, level: 2 | 3 = 2): Html => html`<div lang="${language}">
<p>${words.lead}</p>
${words.sections.map(
  (section) => html`<section>
${level === 2 ? html`<h2>${section.title}</h2>` : html`<h3>${section.title}</h3>`}
${section.facts.length > 0 && html`<dl>${section.facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>`}
${section.notes.map((note) => html`<p>${note}</p>\n`)}</section>\n`,
)}</div>`;

export interface Shown {
  words: CertificateWords;
  language: string;
  /** The signed document, as it was issued. */
  text: string;
  verdict: Verdict;
  /** Leads to the page that verifies this one. */
  verify: string;
  /** Its QR, as SVG of our own making. */
  qr: string;
  /** Where its files are. */
  files: string;
}

export function certificatePage(language: Language, shown: Shown): string {
  const says = certificateSpeaker({ language, zone: 'UTC' });
  const { words, verdict, verify, files, qr, text } = shown;
  const body = html`<h1 lang="${shown.language}">${words.title}</h1>
${wordsHtml(words, shown.language)}
<section>
<h2>${says('page.verify')}</h2>
<figure role="img" aria-label="${says('page.qr')}" class="qr">${new Html(qr)}</figure>
<ul>
<li><a href="${verify}">${says('page.verify')}</a></li>
<li><a href="${files}/certificate.json" download>${says('page.json')}</a></li>
<li><a href="${files}/certificate.pdf" download>${says('page.pdf')}</a></li>
</ul>
<p>${says('page.signed', { key: verdict.key?.id ?? '', sha256: verdict.sha256 ?? '' })}</p>
<details><summary>${says('page.text')}</summary><pre tabindex="0">${text}</pre></details>
</section>`;
  return page(language, words.title, body);
}

/** Everything was asked for and decided; the search has not ended. */
export function pendingPage(language: Language): string {
  const says = certificateSpeaker({ language, zone: 'UTC' });
  const body = html`<h1>${says('title')}</h1>
${told('wait', says('page.pending'), says('page.pending_text'))}`;
  return page(language, says('page.pending'), body);
}

export type Judgement = 'whole' | 'unknown' | 'changed' | 'unreadable' | 'empty';

/** @param outcome what became of what was handed in; none: nothing was yet */
export function verifyPage(language: Language, outcome?: { judgement: Judgement; verdict: Verdict }): string {
  const says = certificateSpeaker({ language, zone: 'UTC' });
  const title = says('verify.title');
  const body = html`<h1>${title}</h1>
${outcome && judged(says, language, outcome.judgement, outcome.verdict)}
<p>${says('verify.text')}</p>
<form method="post" enctype="multipart/form-data" action="/verify?lang=${language}">
<p class="field"><label for="file">${says('verify.file')}</label><input type="file" id="file" name="file" accept=".json,application/json"></p>
<p class="field"><label for="text">${says('verify.paste')}</label><textarea id="text" name="text" rows="8" spellcheck="false"></textarea></p>
<button type="submit">${says('verify.button')}</button>
</form>
<p><a href="/.well-known/signing-keys.json">${says('verify.keys')}</a></p>`;
  return page(language, outcome ? `${says(`verify.${outcome.judgement}`)} · ${title}` : title, body);
}

function judged(says: Says, language: Language, judgement: Judgement, verdict: Verdict): Html {
  const kind = judgement === 'whole' ? 'good' : judgement === 'unknown' ? 'wait' : 'bad';
  const title = says(`verify.${judgement}`);
  if (judgement === 'empty') return told(kind, title);
  const lines = [says(`verify.${judgement}_text`, { key: verdict.key?.id ?? '' })];
  const changed = verdict.changed.slice(0, 30).map((path) => html`<code>${placeOf(says, path)}</code>`);
  const words = wordsOf(verdict.document);
  // What is not as it was signed is not repeated as if it were.
  const content =
    words &&
    (judgement === 'whole' || judgement === 'unknown') &&
    html`<section><h2>${says('verify.says')}: ${words.title}</h2>\n${wordsHtml(words, String(verdict.document?.language ?? language), 3)}</section>`;
  return html`${told(kind, title, ...lines, ...changed)}${content}`;
}

const whole: ReadonlySet<string> = new Set(['document', 'writing', 'key', 'signature']);
const placeOf = (says: Says, path: string): string => (whole.has(path) ? says(`changed.${path}`) : path);
