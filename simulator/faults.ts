import { badRequest } from './errors';
import { type Json, text } from './json';

const most = 1_000;

/** What goes wrong on purpose: so many times, or until it is taken away. */
export class Faults<Fault extends { times?: number }> {
  private faults: Fault[] = [];

  add(fault: Fault): Fault {
    if (this.faults.length >= most) throw badRequest('there are too many faults; take some away');
    this.faults.push(fault);
    return fault;
  }

  /** The oldest fault that concerns what is being done; taking it uses it up. */
  take(concerns: (fault: Fault) => boolean): Fault | undefined {
    const fault = this.faults.find(concerns);
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) this.faults = this.faults.filter((one) => one !== fault);
    }
    return fault;
  }

  list(): Fault[] {
    return this.faults;
  }

  clear(): void {
    this.faults = [];
  }
}

/** Those of the named fields that are given, which must be whole numbers. */
export function wholeNumbersIn<Name extends string>(
  given: Json,
  names: readonly Name[],
): Partial<Record<Name, number>> {
  const found: Partial<Record<Name, number>> = {};
  for (const name of names) {
    if (given[name] === undefined) continue;
    const amount = Number(given[name]);
    if (!Number.isInteger(amount) || amount < 0) throw badRequest(`${name} is a whole number`);
    found[name] = amount;
  }
  return found;
}

/** A field that must be one of a few words, when it is given. */
export function oneOf<Word extends string>(given: Json, name: string, words: readonly Word[]): Word | undefined {
  const word = text(given[name]);
  if (word === undefined || words.includes(word as Word)) return word as Word | undefined;
  throw badRequest(`${name} is one of ${words.join(', ')}`);
}
