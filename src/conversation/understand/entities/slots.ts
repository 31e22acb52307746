import type { Language } from '../../../intent';
import { beforeOf } from '../corrections';
import { clean, fold } from '../normalise';
import type { Question, SlotDefinition, SlotValue, Understanding } from '../types';
import { codeIn, emailIn, phoneIn } from './contacts';
import { momentIn } from './moments';
import { movedMoment } from './moved';
import { type FoundName, namesIn } from './names';

export interface Filled {
  slots: Record<string, SlotValue>;
  ambiguous?: NonNullable<Understanding['ambiguous']>;
  unclear?: string;
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
      const before = beforeOf(question).before?.[slot];
      const moment =
        before instanceof Date && !definition.past
          ? movedMoment(masked, languages, now, zone, before)
          : momentIn(masked, languages, now, zone, definition.past === true);
      if (moment?.note) filled.because.push(`moment-${moment.note}`);
      if (moment && !moment.at && !definition.past) filled.unclear ??= slot;
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

const isAsked = (question: Question, slot: string): boolean =>
  question.pending?.kind === 'slot' && question.pending.slot === slot;

const named = (slot: string, found: FoundName, filled: Filled): string | undefined => {
  if (found.options) filled.ambiguous ??= { slot, options: found.options };
  return found.id;
};
