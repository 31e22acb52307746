/** What a worker does with one lane of one kind. It runs alone on that lane while its lease lasts (30 s). */
export interface Work {
  kind: string;
  /** `again`: more may wait in this lane. Throwing is a try; it comes back after a pause that grows to a minute. */
  run(tenant: string, lane: Buffer, tries: number): Promise<'done' | 'again'>;
  /** After five tries without success: set the item aside so that the lane goes on. Without it the lane is tried on, once a minute. */
  parked?(tenant: string, lane: Buffer): Promise<void>;
}
