import type { Reason } from './values';

/** `rows` = created + updated + suppressed + duplicate + invalid. `unproven`: of the first two, those whom promotions do not reach for want of proof. */
export interface Counts {
  rows: number;
  created: number;
  updated: number;
  suppressed: number;
  duplicate: number;
  invalid: number;
  unproven: number;
  /** Of the invalid ones, how many and the first rows. */
  reasons: Partial<Record<Reason, { count: number; rows: number[] }>>;
}
export const noCounts = (): Counts => ({
  rows: 0,
  created: 0,
  updated: 0,
  suppressed: 0,
  duplicate: 0,
  invalid: 0,
  unproven: 0,
  reasons: {},
});

export function added(before: Counts, more: Counts): Counts {
  const sum = { ...before, reasons: { ...before.reasons } };
  for (const key of ['rows', 'created', 'updated', 'suppressed', 'duplicate', 'invalid', 'unproven'] as const)
    sum[key] += more[key];
  for (const [reason, { count, rows }] of Object.entries(more.reasons) as [
    keyof Counts['reasons'],
    { count: number; rows: number[] },
  ][]) {
    const known = sum.reasons[reason];
    sum.reasons[reason] = { count: count + (known?.count ?? 0), rows: [...(known?.rows ?? []), ...rows].slice(0, 5) };
  }
  return sum;
}

/** As they were kept. */
export const asCounts = (kept: Partial<Counts>): Counts => ({ ...noCounts(), ...kept });
