import type { CampaignState } from './services-campaigns';

/** One campaign as a line of a list: `sendable` and what follows of those that are frozen alone, else nought. */
export interface CampaignLine {
  id: string;
  /** `C-118` */
  number: string;
  name: string;
  segment: string;
  state: CampaignState;
  authorId: string;
  /** undefined: as soon as it is approved. */
  at?: Date;
  doneAt?: Date;
  /** Of whoever asked for changes. */
  comment?: string;
  /** While the product holds it: the code that says why. */
  heldWhy?: string;
  sendable: number;
  sent: number;
  delivered: number;
  failed: number;
  queued: number;
}

/** What a first campaign needs, and what of it is there. */
export interface Beginnings {
  sender: boolean;
  people: boolean;
  template: boolean;
  /** Somebody besides its author who may approve it. */
  approver: boolean;
}

/** What one member's page shows, cheap enough to be drawn again and again. */
export interface HomeVerbs {
  /** What is under way, waits for somebody, or leaves or ended today where the reader is; and drafts of the reader's own that came back. Newest first. */
  campaigns(): Promise<readonly CampaignLine[]>;
  /** undefined once a campaign has gone out. */
  beginnings(): Promise<Beginnings | undefined>;
}
