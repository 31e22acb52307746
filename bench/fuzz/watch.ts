import type { Model } from './model';
import { type Contact, type Name, namesOf, preference, type Refusal, rank } from './names';
import type { Kind, Step } from './steps';

type Refusals = ReadonlyMap<Name, ReadonlyMap<string, Refusal>>;
const theirWord: readonly Kind[] = ['release', 'optIn', 'resume'];
const leaving: readonly Kind[] = ['leave', 'hold', 'prefer'];
const concerns = (one: Refusal, step: Step): boolean =>
  one.channel === 'all' || one.channel === (step.channel === 'all' ? 'whatsapp' : step.channel);

/** What must hold whatever happens, asked of one customer's people before and after each step: it knows no rule of the model, only what a rule may never do. */
class Watch {
  constructor(private readonly model: Model) {}

  /** Does a step and says what it broke. */
  step(step: Step): string[] {
    const before = copyOf(this.model.refusals);
    const names = namesBefore(this.model, step);
    const taken = this.model.step(step);
    return [
      ...this.lost(before, step),
      ...this.unequal(names, step),
      ...this.queued(step),
      ...taken.flatMap(({ contact, channel }) => {
        const one = this.model.contacts.get(contact);
        if (!one) return ['somebody who is gone is written to'];
        const refused = [...one.names].flatMap((name) => [...(this.model.refusals.get(name)?.values() ?? [])]);
        if (refused.some((row) => row.channel === 'all' || row.channel === channel))
          return ['somebody who is out is written to'];
        return one.confirmed < one.epoch ? ['a new holder is written to'] : [];
      }),
    ];
  }

  /** Nothing refused is lost or weakened but by the person's own word, and then only what that word may undo. */
  private lost(before: Refusals, step: Step): string[] {
    const acting = this.model.known(step.ids);
    const found: string[] = [];
    for (const [name, rows] of before)
      for (const [key, row] of rows) {
        const now = this.model.refusals.get(name)?.get(key);
        if (now && rank(now) >= rank(row) && now.at >= row.at) continue;
        const mayGo = theirWord.includes(step.kind) && acting?.names.has(name) && isTheirsToUndo(row, step);
        if (!mayGo) found.push(`a refusal is lost by ${step.kind}`);
      }
    return found;
  }

  /** Whoever turns out to have another identifier has refused by it too. */
  private unequal(before: ReadonlySet<Name> | undefined, step: Step): string[] {
    const contact = this.model.known(step.ids);
    if (!before || !contact || theirWord.includes(step.kind)) return [];
    const isSame = before.size === contact.names.size && [...contact.names].every((name) => before.has(name));
    if (isSame || step.kind === 'renumber') return [];
    return isAgreed(this.model, contact) ? [] : ['an identifier was learnt and does not refuse what the others do'];
  }

  private queued(step: Step): string[] {
    const contact = leaving.includes(step.kind) ? this.model.known(step.ids) : undefined;
    const left = this.model.planned.filter(
      (one) => one.contact === contact?.id && contact && this.model.out(contact, one.channel),
    );
    const said = left.filter(
      ({ channel }) => step.kind !== 'leave' || step.channel === 'all' || step.channel === channel,
    );
    return said.length > 0 && !this.isHistory(step, contact) ? ['what waited was not cancelled'] : [];
  }

  private isHistory(step: Step, contact: Contact | undefined): boolean {
    return contact?.lines.some((one) => one.act === 'yes' && one.source === 'person' && one.at > step.at) ?? false;
  }
}

function isTheirsToUndo(row: Refusal, step: Step): boolean {
  if (step.kind === 'release') return row.strength === 'hold';
  if (step.kind === 'resume') return row.source === preference && row.at < step.at;
  return row.at < step.at && concerns(row, step);
}

const copyOf = (refusals: Refusals): Refusals => new Map([...refusals].map(([name, rows]) => [name, new Map(rows)]));

const namesBefore = (model: Model, step: Step): ReadonlySet<Name> | undefined => {
  const known = model.known(step.ids);
  return known ? new Set(known.names) : new Set(namesOf(step.ids).slice(0, 0));
};

function isAgreed(model: Model, contact: Contact): boolean {
  const stops = (name: Name): string[] =>
    [...(model.refusals.get(name) ?? [])].flatMap(([key, row]) => (row.strength === 'stop' ? [key] : [])).sort();
  const [first = [], ...others] = [...contact.names].map(stops);
  return others.every((one) => one.join() === first.join());
}

/** Steps until the first violation, at most so many. */
export function caught(model: Model, next: () => Step, most: number): { at: number; what: string } | undefined {
  const watch = new Watch(model);
  for (let at = 1; at <= most; at++) {
    const [what] = watch.step(next());
    if (what) return { at, what };
  }
  return undefined;
}
