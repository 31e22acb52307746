import type { Language } from '../../../intent';
import { beforeOf } from '../corrections';
import { clean, fold } from '../normalise';
import { PARTLY, type Question, type SlotDefinition, type SlotValue, type Understanding } from '../types';
import { codeIn, emailIn, phoneIn } from './contacts';
import { momentIn, partOf } from './moments';
import { type FoundName, namesIn } from './names';

export interface Filled {
  slots: Record<string, SlotValue>;
  ambiguous?: NonNullable<Understanding['ambiguous']>;
  unclear?: string;
  partly?: string | undefined;
  because: string[];
}

/** Fills the slots of an intent from a message: names first, then what is left for dates, then numbers and mails. */
export const fillSlots = (
  question: Question,
  definitions: Readonly<Record<string, SlotDefinition>>,
  languages: readonly Language[],
): Filled => {
  const text = clean(question.text);
  const folded = fold(text);
  const filled: Filled = { slots: {}, because: [] };
  const names = namesIn(folded, question.names);
  const address = emailIn(text) ?? phoneIn(text);
  const withoutAddress = address ? names.masked.replace(/\+?\d[\d\s().-]{5,18}\d/gu, ' ') : names.masked;
  for (const [slot, definition] of Object.entries(definitions)) {
    const value = slotValue(slot, definition, {
      question,
      text,
      names,
      masked: withoutAddress,
      address,
      languages,
      filled,
    });
    if (value !== undefined) filled.slots[slot] = value;
  }
  return filled;
};

interface Sources {
  question: Question;
  text: string;
  names: ReturnType<typeof namesIn>;
  masked: string;
  address: string | undefined;
  languages: readonly Language[];
  filled: Filled;
}

const slotValue = (slot: string, definition: SlotDefinition, from: Sources): SlotValue => {
  const { question, text, names, masked, address, languages, filled } = from;
  switch (definition.type) {
    case 'campaign':
    case 'template':
    case 'segment':
      return named(slot, names[definition.type], filled);
    case 'moment': {
      const { now, zone } = question;
      const { past = false } = definition;
      const before = past ? undefined : saidBefore(question, slot);
      const moment = momentIn(masked, languages, now, zone, { past, before });
      if (moment?.note) filled.because.push(`moment-${moment.note}`);
      if (moment && !moment.at && !past) {
        filled.unclear ??= slot;
        filled.partly ??= moment.partly;
      }
      return moment?.at;
    }
    case 'phone':
      return phoneIn(text);
    case 'address':
      return address;
    case 'code':
      return (
        codeIn(text) ??
        (isAsked(question, slot) && /^[\p{L}\p{N}-]{4,20}$/u.test(text) ? text.toUpperCase() : undefined)
      );
    case 'text':
    case 'role':
      return isAsked(question, slot) && text !== '' ? text : undefined;
    default:
      return undefined;
  }
};

/** What is known of a moment already: what was clear of it when it was asked for, or the one to be changed. */
const saidBefore = (question: Question, slot: string): string | undefined => {
  const known = beforeOf(question).before?.[slot];
  if (known instanceof Date) return partOf(known, question.zone);
  return typeof known === 'string' && known.startsWith(PARTLY) ? known.slice(PARTLY.length) : undefined;
};

const isAsked = (question: Question, slot: string): boolean =>
  question.pending?.kind === 'slot' && question.pending.slot === slot;

const named = (slot: string, found: FoundName, filled: Filled): string | undefined => {
  if (found.options) filled.ambiguous ??= { slot, options: found.options };
  return found.id;
};
