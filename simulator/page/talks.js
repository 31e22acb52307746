import { api } from './api.js';
import { t } from './language.js';

/** The ways in which companies and people write to each other, in the order of the page. */
export const channels = ['whatsapp', 'sms', 'email'];

/** Every number and address of every company. */
export const linesOf = ({ whatsapp, sms, email }) => [
  ...whatsapp.numbers.map((line) => ({ ...line, channel: 'whatsapp' })),
  ...sms.map((line) => ({ ...line, channel: 'sms' })),
  ...email.map((line) => ({ ...line, channel: 'email' })),
];

/** Under which name a person is written to there; none where they are not. */
export const addressOn = (channel, { id, phone, email }) => ({ whatsapp: id, sms: phone, email })[channel];

/** All that was said to and by this person over SMS and mail. */
export async function talksOf(person) {
  const ask = (channel) => {
    const address = addressOn(channel, person);
    return address
      ? api.talk(channel, address).then(({ messages }) => messages.map((one) => dressed(channel, one)))
      : [];
  };
  return (await Promise.all(['sms', 'email'].map(ask))).flat();
}

/** A mail has what mailboxes put beside it: leaving, and calling it spam. */
export function dressed(channel, message) {
  if (channel !== 'email' || message.direction !== 'out') return message;
  const leave = message.about?.listUnsubscribe ? [{ id: 'unsubscribe', title: t('mail.unsubscribe') }] : [];
  return { ...message, buttons: [...leave, { id: 'complain', title: t('mail.complain') }] };
}

/** Long SMS and those with dear characters cost more than one. */
export const priceOf = ({ about }) => (about?.parts ? `${about.parts} × ${about.coding}` : '');
