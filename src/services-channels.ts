/** One of the customer's numbers or addresses. */
export interface SenderView {
  channel: string;
  label: string;
  /** Nothing goes through: campaigns from it wait, since then, for that reason. */
  stopped?: { since: Date; code: string };
}

export interface ChannelVerbs {
  /** All of them, with how they stand. */
  senders(): Promise<readonly SenderView[]>;
  /** One of them; undefined: it is no longer there. */
  sender(id: string): Promise<SenderView | undefined>;
}
