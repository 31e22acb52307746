/** From those it left for to those who answered. */
export interface FunnelView {
  sent: number;
  delivered: number;
  read: number;
  clicked: number;
  replied: number;
}
/** All that a campaign's report tells beside its states and reasons. */
export interface ReportView extends FunnelView {
  reacted: number;
  /** Who left by calling it spam. */
  complaints: number;
  /** Whether the company counts who follows its links. */
  measures: boolean;
  /** Each with how often people and machines opened it. */
  links: readonly { url: string; people: number; machines: number }[];
  /** More than one where it fell back to another. */
  channels: readonly (FunnelView & { channel: string; failed: number })[];
  /** The campaigns before it, the newest first. */
  earlier: readonly (FunnelView & { number: string; name: string; comesBack: readonly ('delivered' | 'read')[] })[];
}

export interface ReportVerbs {
  /** @throws CAMPAIGN_NOT_FOUND */
  of(campaign: string): Promise<ReportView>;
  /** The report is shown in a new post. @returns its topic; `picture`: its chart follows beneath it */
  show(campaign: string, more: { picture: boolean }): Promise<string>;
  /** A file to take along, beneath the post with this topic; who asks and why stays on record. @throws CAMPAIGN_NOT_FOUND, ROLE_REQUIRED, REASON_REQUIRED */
  take(campaign: string, topic: string, file: { kind: 'csv' | 'pdf'; reason: string; isWhole: boolean }): Promise<void>;
  /** Whether clicks on links are counted from the next campaign on. @throws ROLE_REQUIRED */
  measure(on: boolean): Promise<void>;
}
