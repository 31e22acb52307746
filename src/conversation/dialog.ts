import type { Slots } from '../intent';
import type { ActRef } from './actions';
import type { Understanding } from './understand';

/** What the bot waits for. Ids and slots only. */
export type Pending =
  | { kind: 'slot'; intent: string; slot: string; slots: Slots; until: number }
  | { kind: 'confirm'; yes: ActRef; no: ActRef; until: number };

export interface DialogState {
  pending?: Pending;
  /** The day on which a message for the team was last acknowledged. */
  acknowledged?: string;
  /** The day on which something that we can't read was last answered. */
  unread?: string;
}

export interface IntentRules {
  id: string;
  /** first: heard in every state of the dialog. word: there only as a keyword alone. */
  urgency?: 'first' | 'word' | undefined;
  slots: Readonly<Record<string, { type: string; optional?: boolean | undefined }>>;
}

export type Step =
  | { do: 'heard'; intent: string; slots: Slots; also: readonly string[] }
  | { do: 'ask'; intent: string; slot: string; slots: Slots }
  | { do: 'choose'; intent: string; slot: string; slots: Slots; options: readonly { id: string; name: string }[] }
  | { do: 'act'; action: ActRef }
  /** One likely wish: is it that? */
  | { do: 'confirm'; intent: string }
  | { do: 'clarify'; candidates: readonly string[] };

const slotMinutes = 15;

/** What to do next: pure, one step. Nothing that must be confirmed is ever reached but by a yes that was waited for, or by its own button. */
export function nextStep(
  state: DialogState,
  heard: Understanding,
  rules: ReadonlyMap<string, IntentRules>,
  text: string,
  now: Date,
): Step {
  const { pending } = state;
  const open = pending && pending.until > now.getTime() ? pending : undefined;
  if (rules.get(heard.intent)?.urgency === 'first') return begin(heard, rules);
  if (pending?.kind === 'confirm' && (heard.intent === 'affirm' || heard.intent === 'deny')) {
    if (open) return { do: 'act', action: heard.intent === 'affirm' ? pending.yes : pending.no };
    // what only begins something can begin late
    const act = pending.yes.act === 'start' ? 'start' : 'late';
    if (heard.intent === 'affirm') return { do: 'act', action: { ...pending.yes, act } };
  }
  if (open?.kind === 'slot') return fill(open, heard, rules, text);
  return begin(heard, rules);
}

function begin(heard: Understanding, rules: ReadonlyMap<string, IntentRules>): Step {
  const rule = rules.get(heard.intent);
  if (!rule) return { do: 'heard', intent: 'none', slots: {}, also: [] };
  if (heard.confirm) return { do: 'confirm', intent: heard.intent };
  if (heard.intent === 'none' && heard.candidates.length > 0) return { do: 'clarify', candidates: heard.candidates };
  const slots = only(rule, heard.slots);
  if (heard.ambiguous && heard.ambiguous.slot in rule.slots)
    return { do: 'choose', intent: heard.intent, slot: heard.ambiguous.slot, slots, options: heard.ambiguous.options };
  return askOrHear(rule, slots, heard.also, unclearSlot(rule, heard));
}

/** A button that starts an intent with what is known so far. */
export function startWith(rule: IntentRules, slots: Slots): Step {
  return askOrHear(rule, only(rule, slots), []);
}

function askOrHear(rule: IntentRules, slots: Slots, also: readonly string[], first?: string): Step {
  const slot = first ?? missingSlot(rule, slots);
  return slot ? { do: 'ask', intent: rule.id, slot, slots } : { do: 'heard', intent: rule.id, slots, also };
}

/** What was said but can't be taken is asked, never left out: without its hour a campaign would leave at once. */
const unclearSlot = (rule: IntentRules, heard: Understanding): string | undefined =>
  heard.unclear && rule.slots[heard.unclear] ? heard.unclear : undefined;

/** An answer to what was asked; another clear wish changes the subject; "no" drops it. */
function fill(
  open: Pending & { kind: 'slot' },
  heard: Understanding,
  rules: ReadonlyMap<string, IntentRules>,
  text: string,
): Step {
  const rule = rules.get(open.intent);
  if (!rule) return begin(heard, rules);
  if (heard.intent === 'deny') return { do: 'heard', intent: 'deny', slots: {}, also: [] };
  const isOther = !['none', 'affirm', 'greeting', 'thanks', open.intent].includes(heard.intent);
  const given = only(rule, heard.slots);
  const found = open.slot in given;
  if (isOther && (!found || heard.withVerb)) return begin(heard, rules);
  if (heard.ambiguous?.slot === open.slot)
    return { do: 'choose', intent: open.intent, slot: open.slot, slots: open.slots, options: heard.ambiguous.options };
  const free = rule.slots[open.slot]?.type === 'text' ? { [open.slot]: text } : {};
  const slots = { ...open.slots, ...free, ...given };
  const again = slots[open.slot] === undefined ? open.slot : undefined;
  return askOrHear(rule, slots, [], again ?? unclearSlot(rule, heard));
}

const only = (rule: IntentRules, slots: Slots): Slots =>
  Object.fromEntries(Object.entries(slots).filter(([key, value]) => key in rule.slots && value !== undefined));

const missingSlot = (rule: IntentRules, slots: Slots): string | undefined =>
  Object.entries(rule.slots).find(([key, slot]) => !slot.optional && slots[key] === undefined)?.[0];

/** The state after a slot was asked for. */
export const waitForSlot = (
  state: DialogState,
  step: { intent: string; slot: string; slots: Slots },
  now: Date,
): DialogState => ({
  ...state,
  pending: {
    kind: 'slot',
    intent: step.intent,
    slot: step.slot,
    slots: step.slots,
    until: now.getTime() + slotMinutes * 60_000,
  },
});

/** The state after a yes or no was asked for. */
export const waitForYes = (state: DialogState, yes: ActRef, no: ActRef, minutes: number, now: Date): DialogState => ({
  ...state,
  pending: { kind: 'confirm', yes, no, until: now.getTime() + minutes * 60_000 },
});

export function settled({ pending: _over, ...rest }: DialogState): DialogState {
  return rest;
}

/** Dates come back from storage as text. */
export function reviveState(stored: DialogState): DialogState {
  if (stored.pending?.kind !== 'slot') return stored;
  const slots = Object.fromEntries(Object.entries(stored.pending.slots).map(([key, value]) => [key, isoDate(value)]));
  return { ...stored, pending: { ...stored.pending, slots } };
}

const isoDate = (value: Slots[string]): Slots[string] =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? new Date(value) : value;
