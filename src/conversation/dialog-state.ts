import { dayIn } from '../domain/privacy/calendar';
import type { Slots } from '../intent';
import type { ActRef } from './actions';

/** A slot that was asked for. `then`: what the filled slots are for, where it is not to begin the intent anew. */
export interface OpenSlot {
  kind: 'slot';
  intent: string;
  slot: string;
  slots: Slots;
  then?: ActRef;
  until: number;
}

/** What the bot waits for. Ids and slots only. */
export type Pending = OpenSlot | { kind: 'confirm'; yes: ActRef; no: ActRef; until: number };

/** What was just prepared: said otherwise, its slots change by that act. */
export interface Draft {
  change: ActRef;
  slots: Slots;
  /** The talk in which it stands. */
  where: string;
  until: number;
}

/** The campaign that was last shown, in that talk: "that one". */
export interface Topic {
  campaign: string;
  where: string;
  until: number;
}

/** A step of several that was shown last, or, with its values, what was sent in a form when something was wrong. */
interface LeftForm extends ActRef {
  values?: Readonly<Record<string, string>>;
  until: number;
}

/** Where the talk with one person stands; small, whatever is said. */
export interface DialogState {
  pending?: Pending;
  draft?: Draft;
  topic?: Topic;
  /** What the last buttons said, folded, and what each does: typed, it presses them. */
  offered?: { buttons: Readonly<Record<string, string>>; until: number };
  /** Forms that were left, the newest first. */
  forms?: readonly LeftForm[];
  /** How often in a row nothing was understood, and when last. */
  lost?: { times: number; at: number };
  /** When a message for the team was last acknowledged. */
  acknowledged?: string;
  /** The day on which something that we can't read was last answered. */
  unread?: string;
  /** Codes of that day that proved nobody's phone. */
  tried?: { day: string; times: number };
}

const minute = 60_000;
const slotMinutes = 15;
const lostHours = 24;
const offeredHours = 24;
const quietHours = 4;
const leftHours = 24;
const mostForms = 3;
/** Of a free text that waits for the rest of its wish. */
const mostText = 1000;

/** Whether a talk is the one that is meant; `…/*` means any that begins so. */
const isOf = (talk: string, meant: string): boolean =>
  meant.endsWith('/*') ? talk.startsWith(meant.slice(0, -1)) : talk === meant;

/** What is still waited for. */
export const openOf = ({ pending }: DialogState, now: Date): Pending | undefined =>
  pending && pending.until > now.getTime() ? pending : undefined;

/** The draft that a correction can mean: of this talk, and just shown. */
export const draftOf = ({ draft }: DialogState, where: string, now: Date): Draft | undefined =>
  draft && isOf(draft.where, where) && draft.until > now.getTime() ? draft : undefined;

/** The state after buttons were shown. */
export const offered = (
  state: DialogState,
  buttons: readonly { id: string; label: string }[],
  now: Date,
): DialogState => ({
  ...state,
  offered: {
    buttons: Object.fromEntries(buttons.map(({ id, label }) => [folded(label), id])),
    until: now.getTime() + offeredHours * 60 * minute,
  },
});

/** What the button does whose words these are; undefined: they are nobody's. */
export const pressedBy = ({ offered: last }: DialogState, text: string, now: Date): string | undefined =>
  last && last.until > now.getTime() && Object.hasOwn(last.buttons, folded(text))
    ? last.buttons[folded(text)]
    : undefined;

/** Without what a telephone adds or leaves out: capitals, accents, blanks, what stands around. A comma within stays: «no, las quiero» is no «no las quiero». */
const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .toLowerCase();

/** The state after a step of a form was shown: it goes on from there. @param values what was sent in it, and could not be taken */
export function leaving(
  { forms = [], ...rest }: DialogState,
  { intent, act, args }: ActRef,
  now: Date,
  values?: Readonly<Record<string, string>>,
): DialogState {
  const form = { intent, act, args, ...(values && { values }), until: now.getTime() + leftHours * 60 * minute };
  const others = forms.filter((one) => (values ? !isSame(one, form) : one.values || one.intent !== intent));
  return { ...rest, forms: [form, ...others].filter(({ until }) => until > now.getTime()).slice(0, mostForms) };
}

/** What the steps of that intent's form carried that were left half filled. */
export const leftOf = ({ forms = [] }: DialogState, intent: string, now: Date): ActRef['args'] | undefined =>
  forms.find((one) => !one.values && one.intent === intent && one.until > now.getTime())?.args;

/** What was sent in this very form, about the same, and could not be taken. */
export const typedIn = ({ forms = [] }: DialogState, of: ActRef, now: Date): LeftForm['values'] =>
  forms.find((one) => one.values && isSame(one, of) && one.until > now.getTime())?.values;

/** The state while what was sent in a form is looked at: nothing of it waits any more, unless something is wrong again. */
export const sent = (state: DialogState, of: ActRef): DialogState =>
  without(state, (one) => one.values !== undefined && isSame(one, of));

function without({ forms = [], ...rest }: DialogState, isOver: (form: LeftForm) => boolean): DialogState {
  const left = forms.filter((one) => !isOver(one));
  return { ...rest, ...(left.length > 0 && { forms: left }) };
}

const isSame = (one: ActRef, other: ActRef): boolean =>
  one.intent === other.intent &&
  one.act === other.act &&
  Object.keys({ ...one.args, ...other.args }).every((key) => one.args[key] === other.args[key]);

/** What "that one" means in this talk. */
export const topicOf = ({ topic }: DialogState, where: string, now: Date): string | undefined =>
  topic && isOf(topic.where, where) && topic.until > now.getTime() ? topic.campaign : undefined;

/** The state after a campaign was spoken of. */
export const speaksOf = (state: DialogState, campaign: string, where: string, now: Date): DialogState => ({
  ...state,
  topic: { campaign, where, until: now.getTime() + slotMinutes * minute },
});

/** The state after a slot was asked for. */
export function waitForSlot(state: DialogState, asked: Omit<OpenSlot, 'kind' | 'until'>, now: Date): DialogState {
  const { intent, slot, then } = asked;
  const slots = Object.fromEntries(
    Object.entries(asked.slots).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.slice(0, mostText) : value,
    ]),
  );
  const until = now.getTime() + slotMinutes * minute;
  // what is begun anew leaves an older draft alone
  const rest = then ? understood(state) : dropped(state);
  return { ...rest, pending: { kind: 'slot', intent, slot, slots, ...(then && { then }), until } };
}

/** The state after a yes or no was asked for. */
export const waitForYes = (state: DialogState, yes: ActRef, no: ActRef, minutes: number, now: Date): DialogState => ({
  ...state,
  pending: { kind: 'confirm', yes, no, until: now.getTime() + minutes * minute },
});

/** The state after something was prepared that may still be said otherwise; no form of it is half filled any more. */
export const prepared = (state: DialogState, draft: Omit<Draft, 'until'>, now: Date): DialogState => ({
  ...without(state, ({ intent, values }) => !values && intent === draft.change.intent),
  draft: { ...draft, until: now.getTime() + slotMinutes * minute },
});

/** Something was understood: nothing is waited for. */
export function settled({ pending: _over, ...rest }: DialogState): DialogState {
  return understood(rest);
}

/** The person lets it be: nothing of it is waited for or meant any more. */
export function dropped({ draft: _left, ...rest }: DialogState): DialogState {
  return settled(rest);
}

/** Something was understood. */
export function understood({ lost: _found, ...rest }: DialogState): DialogState {
  return rest;
}

/** Once more nothing was understood, or the first time in a day. */
export function lostAgain(
  { pending: _over, ...state }: DialogState,
  now: Date,
): DialogState & { lost: { times: number } } {
  const { times = 0, at = 0 } = state.lost ?? {};
  const isRecent = now.getTime() - at < lostHours * 60 * minute;
  return { ...state, lost: { times: isRecent ? times + 1 : 1, at: now.getTime() } };
}

/** A message for the team is acknowledged once in the person's day, and again where hours have passed since. */
export function mayAcknowledge({ acknowledged = '' }: DialogState, now: Date, zone: string): boolean {
  const last = Date.parse(acknowledged);
  if (Number.isNaN(last)) return true;
  return dayIn(new Date(last), zone) !== dayIn(now, zone) || now.getTime() - last >= quietHours * 60 * minute;
}

/** Dates come back from storage as text. */
export function reviveState(stored: DialogState): DialogState {
  const { pending, draft } = stored;
  return {
    ...stored,
    ...(pending?.kind === 'slot' && { pending: { ...pending, slots: revived(pending.slots) } }),
    ...(draft && { draft: { ...draft, slots: revived(draft.slots) } }),
  };
}

const revived = (slots: Slots): Slots =>
  Object.fromEntries(Object.entries(slots).map(([key, value]) => [key, isoDate(value)]));

const isoDate = (value: Slots[string]): Slots[string] =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? new Date(value) : value;
