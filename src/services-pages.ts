/** Pages that a person opens by a link of their own. */
export interface PageVerbs {
  /** To what they choose. Anew each time, and only for whoever holds the number now. @throws PERSON_ERASED */
  preferences(contact: string): Promise<{ url: string; until: Date }>;
  /** Out of promotions on every channel: a pause would add nothing. */
  hasLeft(contact: string): Promise<boolean>;
  /** No promotions for a month, by their own button; a pause that runs goes on. */
  pause(contact: string): Promise<{ until: Date }>;
}
