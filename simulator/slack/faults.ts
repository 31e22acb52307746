import { badRequest } from '../errors';
import { oneOf, wholeNumbersIn } from '../faults';
import { type Json, text } from '../json';

const modes = ['hang', 'timeout_after_accept'] as const;

export interface SlackFault {
  method: string;
  team?: string;
  error?: string;
  http?: number;
  mode?: (typeof modes)[number];
  /** Seconds. */
  retryAfter?: number;
  times?: number;
}

/** @throws ControlError when it would do nothing */
export function slackFaultFrom(given: Json): SlackFault {
  const [method, team, error] = ['method', 'team', 'error'].map((name) => text(given[name]));
  const mode = oneOf(given, 'mode', modes);
  const amounts = wholeNumbersIn(given, ['http', 'retryAfter', 'times']);
  if (!method) throw badRequest('method is missing');
  if (!error && !mode && !amounts.http) throw badRequest('a fault has an error, an http status or a mode');
  return { method, ...(team && { team }), ...(error && { error }), ...(mode && { mode }), ...amounts };
}
