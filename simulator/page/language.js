import { recall, remember } from './memory.js';
import { texts } from './texts.js';

const known = Object.keys(texts);
const locales = { es: 'es-CL', en: 'en-GB', pt: 'pt-BR' };

function pick() {
  const asked = [new URLSearchParams(location.search).get('lang'), recall('language'), ...(navigator.languages ?? [])];
  return asked.map((one) => one?.slice(0, 2).toLowerCase()).find((one) => known.includes(one)) ?? 'es';
}

export const language = pick();
export const locale = locales[language];
export const languages = { es: 'Español', en: 'English', pt: 'Português' };

/** The words for `key` ("phone.send"), with `{names}` filled in. A list comes back as a list. */
export function t(key, values = {}) {
  const words = key.split('.').reduce((at, part) => at?.[part], texts[language]);
  if (typeof words !== 'string') return words ?? key;
  return fill(words, values);
}

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** What is suggested to say in a workspace, with names of its own; what needs a name that it lacks is left out. */
export const suggestions = ({ says = {} } = {}) =>
  t('chips.slack')
    .map((words) => fill(words, says))
    .filter((words) => !words.includes('{'));

/** The page starts again in another language; nothing typed is worth keeping half translated. */
export function speak(other) {
  remember('language', other);
  const address = new URL(location.href);
  address.searchParams.delete('lang');
  location.assign(address);
}

/** Fills what index.html marks with data-text (content) or data-label (accessible name). */
export function translate(root = document) {
  document.documentElement.lang = locale;
  document.title = t('page.title');
  for (const node of root.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text);
  for (const node of root.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', t(node.dataset.label));
    if (node.tagName === 'BUTTON' || node.tagName === 'SUMMARY') node.title = t(node.dataset.label);
  }
}
