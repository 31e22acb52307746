type Language = 'es' | 'en' | 'pt';

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

/** Words that nobody knows, and what they may mean. `means` goes back as it is. */
export interface SegmentQuestion {
  /** What was understood so far. */
  segment: string;
  word: string;
  offers: readonly { words: string; means: string }[];
}
export type Described = { view: SegmentView } | { ask: SegmentQuestion };

/** One condition, as a form asks for it. */
export interface GuidedCondition {
  attribute: string;
  how: string;
  value: string;
  /** How it joins what is there: `and`, `or`, `not`. */
  join: string;
}

/** Groups of people: described in words or by a form, looked at, saved. All words are in the reader's language. */
export interface SegmentVerbs {
  /** What those that are saved are called, the newest first. */
  names(): Promise<readonly string[]>;
  /** The same with their ids, by name, uncounted. */
  known(): Promise<readonly { id: string; name: string }[]>;
  /** Those that are saved, by name, counted. @param among these alone: counting takes its time */
  list(language: Language, among?: readonly string[]): Promise<readonly SegmentView[]>;
  /** @throws SEGMENT_NOT_FOUND */
  get(id: string, language: Language): Promise<SegmentView>;
  /** What people are told apart by. */
  attributes(): Promise<readonly string[]>;
  /** Whom these words mean: nothing is guessed. `undefined`: they say of nobody. @param of the segment that they change. @throws ROLE_REQUIRED, SEGMENT_INVALID */
  describe(words: string, language: Language, of?: string): Promise<Described | undefined>;
  /** The id of an unsaved group of whom these words mean, if each of them is known. @throws ROLE_REQUIRED */
  find(words: string, language: Language): Promise<string | undefined>;
  /** The people of a campaign, by its number, whose message failed for a reason that may heal, or who got it and did not read it: unsaved. @throws ROLE_REQUIRED */
  outcome(campaign: number, whom: 'failed' | 'unread', language: Language): Promise<SegmentView>;
  /** What the words that were asked about mean. @param means of an offer; nothing: they are left out. @throws as `describe`, SEGMENT_NOT_FOUND */
  tell(id: string, means: string | undefined, language: Language): Promise<Described>;
  /** From an offer of `common`. @throws as `describe` */
  begin(means: string, language: Language): Promise<Described>;
  /** A condition more, or the first one. @throws as `describe` */
  add(of: string | undefined, condition: GuidedCondition, language: Language): Promise<Described>;
  /** What most people have in common, to begin with. */
  common(language: Language): Promise<readonly { words: string; means: string; count: number }[]>;
  /** It can be chosen from now on, or its next version is in force. @throws ROLE_REQUIRED, SEGMENT_NOT_FOUND, SEGMENT_INVALID, SEGMENT_NAME_TAKEN */
  save(id: string, name: string | undefined, language: Language): Promise<SegmentView>;
  discard(id: string): Promise<void>;
}
