import type { Cast } from './cast';
import type { Sight } from './sight';

/** What is put into the sentence that says what was seen. */
export type Figures = Readonly<Record<string, string | number>>;

/** Looks at the outcome from outside. It may be called again, also on what was harmed on purpose. @throws Unproved saying what was seen instead */
export type Look = (at: Sight) => Promise<Figures>;

/** A sentence of the policy that is acted out. Its words stand in promises.yaml under its id. */
export interface Promised {
  id: string;
  /** Does it through the public doors. Returns how to look at what came of it. */
  act(cast: Cast): Promise<Look>;
}
export const promised = (id: string, act: Promised['act']): Promised => ({ id, act });

/** Harm that is done on purpose to our own data, or to a copy of it. The same look must find it. */
export interface Mutation {
  name: string;
  /** Whose look must catch it. */
  promise: string;
  /** On the system while it runs, or on a copy of its database after it has stopped. */
  on: 'system' | 'copy';
  /** Returns what is looked at instead, and how the harm is undone. */
  harm(at: Sight): Promise<{ at?: Sight; undo?(): Promise<void> }>;
}
