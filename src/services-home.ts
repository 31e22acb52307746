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

/** One thing that a first campaign needs, what it begins with, and whether whoever reads may do it. */
export interface BeginningStep {
  step: 'company' | 'contract' | 'purposes' | 'sender' | 'people' | 'template' | 'approver' | 'first';
  done: boolean;
  /** `other-intent/act`; `form`: it opens one. */
  act: string;
  form?: true;
  mine: boolean;
}

/** `providers`: whom the company lets its data go through is no step of its own. */
export type Remedy = Pick<BeginningStep, 'act' | 'form'> & { step: BeginningStep['step'] | 'providers' };

/** What one member's page shows, cheap enough to be drawn again and again. */
export interface HomeVerbs {
  /** What is under way, waits for somebody, or leaves or ended today where the reader is; and drafts of the reader's own that came back. Newest first. */
  campaigns(): Promise<readonly CampaignLine[]>;
  /** In the order in which they are got; undefined once a campaign has gone out. A card that is everybody's asks for nobody: every step may be anybody's. */
  beginnings(): Promise<readonly BeginningStep[] | undefined>;
  /** What puts right what the gate refuses for; undefined: no one step does. */
  remedy(code: string): Remedy | undefined;
}
