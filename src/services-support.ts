/** What is shown of a person in the open for a quarter of an hour. */
export interface RevealVerbs {
  /** Who is meant, for a button: `undefined` when nobody here has that number, mail or request. The look is audited. */
  find(said: string): Promise<{ contact: string; masked: string } | undefined>;
  /**
   * It comes as a direct message to whoever asks, and whoever looks after privacy is told. `undefined`: enough for a day.
   * @throws ROLE_REQUIRED, ACTION_INVALID
   */
  open(asked: { contact: string; what: string; reason: string }): Promise<{ until: Date } | undefined>;
  /** For its card; `open` is missing once it is over. */
  shown(id: string): Promise<{
    what: 'number' | 'talk';
    masked: string;
    until: Date;
    open?: {
      phone?: string;
      email?: string;
      bsuid?: string;
      name?: string;
      lines: readonly { at: Date; from: 'person' | 'us' | 'app'; text: string; media?: string }[];
    };
  }>;
  hide(id: string): Promise<void>;
  /** Who saw something, for the card that tells it. */
  seenBy(member: string, contact: string): Promise<{ name: string; staff: boolean; masked: string }>;
}

interface FailureReason {
  code: string;
  count: number;
}

/** Why messages did not arrive: of many at once. */
export interface FailureVerbs {
  /** Of one campaign, else of what was sent then. @throws ROLE_REQUIRED, CAMPAIGN_NOT_FOUND */
  of(asked: { campaign?: string; from: Date; until: Date }): Promise<{
    campaigns: readonly { id: string; number: string; name: string; failed: number; unknown: number }[];
    reasons: readonly FailureReason[];
    unknown: number;
    /** Of answers to people. */
    answers: readonly FailureReason[];
  }>;
  /**
   * Of the people whose phones, mails and requests stand in a text: their last message each, at most ten people, each look audited.
   * `nobody`: how many of them nobody here has. Empty where the text names none. `campaign`: the one whose number (C-118) stands in it.
   */
  named(text: string): Promise<{
    people: readonly { contact: string; masked: string; at: Date; state: string; code?: string; campaign?: string }[];
    nobody: number;
    /** And how many are only stored. */
    blocked: number;
    campaign?: string;
  }>;
}

/** Connectus' own people at this customer. They see it only while a grant lasts. */
export interface StaffVerbs {
  /** `until`: of those who may look now; `did`: what they did here in the last 30 days, by the audit. */
  list(): Promise<readonly { id: string; name: string; until?: Date; did: number; last?: Date }[]>;
  /** @throws ROLE_REQUIRED, ACTION_INVALID */
  grant(member: string, hours: number): Promise<{ name: string; until: Date }>;
  /** At once. @throws ROLE_REQUIRED, ACTION_INVALID */
  end(member: string): Promise<{ name: string }>;
  /** A one-time code for somebody of Connectus who was never here: it works in Connectus' own workspace alone. @throws ROLE_REQUIRED */
  invite(hours: number): Promise<{ code: string; expires: Date }>;
  /** The customers that whoever speaks looks after now. @throws ROLE_REQUIRED */
  companies(): Promise<readonly { id: string; name: string; now: boolean }[]>;
  /** From the next sentence on they speak of that one. @throws ROLE_REQUIRED, ACTION_INVALID */
  choose(id: string): Promise<void>;
}
