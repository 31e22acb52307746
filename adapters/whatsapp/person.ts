import type { Identity } from '../../src/channel';
import { type Json, list, object, text } from './json';

const kinds = {
  phone: /^\+?[1-9]\d{6,14}$/,
  bsuid: /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/,
  parentBsuid: /^[A-Z]{2}\.ENT\.[A-Za-z0-9]{1,128}$/,
};

/** Who is meant by these ids, told apart by their form, the surest first: any may be missing, and an id may stand where a phone is expected. */
export function identify(...ids: unknown[]): Identity {
  const given = ids.map(text).filter((id) => id !== undefined);
  const phone = given.find((id) => kinds.phone.test(id));
  const bsuid = given.find((id) => kinds.bsuid.test(id));
  const parentBsuid = given.find((id) => kinds.parentBsuid.test(id));
  return {
    ...(phone && { phone: `+${phone.replace('+', '')}` }),
    ...(bsuid && { bsuid }),
    ...(parentBsuid && { parentBsuid }),
  };
}

/** Whether anybody can be found by it: a parent id or a name is not enough. */
export const isKnown = ({ phone, bsuid }: Identity): boolean => phone !== undefined || bsuid !== undefined;

/** Who wrote a message: a contact belongs to it by its ids, not by its place in the list. */
export function writerOf(message: Json, value: Json): Identity {
  const contacts = list(value.contacts);
  const ids = [message.from, message.from_user_id, message.from_parent_user_id];
  const matches = (contact: Json): boolean =>
    [contact.wa_id, contact.user_id].map(text).some((id) => id !== undefined && ids.map(text).includes(id));
  const isAlone = contacts.length === 1 && list(value.messages).length === 1;
  const own = contacts.find(matches) ?? (isAlone ? object(contacts[0]) : {});
  const name = text(object(own.profile).name);
  return { ...identify(...ids, own.wa_id, own.user_id, own.parent_user_id), ...(name && { name }) };
}
