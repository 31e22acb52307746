import { type Act, form, type Reply, type ReplyForm, reply, type Turn } from '../../../src/intent';

const mostShown = 20;

/** What the team answers often. */
export const saved: Act = async ({ services }) => {
  const canned = await services.handOffs.canned();
  const facts = canned
    .slice(0, mostShown)
    .map(({ name, words }) => ({ key: 'canned', vars: { name, words: words.slice(0, 120) } }));
  const drops = canned.slice(0, mostShown).map(({ id, name }) => ({
    ...{ act: 'savedDrop', label: 'drop', args: { id }, vars: { name: name.slice(0, 40) } },
  }));
  const buttons = [{ act: 'savedForm', form: true }, ...drops];
  return reply(
    canned.length === 0 ? 'saved_none' : 'saved',
    { count: canned.length },
    { facts, buttons, private: true },
  );
};

export const savedForm: Act = async () => form({ key: 'canned', act: 'savedSend', stays: true });
export const savedSend: Act = async ({ services, values }) => {
  const { name = '', words = '' } = values;
  if (!name.trim() || !words.trim())
    return form({
      key: 'canned',
      act: 'savedSend',
      initial: values,
      errors: { [name.trim() ? 'words' : 'name']: 'empty' },
      stays: true,
    });
  await services.handOffs.keep(name, words);
  return reply('kept', { name: name.trim() });
};

const sets: Readonly<Record<string, readonly number[]>> = {
  week: [1, 2, 3, 4, 5],
  saturday: [1, 2, 3, 4, 5, 6],
  all: [1, 2, 3, 4, 5, 6, 7],
};
const clock = /^([01]?\d|2[0-4])(?:[:.]([0-5]\d))?$/;
const written = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Minutes of the day; `undefined`: it is no time. */
function minutesOf(time: string): number | undefined {
  const [, hour, minute = '0'] = clock.exec(time.trim()) ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  return hour !== undefined && minutes <= 1_440 ? minutes : undefined;
}

const daysOf = (days: readonly number[]): string =>
  Object.keys(sets).find((one) => sets[one]?.join() === days.join()) ?? 'week';

/** The hours as a line for whoever looks; none can be changed there. */
export async function hoursFact({ services }: Turn): Promise<NonNullable<Reply['facts']>[number]> {
  const known = await services.handOffs.hours();
  if (!known) return { key: 'hours_unset' };
  const { days, opens, closes, onHolidays, words } = known;
  const vars = { days: daysOf(days), opens: written(opens), closes: written(closes), words };
  return { key: 'hours', vars: { ...vars, holidays: onHolidays ? 'yes' : 'no', own: words ? 'yes' : 'no' } };
}

const hoursForm = (more: Partial<ReplyForm>): ReplyForm => ({ key: 'hours', act: 'hoursSend', stays: true, ...more });

/** When the team answers, and what people are told at other hours. */
export const hours: Act = async ({ services }) => {
  const known = await services.handOffs.hours();
  const { opens = 540, closes = 1_080, words = '', onHolidays = false } = known ?? {};
  const days = known ? daysOf(known.days) : 'always';
  const holidays = onHolidays ? 'yes' : 'no';
  return form(hoursForm({ initial: { days, opens: written(opens), closes: written(closes), holidays, words } }));
};

export const hoursSend: Act = async ({ services, values }) => {
  const { days = 'always', words = '', holidays = 'no' } = values;
  const onHolidays = holidays === 'yes';
  if (days === 'always') {
    await services.handOffs.setHours(undefined);
    return reply('hours_none');
  }
  const [opens, closes] = [minutesOf(values.opens ?? ''), minutesOf(values.closes ?? '')];
  const wrong =
    opens === undefined ? { opens: 'time' } : closes === undefined || closes <= opens ? { closes: 'time' } : undefined;
  if (wrong || opens === undefined || closes === undefined)
    return form(hoursForm({ initial: values, errors: wrong ?? {} }));
  const said = words.trim().slice(0, 600);
  await services.handOffs.setHours({ days: sets[days] ?? [], opens, closes, onHolidays, words: said });
  return reply('hours_set', { days, opens: written(opens), closes: written(closes), holidays });
};
