import { AppError } from '../../errors';

export type Right = 'access' | 'rectify' | 'erase' | 'object' | 'portability' | 'block';
export type CaseState =
  | 'received'
  | 'unconfirmed'
  | 'confirmed'
  | 'accepted'
  | 'rejected'
  | 'executing'
  | 'answered'
  | 'closed'
  | 'withdrawn';
/** lapse: the person did not answer the question · execute: what was decided is being done · answer: proved sent */
export type CaseEvent = 'confirm' | 'lapse' | 'withdraw' | 'accept' | 'reject' | 'execute' | 'answer' | 'close';

const moves: Readonly<Record<CaseEvent, readonly [from: readonly CaseState[], to: CaseState]>> = {
  confirm: [['received', 'unconfirmed'], 'confirmed'],
  lapse: [['received'], 'unconfirmed'],
  withdraw: [['received', 'unconfirmed', 'confirmed'], 'withdrawn'],
  accept: [['received', 'unconfirmed', 'confirmed'], 'accepted'],
  reject: [['received', 'unconfirmed', 'confirmed'], 'rejected'],
  execute: [['accepted'], 'executing'],
  answer: [['executing', 'rejected'], 'answered'],
  close: [['executing', 'rejected', 'answered'], 'closed'],
};

/**
 * Where a case goes. What can't be undone is accepted only after the person was asked and said yes, or said nothing.
 * @throws CASE_STATE
 */
export function next(state: CaseState, event: CaseEvent, mustConfirm = false): CaseState {
  const [from, to] = moves[event];
  const tooEarly = event === 'accept' && mustConfirm && state === 'received';
  if (!from.includes(state) || tooEarly) throw new AppError('CASE_STATE', { status: state });
  return to;
}

const over: ReadonlySet<CaseState> = new Set(['answered', 'closed', 'withdrawn']);

/** Whether the same wish said again belongs to this case. */
export const isOpen = (state: CaseState): boolean => !over.has(state);
