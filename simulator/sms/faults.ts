import { errors } from 'smpp';
import { badRequest } from '../errors';
import { oneOf, wholeNumbersIn } from '../faults';
import { type Json, text } from '../json';

const modes = ['timeout_after_accept', 'reset', 'slow'] as const;

export interface SmsFault {
  /** For one phone only; else for everybody. */
  to?: string;
  /** A status of SMPP: `ESME_RTHROTTLED`, or its number. */
  status?: number;
  /** The final state of the receipt: `UNDELIV`, `EXPIRED`, `REJECTD`, … */
  state?: string;
  mode?: (typeof modes)[number];
  ms?: number;
  times?: number;
}

export const finalStates: Readonly<Record<string, number>> = {
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  UNKNOWN: 7,
  REJECTD: 8,
};

/** @throws ControlError when it would do nothing */
export function smsFaultFrom(given: Json): SmsFault {
  const to = text(given.to);
  const name = text(given.status);
  const status = name === undefined ? undefined : (errors[name] ?? Number(name));
  if (status !== undefined && !Number.isInteger(status)) throw badRequest('status is one of SMPP, or a number');
  const state = oneOf(given, 'state', Object.keys(finalStates));
  const mode = oneOf(given, 'mode', modes);
  const fault: SmsFault = {
    ...(to && { to }),
    ...(status !== undefined && { status }),
    ...(state && { state }),
    ...(mode && { mode }),
    ...wholeNumbersIn(given, ['ms', 'times']),
  };
  if (status === undefined && !state && !mode) throw badRequest('a fault has a status, a state or a mode');
  return fault;
}
