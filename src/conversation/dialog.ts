import type { Slots } from '../intent';
import type { ActRef } from './actions';
import type { Understanding } from './understand';

/** What the bot waits for. Ids and slots only. */
export type Pending =
  | { kind: 'slot'; intent: string; slot: string; slots: Slots; until: number }
  | { kind: 'confirm'; yes: ActRef; no: ActRef; until: number };

export interface DialogState {
  pending?: Pending;
  /** The day on which an unanswerable message was last acknowledged. */
  acknowledged?: string;
}

export interface IntentRules {
  id: string;
  confirm: 'never' | 'always';
  slots: Readonly<Record<string, { type: string; optional?: boolean | undefined }>>;
}

export type Step =
  | { do: 'heard'; intent: string; slots: Slots; also: readonly string[] }
  | { do: 'ask'; intent: string; slot: string; slots: Slots }
  | { do: 'choose'; intent: string; slot: string; slots: Slots; options: readonly { id: string; name: string }[] }
  | { do: 'act'; action: ActRef }
  | { do: 'expired' }
  | { do: 'clarify'; candidates: readonly string[] };

/** A right or a wish to leave is heard in every state. */
const breaksThrough: ReadonlySet<string> = new Set([
  'opt-out',
  'delete-data',
  'access-data',
  'data-source',
  'human-agent',
  'privacy-policy',
  'request-status',
  'link',
]);
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
  if (breaksThrough.has(heard.intent)) return begin(heard, rules);
  if (pending?.kind === 'confirm' && (heard.intent === 'affirm' || heard.intent === 'deny')) {
    if (!open) return { do: 'expired' };
    return { do: 'act', action: heard.intent === 'affirm' ? pending.yes : pending.no };
  }
  if (open?.kind === 'slot') return fill(open, heard, rules, text);
  return begin(heard, rules);
}

function begin(heard: Understanding, rules: ReadonlyMap<string, IntentRules>, before: Slots = {}): Step {
  const rule = rules.get(heard.intent);
  if (!rule) return { do: 'heard', intent: 'none', slots: {}, also: [] };
  if (heard.intent === 'none' && heard.candidates.length > 0) return { do: 'clarify', candidates: heard.candidates };
  const slots = { ...before, ...only(rule, heard.slots) };
  if (heard.ambiguous)
    return { do: 'choose', intent: heard.intent, slot: heard.ambiguous.slot, slots, options: heard.ambiguous.options };
  const missing = missingSlot(rule, slots);
  if (missing) return { do: 'ask', intent: heard.intent, slot: missing, slots };
  return { do: 'heard', intent: heard.intent, slots, also: heard.also };
}

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
  if (isOther && !found) return begin(heard, rules);
  if (heard.ambiguous?.slot === open.slot)
    return { do: 'choose', intent: open.intent, slot: open.slot, slots: open.slots, options: heard.ambiguous.options };
  const free = rule.slots[open.slot]?.type === 'text' ? { [open.slot]: text } : {};
  const slots = { ...open.slots, ...free, ...given };
  const missing = missingSlot(rule, slots);
  return missing
    ? { do: 'ask', intent: open.intent, slot: missing, slots }
    : { do: 'heard', intent: open.intent, slots, also: [] };
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
