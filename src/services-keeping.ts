/** Data that must stay for a lawsuit or an authority. */
export interface HoldView {
  id: string;
  /** `RET-000003` */
  number: string;
  /** Whose, masked. */
  masked?: string;
  /** `C-118 · promo cyber` */
  campaign?: string;
  since?: Date;
  until?: Date;
  authority: string;
  reason: string;
  setBy?: string;
  startedAt: Date;
  /** When somebody looks again whether it is still needed. */
  reviewAt: Date;
  releasedAt?: Date;
}
export interface NewHold {
  /** The person. */
  contact?: string;
  /** A case: its person. */
  case?: string;
  campaign?: string;
  since?: Date;
  until?: Date;
  authority: string;
  reason: string;
  /** Until it is looked at again; six at most. */
  months: number;
}
/** One unit and how many of it; without any, it has no period of its own. */
export interface Period {
  hours?: number;
  days?: number;
  months?: number;
  years?: number;
}

/** How long things stay, what must stay longer, and whether the record of it was touched. */
export interface KeepingVerbs {
  /** Whose that phone or mail is; the look is audited. `undefined`: nobody's here. @throws ROLE_REQUIRED */
  personOf(address: string): Promise<{ contact: string; masked: string } | undefined>;
  /** @throws ROLE_REQUIRED, HOLD_INCOMPLETE, HOLD_SCOPE, HOLD_REVIEW, CAMPAIGN_NOT_FOUND, CASE_NOT_FOUND, ACTION_INVALID */
  hold(hold: NewHold): Promise<HoldView>;
  /** @throws ROLE_REQUIRED, HOLD_NOT_FOUND, HOLD_RELEASED, HOLD_REVIEW */
  renew(id: string, months: number): Promise<HoldView>;
  /** What waited for it goes on at once. @throws ROLE_REQUIRED, HOLD_NOT_FOUND, HOLD_RELEASED */
  release(id: string): Promise<HoldView>;
  /** @throws HOLD_NOT_FOUND */
  getHold(id: string): Promise<HoldView>;
  /** Those that stand. @throws ROLE_REQUIRED */
  holds(): Promise<readonly HoldView[]>;

  /** By rule: how long. `customer`: what may be set instead, in days. */
  periods(): Promise<
    readonly { rule: string; keep?: Period; isOwn: boolean; customer?: { least: number; most: number } }[]
  >;
  /** @throws ROLE_REQUIRED, RETENTION_FIXED, RETENTION_DAYS */
  setDays(rule: string, days: number): Promise<void>;
  /** What tonight's run would let go of now, and what a legal hold keeps; and when the last one ended. @throws ROLE_REQUIRED */
  forecast(): Promise<{
    rows: readonly { rule: string; table: string; due: number; held: number }[];
    last?: { at: Date; count: number };
  }>;

  /** Walks the whole audit. `keptTo`: up to which entry a head outside the database vouches for it. @throws ROLE_REQUIRED */
  verifyAudit(): Promise<{
    entries: number;
    keptTo?: number;
    broken?: { seq?: number; entry?: string; why: 'edited' | 'gone' | 'inserted' | 'order' | 'truncated' | 'begin' };
  }>;
}
