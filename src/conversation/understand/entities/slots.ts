import type { SlotDefinition } from '../catalogue';
import type { Question, Understanding } from '../types';

export const fillSlots = (
  _q: Question,
  _d: Readonly<Record<string, SlotDefinition>>,
): { slots: Understanding['slots']; ambiguous?: Understanding['ambiguous']; because: string[] } => ({
  slots: {},
  because: [],
});
