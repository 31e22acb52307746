import { ApiError } from './api.js';
import { byId, el } from './dom.js';
import { t } from './language.js';

const staysFor = 7_000;
let timer;

/** A calm line at the foot of the page; it leaves by itself. */
export function tell(words) {
  const box = byId('notice');
  const close = el('button', { type: 'button', class: 'plain', 'aria-label': t('errors.close'), onclick: hide }, '×');
  box.replaceChildren(el('span', {}, words), close);
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(hide, staysFor);
}

function hide() {
  byId('notice').hidden = true;
}

/** Does `work`; says what went wrong. @returns whether it went well */
export async function attempt(work) {
  try {
    const answer = await work();
    if (answer?.error) tell(t('errors.away'));
    else if (answer?.status >= 400) tell(t('errors.product', { status: answer.status }));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'OFFLINE') tell(t('errors.offline'));
    else if (t(`errors.${error.code}`) !== `errors.${error.code}`) tell(t(`errors.${error.code}`));
    else tell(t('errors.refused', { message: error.message }));
    return false;
  }
}

/** The strip under the header while the simulator is out of reach; undefined takes it away. */
export function connection(words) {
  const strip = byId('connection');
  strip.textContent = words ?? '';
  strip.hidden = !words;
}
