import { dayOf, now } from './clock.js';
import { el } from './dom.js';
import { t } from './language.js';

/** The options of the choice of people; numbers that always do the same stand apart. */
export function peopleByKind(people) {
  const option = ({ id, name }) => el('option', { value: id }, name);
  const group = (kind, members) =>
    members.length > 0 ? [el('optgroup', { label: t(`phone.${kind}`) }, ...members.map(option))] : [];
  return [
    ...group(
      'people',
      people.filter(({ special }) => !special),
    ),
    ...group(
      'special',
      people.filter(({ special }) => special),
    ),
  ];
}

/** Messages with a line before the first of each day. */
export function withDays(messages) {
  let last;
  return messages.flatMap((message) => {
    const day = dayOf(Date.parse(message.at));
    const isNew = day !== last;
    last = day;
    return isNew ? [{ id: `day/${day}`, day }, message] : [message];
  });
}

export const dayLine = (day) =>
  el('li', { class: 'day' }, el('span', {}, day === dayOf(now()) ? t('phone.today') : day));
