import { api } from './api.js';
import { announce, byId, el } from './dom.js';
import { locale, t } from './language.js';
import { attempt } from './notice.js';

const day = 86_400_000;
let zone = 'America/Santiago';
// The simulator's time when it last told us, and the moment of this page when it did.
let told = { now: 0, at: 0 };

/** The simulator's time now. Its clock runs at normal speed between two tellings. */
export const now = () => told.now + (performance.now() - told.at);

const partsOf = (moment, wanted) => {
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...wanted });
  return Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
};

/** "10:30" in the simulator's zone. */
export function timeOf(moment) {
  const { hour, minute } = partsOf(moment, { hour: '2-digit', minute: '2-digit' });
  return `${hour}:${minute}`;
}

/** "1 dic", and the same text for every moment of that day. */
export const dayOf = (moment) =>
  new Intl.DateTimeFormat(locale, { timeZone: zone, day: 'numeric', month: 'short', weekday: 'short' }).format(moment);

function long(moment) {
  const wanted = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };
  return { ...partsOf(moment, wanted), time: timeOf(moment), place: zone.split('/').at(-1) };
}

function show() {
  const shown = t('clock.pattern', long(now()));
  const clock = byId('clock');
  if (clock.textContent !== shown) clock.textContent = shown;
  clock.dateTime = new Date(now()).toISOString();
  byId('phone-time').textContent = timeOf(now());
}

/** The simulator says what time it is. */
export function setClock({ now: iso, zone: where }) {
  zone = where ?? zone;
  told = { now: Date.parse(iso), at: performance.now() };
  show();
}

/** The day after today at 10:00 on the wall clock of the zone, whatever daylight saving does in between. */
function tomorrowAtTen() {
  const { year, month, day: date } = partsOf(now() + day, { year: 'numeric', month: 'numeric', day: 'numeric' });
  const wall = Date.UTC(year, month - 1, date, 10);
  const offset = (moment) => {
    const at = partsOf(moment, {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute) - moment;
  };
  const guess = wall - offset(wall);
  return new Date(wall - offset(guess)).toISOString();
}

const moves = [
  ['quarter', () => ({ advance: '15m' })],
  ['hour', () => ({ advance: '1h' })],
  ['tomorrow', () => ({ now: tomorrowAtTen() })],
  ['day', () => ({ advance: '1d' })],
];

async function move(where) {
  const moved = await attempt(async () => setClock(await api.moveClock(where())));
  if (moved) announce(t('clock.moved', long(now())));
}

/** Shows the clock and its buttons. */
export function startClock(first) {
  setClock(first);
  byId('clock-moves').replaceChildren(
    ...moves.map(([name, where]) =>
      el(
        'button',
        {
          type: 'button',
          class: 'button',
          'data-testid': 'clock-advance',
          'data-move': name,
          onclick: () => move(where),
        },
        t(`clock.${name}`),
      ),
    ),
  );
  setInterval(show, 1_000);
}
