import { badRequest } from '../errors';
import { type Json, text } from '../json';
import { phoneOf } from './people';

export type FaultMode = 'timeout_after_accept' | 'reset' | 'slow' | 'status_first';

export interface Fault {
  to?: string;
  number?: string;
  code?: number;
  http?: number;
  mode?: FaultMode;
  ms?: number;
  /** How many more times; without it, until it is taken away. */
  times?: number;
}

const modes: readonly string[] = ['timeout_after_accept', 'reset', 'slow', 'status_first'];

/** What goes wrong on purpose, for some or for everybody. */
export class Faults {
  private faults: Fault[] = [];

  add(given: Json): Fault {
    const to = text(given.to);
    const number = text(given.number);
    const mode = text(given.mode);
    if (mode !== undefined && !modes.includes(mode)) throw badRequest(`mode is one of ${modes.join(', ')}`);
    const fault: Fault = {
      ...(to && { to: /^[A-Z]{2}\./.test(to) ? to : phoneOf(to) }),
      ...(number && { number }),
      ...(mode && { mode: mode as FaultMode }),
      ...amounts(given),
    };
    if (fault.code === undefined && fault.http === undefined && !fault.mode)
      throw badRequest('a fault has a code, an http status or a mode');
    this.faults.push(fault);
    if (this.faults.length > 1_000) this.faults.shift();
    return fault;
  }

  /** The oldest fault that concerns this message; taking it uses it up. */
  take(number: string, to: string): Fault | undefined {
    const fault = this.faults.find((one) => (!one.number || one.number === number) && (!one.to || one.to === to));
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

function amounts(given: Json): Pick<Fault, 'code' | 'http' | 'ms' | 'times'> {
  const found: Pick<Fault, 'code' | 'http' | 'ms' | 'times'> = {};
  for (const name of ['code', 'http', 'ms', 'times'] as const) {
    if (given[name] === undefined) continue;
    const amount = Number(given[name]);
    if (!Number.isInteger(amount) || amount < 0) throw badRequest(`${name} is a whole number`);
    found[name] = amount;
  }
  return found;
}
