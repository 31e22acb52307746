/** A group of people as it is shown to the team. */
export interface SegmentView {
  id: string;
  name: string;
  version: number;
  saved: boolean;
  /** The saved one that this would be a new version of. */
  revises?: string;
  /** What it says, in plain words that can be said back. */
  words: string;
  selected: number;
  /** May be written to now. */
  sendable: number;
  /** Why the rest may not. */
  leftOut: readonly { code: string; count: number }[];
}

export interface SegmentVerbs {
  /** Those that are saved, by name. */
  list(): Promise<readonly SegmentView[]>;
  /** @throws SEGMENT_NOT_FOUND */
  get(id: string): Promise<SegmentView>;
  /** What most people have in common. */
  common(): Promise<readonly { key: string; value: string; count: number }[]>;
  /** Those who share one value: to be looked at. @throws ROLE_REQUIRED */
  propose(shared: { key: string; value: string }): Promise<SegmentView>;
  /** It can be chosen from now on, or its next version is in force. @throws ROLE_REQUIRED, SEGMENT_NOT_FOUND, SEGMENT_NAME_TAKEN */
  save(id: string, name?: string): Promise<SegmentView>;
  discard(id: string): Promise<void>;
}
