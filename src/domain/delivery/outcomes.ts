import { type SendOutcome, tooLate } from '../../channel';
import type { OutcomeRow } from './outcomes.table';

const mostRefusals = 8;
const longestPause = 60;

export interface Verdict {
  row: Pick<OutcomeRow, 'state' | 'reason' | 'pause' | 'elsewhere' | 'trouble'>;
  /** The provider id, to be kept as a token and sealed: it holds the person's number. */
  providerId?: string;
  /** The person stopped promotions at the provider. */
  stop?: true;
  /** Sending as such is refused (token, quality, template): the campaign must wait for somebody. */
  halt?: true;
  /** Too fast for the provider. */
  slower?: true;
}

/**
 * What a channel's outcome means for the message. Only what surely did not leave is tried again; `unknown` never is.
 * @param again the state of what may be tried once more · attempts: with this one
 */
export function verdictOf(outcome: SendOutcome, again: 'planned' | 'queued', attempts: number): Verdict {
  const pause = Math.min(longestPause, 2 ** Math.min(attempts - 1, 6));
  if (outcome.outcome === 'accepted')
    return { row: { state: 'accepted', reason: null, pause: 0 }, providerId: outcome.providerId };
  const { code } = outcome;
  if (outcome.outcome === 'unknown') return { row: { state: 'unknown', reason: code, pause: 0, trouble: true } };
  if (outcome.outcome === 'not_sent' && code === tooLate.code) return { row: { state: again, reason: null, pause: 0 } };
  if (outcome.outcome === 'not_sent')
    return { row: { state: again, reason: code, pause, trouble: true }, slower: true };
  const failed = { state: 'failed', reason: code, pause: 0 } as const;
  const asked = (outcome.retryAfterMs ?? 0) / 1_000;
  switch (outcome.treatment) {
    case 'retry': {
      // Who says when to come again is there.
      const trouble = outcome.retryAfterMs === undefined ? ({ trouble: true } as const) : {};
      if (attempts >= mostRefusals) return { row: { ...failed, ...trouble } };
      const wait = Math.min(300, Math.max(asked, pause));
      return {
        row: { state: again, reason: code, pause: wait, ...trouble },
        ...(!outcome.personal && { slower: true }),
      };
    }
    case 'pause':
      // A single answer has nobody to pause it: it fails and is seen.
      if (again === 'queued') return { row: failed };
      return { row: { state: again, reason: code, pause, trouble: true }, halt: true };
    case 'suppress':
      return { row: failed, stop: true };
    default:
      return { row: { ...failed, ...(outcome.elsewhere && { elsewhere: true }) } };
  }
}
