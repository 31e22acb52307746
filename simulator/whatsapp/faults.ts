import { badRequest } from '../errors';
import { oneOf, wholeNumbersIn } from '../faults';
import { type Json, text } from '../json';
import { idFrom } from './people';

const modes = ['timeout_after_accept', 'reset', 'slow', 'status_first'] as const;

export interface Fault {
  /** For one person only; else for everybody. */
  to?: string;
  number?: string;
  /** An error of the Graph API. */
  code?: number;
  /** With a code, its HTTP status; without, a server error that is not Graph's. */
  http?: number;
  mode?: (typeof modes)[number];
  ms?: number;
  times?: number;
}

/** @throws ControlError when it would do nothing */
export function faultFrom(given: Json): Fault {
  const to = text(given.to);
  const number = text(given.number);
  const mode = oneOf(given, 'mode', modes);
  const fault: Fault = {
    ...(to && { to: idFrom(to) }),
    ...(number && { number }),
    ...(mode && { mode }),
    ...wholeNumbersIn(given, ['code', 'http', 'ms', 'times']),
  };
  if (fault.code === undefined && fault.http === undefined && !mode)
    throw badRequest('a fault has a code, an http status or a mode');
  return fault;
}
