export type ImportState = 'fetching' | 'counting' | 'counted' | 'running' | 'done' | 'discarded' | 'stopped';

/** A list of people and how far it has come. */
export interface ImportView {
  id: string;
  name: string;
  state: ImportState;
  /** Of one that was stopped: what a person reads. */
  reason?: string;
  /** Titles, by what their columns become: phone, email, name, plain, sealed, age, … */
  columns: Readonly<Record<string, readonly string[]>>;
  /** Of all its rows once it was looked through; else of those so far. */
  rows: number;
  /** How many rows are stored. */
  done: number;
  created: number;
  updated: number;
  suppressed: number;
  duplicate: number;
  invalid: number;
  unproven: number;
  /** Why rows are not taken, most first, in the reader's words, with the first rows. */
  refused: readonly { why: string; count: number; rows: string }[];
  attested: boolean;
  /** The rows that were not taken were put beneath the card. */
  handedBack: boolean;
}

export interface ImportVerbs {
  /** A file that the speaker put beside their words: it is fetched and looked through; nothing is stored. @returns its list's id */
  brought(file: { id: string; name: string }): Promise<string>;
  get(id: string): Promise<ImportView>;
  /** @throws IMPORT_STATE, IMPORT_ATTESTATION, IMPORT_TEXT_UNKNOWN */
  attest(
    id: string,
    said: { statement: string; text: string; channels: readonly string[]; collectedAt: Date; place: string },
  ): Promise<void>;
  /** Stored, and promotions do not go to its people. @throws IMPORT_STATE */
  storeOnly(id: string): Promise<void>;
  /** @throws IMPORT_STATE */
  discard(id: string): Promise<void>;
  /** The newest that waits for a decision or is under way. */
  newest(): Promise<string | undefined>;
}
