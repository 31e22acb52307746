/** Something that a promise needs and that is not so. Only this says “not proved”: any other error is a fault of the program that looks. */
export class Unproved extends Error {
  override readonly name = 'Unproved';
}

/** @throws Unproved */
export function must(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Unproved(otherwise);
}
