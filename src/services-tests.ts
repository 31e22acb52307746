/** What left for the member's own phone. */
export interface TestSent {
  /** By these channels. */
  sent: readonly string[];
  /** Why not, or not by all of them: a code of the gate, or TESTS_A_DAY. */
  refused?: string;
  /** It goes by mail, too: that is shown, never sent. */
  hasMail: boolean;
}

/** What proves a phone: this code, written from it to this number of the company. */
export interface TestProof {
  code: string;
  to: string;
  channel: string;
  minutes: number;
}

export interface TestVerbs {
  /** A campaign's message to the member who speaks, as whoever gets it sees it. @throws CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE, ROLE_REQUIRED */
  send(campaign: string): Promise<TestSent | { proof: TestProof }>;
  /** A recipient wrote this code: their phone is the member's who was shown it, and the test goes there. `undefined`: it is nobody's. */
  prove(contact: string, code: string): Promise<TestSent | undefined>;
}
