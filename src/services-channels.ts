/** One of the customer's numbers or addresses. */
export interface SenderView {
  channel: string;
  label: string;
  /** Nothing goes through: campaigns from it wait, since then, for that reason. */
  stopped?: { since: Date; code: string };
  /** As its provider sees it; absent where it was never asked, or has nobody to ask. */
  standing?: {
    /** `green`, `yellow`, `red`, `unknown` */
    quality: string;
    /** `connected`, … */
    status: string;
    /** `available`, `limited`, `blocked`, `unknown` */
    canSend: string;
    /** Messages a second. */
    throughput?: number;
    /** What stands in its way: codes of `advice`. */
    problems: readonly string[];
    at: Date;
    isWell: boolean;
  };
  /** When its provider last told us anything. */
  heard?: Date;
  /** The last try to ask it failed. */
  unasked?: string;
  /** How many people it may begin with in a day; null: no limit is known. */
  limit: number | null;
}

export interface ChannelVerbs {
  /** All of them, with how they stand. */
  senders(): Promise<readonly SenderView[]>;
  /** One of them; undefined: it is no longer there. */
  sender(id: string): Promise<SenderView | undefined>;
  /** What came in and what waits to leave. */
  queue(): Promise<{
    /** What people wrote and nobody has handled yet, and since when. */
    unread: number;
    unreadSince?: Date;
    /** Answers to people that have not left. */
    answersWaiting: number;
    answersSince?: Date;
    /** Promotions that left since the hour began. */
    thisHour: number;
  }>;
}
