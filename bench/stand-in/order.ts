/** What the stand-in is told before it starts. */
export interface StandInOrder {
  secret: string;
  /** 3: sent, delivered, read. */
  receipts: 0 | 3;
  /** Most updates in one webhook. */
  together: number;
}
/** How often what goes wrong, of one: each request draws anew. */
export interface Faults {
  /** 130429: too fast. */
  refused?: number;
  /** 500 with nothing that Meta would write, taken or not. */
  broken?: number;
  /** The line breaks before it is taken, or after. */
  reset?: number;
  resetAfter?: number;
  /** Taken, and never answered. */
  silent?: number;
  /** The answer takes its time. */
  slow?: number;
  /** Webhooks that are never told, told twice, told late. */
  lost?: number;
  doubled?: number;
  late?: number;
  /** Webhooks in any order. */
  shuffled?: boolean;
}
/** One of those that concern a request. */
export type Mishap = 'refused' | 'broken' | 'reset' | 'resetAfter' | 'silent' | 'slow';
export type Wish =
  | { do: 'aim'; url: string }
  | { do: 'faults'; faults: Faults; seed: number }
  | { do: 'nth'; nth: number; mishap: Mishap }
  | { do: 'count' }
  | { do: 'ack' }
  | { do: 'pace' }
  | { do: 'write'; file: string }
  | { do: 'flood'; number: string; perSecond: number; seconds: number }
  | { do: 'forget' };
export interface Count {
  /** Deliveries. */
  sends: number;
  lastAt: number;
  /** Updates that the product has not taken yet. */
  open: number;
}
/** Deliveries a second. */
export interface Pace {
  mean: number;
  worst: number;
}
/** How long the product took to answer for webhooks, in ms. */
export interface Ack {
  count: number;
  p50: number;
  p99: number;
}
