import { badRequest } from '../errors';
import { type Json, text } from '../json';

export interface SlackFault {
  method: string;
  team?: string;
  error?: string;
  http?: number;
  mode?: 'hang' | 'timeout_after_accept';
  retryAfter?: number;
  /** How many more times; without it, until it is taken away. */
  times?: number;
}

/** What goes wrong in Slack on purpose. */
export class SlackFaults {
  private faults: SlackFault[] = [];

  add(given: Json): SlackFault {
    const [method, team, error, mode] = ['method', 'team', 'error', 'mode'].map((name) => text(given[name]));
    if (!method) throw badRequest('method is missing');
    if (mode !== undefined && mode !== 'hang' && mode !== 'timeout_after_accept')
      throw badRequest('mode is hang or timeout_after_accept');
    const fault: SlackFault = { method, ...(team && { team }), ...(error && { error }), ...(mode && { mode }) };
    for (const name of ['http', 'retryAfter', 'times'] as const) {
      if (given[name] === undefined) continue;
      if (!Number.isInteger(given[name])) throw badRequest(`${name} is a whole number`);
      fault[name] = Number(given[name]);
    }
    if (!error && !mode && !fault.http) throw badRequest('a fault has an error, an http status or a mode');
    this.faults.push(fault);
    if (this.faults.length > 1_000) this.faults.shift();
    return fault;
  }

  /** The oldest fault that concerns this call; taking it uses it up. */
  take(method: string, team: string): SlackFault | undefined {
    const fault = this.faults.find((one) => one.method === method && (!one.team || one.team === team));
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) this.faults = this.faults.filter((one) => one !== fault);
    }
    return fault;
  }

  list(): SlackFault[] {
    return this.faults;
  }

  clear(): void {
    this.faults = [];
  }
}
