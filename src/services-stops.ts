/** What a stop covers. what: of a channel its name, of a number its id, else empty. */
export interface StopKey {
  scope: 'company' | 'channel' | 'sender';
  what: string;
}

export interface StopVerbs {
  /** Nothing of it leaves any more, within a second; answers to people do. @returns whether it was not stopped before. @throws ROLE_REQUIRED, ACTION_INVALID */
  stop(key: StopKey): Promise<boolean>;
  /** Its owner lets it go on, or the second of two people. @throws ROLE_REQUIRED, RESUME_NEEDS_ANOTHER, STOP_NOT_FOUND */
  resume(key: StopKey): Promise<'resumed' | 'asked'>;
  /** Of every customer: a channel, or `*` for all. Let go only at the command line. @throws ROLE_REQUIRED */
  stopHouse(channel: string): Promise<void>;
  /** What is stopped now, and the numbers that could be. */
  list(): Promise<{
    own: readonly (StopKey & { label: string; at: Date })[];
    /** Channels that Connectus stopped for everybody, `*` for all. */
    house: readonly string[];
    numbers: readonly { id: string; channel: string; label: string }[];
  }>;
  /** Why a campaign was taken for somebody else's, by the names of guards.yaml. */
  signs(campaign: string): Promise<readonly string[]>;
}
