import type { Language } from '../../../intent';
import { beforeOf } from '../corrections';
import { PARTLY, type Question, type SlotDefinition, type SlotValue, type Understanding } from '../types';
import { casesIn, codeIn } from './contacts';
import { type Read, readEntities } from './entities';
import type { Entities, FoundName, Moment } from './found';
import { hourAlone, momentOf, partOf } from './moments';

export interface Filled {
  slots: Record<string, SlotValue>;
  ambiguous?: NonNullable<Understanding['ambiguous']>;
  unclear?: string;
  refused?: NonNullable<Understanding['refused']>;
  partly?: string | undefined;
  because: string[];
  entities: Entities;
}

/** Fills the slots of an intent from what a message names. */
export const fillSlots = (
  question: Question,
  definitions: Readonly<Record<string, SlotDefinition>>,
  languages: readonly Language[],
): Filled => {
  const read = readEntities(question, languages);
  const filled: Filled = { slots: {}, because: [], entities: read.entities };
  for (const [slot, definition] of Object.entries(definitions)) {
    const value = slotValue(slot, definition, { question, filled, ...read });
    if (value !== undefined) filled.slots[slot] = value;
  }
  return filled;
};

interface Sources extends Read {
  question: Question;
  filled: Filled;
}

const slotValue = (slot: string, definition: SlotDefinition, from: Sources): SlotValue => {
  const { question, text, entities, filled } = from;
  switch (definition.type) {
    case 'campaign':
      return named(slot, definition.begun ? begunOf(entities.campaign, question) : entities.campaign, filled);
    case 'template':
    case 'segment':
      return named(slot, entities[definition.type], filled);
    case 'moment':
      return momentOfSlot(slot, definition, from);
    case 'phone':
      return entities.phones[0];
    case 'email':
      return entities.emails[0];
    case 'address':
      return entities.emails[0] ?? entities.phones[0];
    case 'whom':
      return entities.emails[0] ?? entities.phones[0] ?? casesIn(text)[0];
    case 'pace':
    case 'outcome':
    case 'backup':
      return entities[definition.type];
    case 'channel':
      return entities.channels[0];
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

const isRefused = (note: Moment['note']): note is NonNullable<Understanding['refused']> =>
  note === 'past' || note === 'no-such-day' || note === 'no-such-time';

const momentOfSlot = (slot: string, { past = false }: SlotDefinition, from: Sources): Date | undefined => {
  const { question, masked, filled, signs } = from;
  const { now, zone } = question;
  const before = past ? undefined : saidBefore(question, slot);
  const hour = before === undefined ? undefined : hourAlone(masked);
  const moment = momentOf(hour ?? signs, now, zone, { past, before });
  if (moment?.note) filled.because.push(`moment-${moment.note}`);
  if (moment && !moment.at && !past) {
    filled.unclear ??= slot;
    if (filled.unclear === slot && isRefused(moment.note)) filled.refused = moment.note;
    filled.partly ??= moment.partly;
  }
  return moment?.at;
};

/** What is known of a moment already: what was clear of it when it was asked for, or the one to be changed. */
const saidBefore = (question: Question, slot: string): string | undefined => {
  const known = beforeOf(question).before?.[slot];
  if (known instanceof Date) return partOf(known, question.zone);
  return typeof known === 'string' && known.startsWith(PARTLY) ? known.slice(PARTLY.length) : undefined;
};

const isAsked = (question: Question, slot: string): boolean =>
  question.pending?.kind === 'slot' && question.pending.slot === slot;

/** Where several fit, those of which something has left; all, where none has. */
const begunOf = (found: FoundName, { names }: Question): FoundName => {
  const begun = new Set(names?.campaigns.flatMap(({ id, begun }) => (begun ? [id] : [])));
  const options = found.options?.filter(({ id }) => begun.has(id)) ?? [];
  const [only, ...others] = options;
  if (!only) return found;
  return others.length === 0 ? { id: only.id } : { options };
};

const named = (slot: string, found: FoundName, filled: Filled): string | undefined => {
  if (found.options) filled.ambiguous ??= { slot, options: found.options };
  return found.id;
};
