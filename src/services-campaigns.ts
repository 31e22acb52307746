import type { Obstacle } from './services-gate';

/** `paused` by a person, `held` by the product. */
export type CampaignState =
  | 'draft'
  | 'awaiting_approval'
  | 'scheduled'
  | 'sending'
  | 'paused'
  | 'held'
  | 'done'
  | 'cancelled'
  | 'expired';

export interface CampaignView {
  id: string;
  /** `C-118` */
  number: string;
  name: string;
  state: CampaignState;
  template: string;
  /** `whatsapp`, `sms` or `email`. */
  channel: string;
  templateId: string;
  /** The provider has not decided yet whether it may be sent. */
  templateInReview: boolean;
  preview: string;
  /** Where it can't reach somebody: by this channel, with these words. */
  backup?: { channel: string; templateId: string; preview: string };
  segment: string;
  segmentId: string;
  /** undefined: as soon as it is approved. */
  at?: Date;
  /** `local`: at that hour where everybody is. `waves`: a few first. */
  pace: 'now' | 'at' | 'local' | 'waves';
  /** Of waves: which one goes out, from 1. */
  wave: number;
  /** For how many minutes each is watched before the next, and when that begins once this one is out; undefined: this is the last. */
  nextWave?: { minutes: number; at?: Date };
  version: number;
  author: string;
  authorId: string;
  authorRoles: readonly string[];
  approver?: string;
  /** Whom its approval was handed to. */
  askedOf?: string;
  /** Of whoever asked for changes. */
  comment?: string;
  /** While the product holds it: the code that says why, whether it takes two people to go on, and who of them has wanted it. */
  heldWhy?: string;
  resumesWithTwo?: boolean;
  resumedBy?: string;
  /** The same words went to the same group a few days ago. */
  before?: { number: string; at: Date };
  startedAt?: Date;
  doneAt?: Date;
  selected: number;
  sendable: number;
  leftOut: readonly { code: string; count: number }[];
  sent: number;
  delivered: number;
  read: number;
  /** Which receipts come back by its channels: nobody confirms that a mail arrived. */
  comesBack: readonly ('delivered' | 'read')[];
  failed: number;
  unknown: number;
  /** People of it who left since it was frozen. */
  optedOut: number;
  queued: number;
  /** Rules that refuse it as a whole, at its hour. */
  obstacles: readonly Obstacle[];
}

export interface DeliveryReport extends CampaignView {
  failures: readonly { code: string; count: number }[];
}

/** Without `at`: as soon as it is approved. */
export interface CampaignWish {
  template: string;
  segment: string;
  at?: Date;
  pace?: 'local' | 'waves';
  /** By which it goes, where the template is called alike for several. */
  channel?: string;
  /** The channel, or the template, by which it goes where its own reaches nobody; `none`: no other. */
  backup?: string;
}

export interface CampaignVerbs {
  /** @throws TEMPLATE_NOT_FOUND, TEMPLATE_NOT_APPROVED, SEGMENT_NOT_FOUND */
  draft(wish: CampaignWish): Promise<CampaignView>;
  /** Its author says it otherwise; an approval that was asked for is void. @throws as `draft`, CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE */
  change(campaign: string, wish: CampaignWish): Promise<CampaignView>;
  /** Freezes content and audience. @throws CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE, CAMPAIGN_LATE */
  askApproval(campaign: string, version: number): Promise<CampaignView>;
  /** A second member. @throws APPROVAL_BY_AUTHOR, APPROVAL_STALE, CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE, ROLE_REQUIRED */
  approve(campaign: string, version: number): Promise<CampaignView>;
  /** One's own, where nobody else may, by saying to how many it goes. @throws APPROVAL_BY_AUTHOR, APPROVAL_COUNT, as `approve` */
  approveAlone(campaign: string, version: number, people: number): Promise<CampaignView>;
  /** To how many people this member may approve their own; 0: to nobody, or somebody else may. */
  aloneAtMost(member: string): Promise<number>;
  /** What the account's owner allowed; undefined: nobody approves alone. */
  aloneAllowed(): Promise<number | undefined>;
  /** @param most undefined: nobody approves alone. @throws ROLE_REQUIRED */
  allowAlone(most: number | undefined): Promise<void>;
  /** Back to its author with a comment. */
  askChanges(campaign: string, version: number, comment: string): Promise<CampaignView>;
  /** Hands its approval to another member who may approve it. @throws MEMBER_NOT_FOUND, APPROVAL_STALE, CAMPAIGN_STATE, ROLE_REQUIRED */
  delegate(campaign: string, version: number, member: string): Promise<CampaignView>;
  /** Who may approve it, but for its author. */
  approversOf(campaign: string): Promise<readonly { id: string; name: string }[]>;
  pause(campaign: string): Promise<CampaignView>;
  /** One that needs two people stays held after the first. @throws RESUME_NEEDS_ANOTHER, CAMPAIGN_STATE */
  resume(campaign: string): Promise<CampaignView>;
  cancel(campaign: string): Promise<CampaignView>;
  /** The campaign that was named, whatever its state; without a name, those of the newest that are in one of these states. */
  meant(
    campaign: string | number | Date | undefined,
    states: readonly CampaignState[],
  ): Promise<readonly CampaignView[]>;
  get(campaign: string): Promise<CampaignView>;
  /** A page of all of them, the newest first. `more`: from where the next page goes on. */
  page(most: number, from?: string): Promise<{ shown: readonly CampaignView[]; more?: string }>;
  /** What all of them are called, the newest first. */
  known(): Promise<readonly { id: string; number: string; name: string }[]>;
  /** The id of the newest that has begun; of the newest at all where none has. */
  newest(): Promise<string | undefined>;
  /** The one moment ahead that these words name; undefined: none, or none that is clear. */
  moment(words: string, language: 'es' | 'en' | 'pt'): Date | undefined;
  report(campaign: string): Promise<DeliveryReport>;
  /** Who of it is left out and why, masked, a page at a time; looking is audited. @param after the last one seen. @throws ROLE_REQUIRED */
  leftOut(
    campaign: string,
    after?: string,
  ): Promise<{ people: readonly { masked: string; code: string }[]; next?: string }>;
}
