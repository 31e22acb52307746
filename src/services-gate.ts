/** A rule of the send gate, and what it said. */
export interface RuleAnswer {
  code: string;
  why: 'law' | 'meta' | 'house' | 'setting';
  /** Where it comes from: `T-CAMP-1 · L-2`. */
  rule: string;
  answer: 'passes' | 'refuses' | 'lifted';
  /** The figures or names behind it. */
  seen?: string;
  /** When it lets through by itself. */
  until?: Date;
  /** The account's owner may lift it for this campaign. */
  lifts?: true;
}
export type Obstacle = Omit<RuleAnswer, 'answer'> & { halts?: true };

export interface GateVerbs {
  /** What each rule says of a campaign as a whole. @throws CAMPAIGN_NOT_FOUND */
  campaign(id: string): Promise<readonly RuleAnswer[]>;
  /** What each rule says now of promotions to a person, by phone or mail. Of a person whom the turn has looked up, which is on record. `undefined`: nobody here by that address. */
  person(address: string): Promise<readonly RuleAnswer[] | undefined>;
  /** How many of a campaign may leave within 24 hours, where a cap of the company or its number says so. @throws CAMPAIGN_NOT_FOUND */
  room(campaign: string): Promise<number | undefined>;
  /** Of one that a guard holds for its figures: what was too much, and what may be, in percent, after how many sent. */
  spike(campaign: string, code: string): Promise<{ percent: number; limit: number; sent: number } | undefined>;
  /** They say that they are a minor: no promotions until the company finds that they are none. @returns whether they are of an age to ask by themselves (14 to 17) */
  minor(contact: string, words?: string): Promise<boolean>;
  /** The owner lifts one of the company's own rules for a campaign. @throws ROLE_REQUIRED, ACTION_INVALID */
  lift(campaign: string, code: string): Promise<void>;
}
