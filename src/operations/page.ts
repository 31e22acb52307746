import type { Language } from '../intent';
import { page } from '../pages/frame';
import { type Html, html } from '../pages/html';
import { type Says, speaker } from '../pages/texts';
import type { Figures } from './figures';
import type { LaneLine } from './queues.table';

/** Later than this, somebody who writes waits for us. */
const lateSeconds = 60;
const leastFree = 0.1;

/** For whoever keeps this running: what is broken first, then what waits, then who works. */
export function operationsPage(language: Language, figures: Figures, now: Date): string {
  const says = speaker({ language, zone: 'UTC' });
  const said = (key: string, vars = {}) => says(`operations.${key}`, vars);
  const wrong = wrongIn(figures);
  const body = html`<h1>${said('title')}</h1>
<p class="soft">${said('at', { at: { exact: now }, role: figures.role })} <a href="/operations?lang=${language}">${said('again')}</a></p>
${
  wrong.length === 0
    ? html`<div class="told"><p>${said('well')}</p></div>`
    : html`<div class="told bad"><h2>${said('wrong', { count: wrong.length })}</h2>
<ul>${wrong.map(([key, vars]) => html`<li>${said(`is.${key}`, vars)}</li>\n`)}</ul></div>`
}
<h2>${said('lanes')}</h2>
${figures.lanes.length === 0 ? html`<p>${said('nothing')}</p>` : lanesTable(figures.lanes, said)}
<h2>${said('jobs')}</h2>
${jobsTable(figures, said)}
<h2>${said('workers', { count: figures.workers.length })}</h2>
<ul>${figures.workers.map(({ id, silent }) => html`<li>${said('worker', { id, silent: silent.toFixed(1) })}</li>\n`)}</ul>
<p class="soft">${said('more')}</p>`;
  return page(language, said('title'), body);
}

type Wrong = [key: string, vars: Readonly<Record<string, string | number>>];

function wrongIn({ isDatabaseUp, isRedisUp, lanes, workers, diskFree = 1 }: Figures): Wrong[] {
  const isLow = diskFree < leastFree;
  const found: (Wrong | false)[] = [
    !isDatabaseUp && ['database', {}],
    !isRedisUp && ['redis', {}],
    isDatabaseUp && workers.length === 0 && ['nobody', {}],
    ...lanes.map(
      ({ kind, waits }): Wrong | false => waits > lateSeconds && ['late', { kind, seconds: Math.round(waits) }],
    ),
    ...lanes.map(({ kind, failing }): Wrong | false => failing > 0 && ['failing', { kind, count: failing }]),
    isLow && ['disk', { percent: Math.floor(diskFree * 100) }],
  ];
  return found.filter((one) => one !== false);
}

const table = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Html => html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(([first = '', ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;

function lanesTable(lanes: readonly LaneLine[], said: Says): Html {
  const head = ['kind', 'due', 'waits', 'held', 'later', 'failing'].map((key) => said(`columns.${key}`));
  const rows = lanes.map(({ kind, due, waits, held, later, failing }) => [
    ...[kind, due, said('seconds', { seconds: Math.round(waits) })],
    ...[held, later, failing],
  ]);
  return table(said('lanes'), head, rows);
}

function jobsTable({ jobs }: Figures, said: Says): Html {
  const head = ['queue', 'waiting', 'active'].map((key) => said(`columns.${key}`));
  return table(
    said('jobs'),
    head,
    jobs.map(({ queue, waiting, active }) => [queue, waiting, active]),
  );
}
