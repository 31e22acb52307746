import type { Slots } from '../intent';
import type { ActRef } from './actions';
import { type DialogState, type Draft, draftOf, type OpenSlot, openOf } from './dialog-state';
import { PARTLY, type Understanding, unknownName } from './understand';

export interface IntentRules {
  id: string;
  /** first: heard in every state of the dialog. word: there only as a keyword alone. */
  urgency?: 'first' | 'word' | undefined;
  /** It only shows something: a question that is open stays so. */
  looks?: boolean | undefined;
  slots: Readonly<Record<string, { type: string; optional?: boolean | undefined }>>;
}
type Rules = ReadonlyMap<string, IntentRules>;

export type Step =
  | { do: 'heard'; intent: string; slots: Slots; also: readonly string[]; back?: OpenSlot }
  | ({ do: 'ask' } & Asked)
  | ({ do: 'choose'; options: readonly { id: string; name: string }[] } & Asked)
  | { do: 'act'; action: ActRef; slots?: Slots; also?: readonly string[] }
  /** What looks like a yes or a no, and may be none. */
  | { do: 'again' }
  /** One likely wish: is it that? */
  | { do: 'confirm'; intent: string; slots: Slots }
  | { do: 'clarify'; candidates: readonly string[] };

export interface Asked {
  intent: string;
  slot: string;
  slots: Slots;
  then?: ActRef;
  /** Why what was said of it can't be taken: the moment does not exist, or has passed. */
  refused?: string;
}

/** What was said now, where, and when. */
export interface Said {
  text: string;
  where: string;
  now: Date;
}

/** What to do next: pure, one step. Nothing that must be confirmed is ever reached but by a yes that was waited for, or by its own button. */
export function nextStep(state: DialogState, heard: Understanding, rules: Rules, said: Said): Step {
  const step = stepFor(state, heard, rules, said);
  if (step.do !== 'ask' || step.slot !== heard.unclear || !heard.refused) return step;
  return { ...step, refused: heard.refused };
}

function stepFor(state: DialogState, heard: Understanding, rules: Rules, said: Said): Step {
  const { pending } = state;
  const open = openOf(state, said.now);
  if (rules.get(heard.intent)?.urgency === 'first') return begin(heard, rules);
  if (pending?.kind === 'confirm' && (heard.intent === 'affirm' || heard.intent === 'deny')) {
    if (open && heard.strength === 'weak') return { do: 'again' };
    if (open) return { do: 'act', action: heard.intent === 'affirm' ? pending.yes : pending.no, also: heard.also };
    // what only begins something can begin late
    const act = pending.yes.act === 'start' ? 'start' : 'late';
    if (heard.intent === 'affirm') return { do: 'act', action: { ...pending.yes, act } };
  }
  if (open?.kind === 'slot') return fill(open, heard, rules, said.text);
  const draft = draftOf(state, said.where, said.now);
  return (draft && change(draft, heard, rules)) || begin(heard, rules);
}

function begin(heard: Understanding, rules: Rules): Step {
  const rule = rules.get(heard.intent);
  // a greeting or a yes that is only likely is nothing to ask about
  const isNothing = !rule || (heard.confirm && courtesies.includes(heard.intent));
  if (isNothing) return { do: 'heard', intent: 'none', slots: {}, also: [] };
  const slots = saidOf(rule, heard);
  if (heard.confirm) return { do: 'confirm', intent: heard.intent, slots };
  if (heard.intent === 'none' && heard.candidates.length > 0) return { do: 'clarify', candidates: heard.candidates };
  return chosen(rule, heard, { slots }) ?? askOrHear(rule, slots, heard.also, unclearSlot(rule, heard));
}

/** A button that starts an intent with what is known so far. */
export function startWith(rule: IntentRules, slots: Slots): Step {
  return askOrHear(rule, only(rule, slots), []);
}

function askOrHear(rule: IntentRules, slots: Slots, also: readonly string[], first?: string, then?: ActRef): Step {
  const slot = first ?? missingSlot(rule, slots);
  if (slot) return { do: 'ask', intent: rule.id, slot, slots, ...(then && { then }) };
  return then ? { do: 'act', action: then, slots } : { do: 'heard', intent: rule.id, slots, also };
}

/** What was said but can't be taken is asked, never left out: without its hour a campaign would leave at once. */
const unclearSlot = (rule: IntentRules, heard: Understanding): string | undefined =>
  heard.unclear && rule.slots[heard.unclear] ? heard.unclear : undefined;

/** A name that fits several is asked. */
function chosen(rule: IntentRules, heard: Understanding, { slots, then }: Pick<Asked, 'slots' | 'then'>) {
  const { slot = '', options = [] } = heard.ambiguous ?? {};
  if (!(slot in rule.slots)) return undefined;
  return { do: 'choose', intent: rule.id, slot, slots, options, ...(then && { then }) } as const;
}

const courtesies = ['none', 'affirm', 'deny', 'greeting', 'thanks'];
const isAnother = (heard: Understanding, intent: string): boolean => ![...courtesies, intent].includes(heard.intent);
/** A wish of its own, whatever else the words may fill: an order with its verb, a "not yet", a look that is sure. */
const isPlain = (heard: Understanding, rules: Rules): boolean =>
  heard.withVerb === true ||
  heard.guarded !== undefined ||
  (heard.strength === 'strong' && rules.get(heard.intent)?.looks === true);
const corrects = (heard: Understanding): boolean => heard.because.includes('corrects');

/** An answer to what was asked, or a better word for what was said before; another clear wish changes the subject; "no" drops it. */
function fill(open: OpenSlot, heard: Understanding, rules: Rules, text: string): Step {
  const rule = rules.get(open.intent);
  if (!rule) return begin(heard, rules);
  const given = saidOf(rule, heard);
  const isBetter = corrects(heard) && holds(rule, heard, given);
  if (heard.intent === 'deny' && !isBetter) return { do: 'heard', intent: 'deny', slots: {}, also: [] };
  const isText = rule.slots[open.slot]?.type === 'text';
  // a bare yes is no name
  if (isText && heard.intent === 'affirm') return askOrHear(rule, open.slots, [], open.slot, open.then);
  if (!isBetter && isAnew(open, heard, given)) return begin(heard, rules);
  const isFound = open.slot in given || isBetter;
  if (isAnother(heard, open.intent) && (!isFound || isPlain(heard, rules))) return aside(open, heard, rules);
  const free = isText && !isBetter ? { [open.slot]: text } : {};
  const slots = { ...stillMeant(open, heard, rule, text), ...free, ...given };
  const again = slots[open.slot] === undefined ? open.slot : undefined;
  const isOfThis = isBetter || heard.ambiguous?.slot === open.slot;
  return (
    (isOfThis && chosen(rule, heard, { ...open, slots })) ||
    askOrHear(rule, slots, [], unclearSlot(rule, heard) ?? again, open.then)
  );
}

/** The same wish from its beginning, with another name in it: what was said before belongs to the other one. */
const isAnew = (open: OpenSlot, heard: Understanding, given: Slots): boolean =>
  heard.intent === open.intent &&
  heard.withVerb === true &&
  Object.entries(given).some(
    ([slot, value]) => slot !== open.slot && typeof value === 'string' && (open.slots[slot] ?? value) !== value,
  );

/** An order said over again, to a group that nobody knows: the one that was said before is meant no longer, and it is asked. */
function stillMeant(open: OpenSlot, heard: Understanding, rule: IntentRules, text: string): Slots {
  if (heard.intent !== open.intent || heard.withVerb !== true) return open.slots;
  if (unknownName('segment', text, heard.language, false) === undefined) return open.slots;
  return Object.fromEntries(Object.entries(open.slots).filter(([slot]) => rule.slots[slot]?.type !== 'segment'));
}

/** What only shows something is shown, and what was asked is asked again; anything else closes the question. */
function aside(open: OpenSlot, heard: Understanding, rules: Rules): Step {
  const step = begin(heard, rules);
  return step.do === 'heard' && rules.get(step.intent)?.looks ? { ...step, back: open } : step;
}

/** "No, on Friday", right after the draft was shown. */
function change(draft: Draft, heard: Understanding, rules: Rules): Step | undefined {
  const rule = rules.get(draft.change.intent);
  if (!rule || !corrects(heard)) return undefined;
  const given = saidOf(rule, heard);
  if (!holds(rule, heard, given)) return undefined;
  if (isAnother(heard, rule.id) && isPlain(heard, rules)) return undefined;
  const then = draft.change;
  const slots = { ...draft.slots, ...given };
  return chosen(rule, heard, { slots, then }) ?? askOrHear(rule, slots, [], unclearSlot(rule, heard), then);
}

/** Whether anything of that wish was said, clearly or not. */
const holds = (rule: IntentRules, heard: Understanding, given: Slots): boolean =>
  Object.keys(given).length > 0 || (heard.ambiguous?.slot ?? '') in rule.slots || (heard.unclear ?? '') in rule.slots;

/** What was said of that wish; of an unclear moment what is clear, so that an answer need not say it again. */
const saidOf = (rule: IntentRules, heard: Understanding): Slots => {
  const unclear = unclearSlot(rule, heard);
  return { ...only(rule, heard.slots), ...(unclear && { [unclear]: `${PARTLY}${heard.partly ?? ''}` }) };
};

const only = (rule: IntentRules, slots: Slots): Slots =>
  Object.fromEntries(Object.entries(slots).filter(([key, value]) => key in rule.slots && value !== undefined));

const missingSlot = (rule: IntentRules, slots: Slots): string | undefined =>
  Object.entries(rule.slots).find(([key, slot]) =>
    slot.type === 'moment' && typeof slots[key] === 'string' ? true : !slot.optional && slots[key] === undefined,
  )?.[0];
