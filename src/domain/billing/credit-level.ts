import { settings } from './settings';

/** `low` and `last`: of what there was after the last payment little is left; `over`: nothing leaves any more. */
export type CreditLevel = 'ok' | 'low' | 'last' | 'over';
export const levels: readonly CreditLevel[] = ['ok', 'low', 'last', 'over'];

/** How a prepaid account stands. @param base what there was after the last entry in its favour */
export function levelOf(left: number, base: number): CreditLevel {
  if (left <= 0) return 'over';
  const [low, last] = settings.warn_left_percent;
  const percent = base > 0 ? (left / base) * 100 : 100;
  if (percent <= last) return 'last';
  return percent <= low ? 'low' : 'ok';
}
