export type Right = 'access' | 'rectify' | 'erase' | 'object' | 'portability' | 'block';
export type CaseState =
  | 'received'
  | 'unconfirmed'
  | 'confirmed'
  | 'accepted'
  | 'rejected'
  | 'executing'
  | 'answered'
  | 'closed'
  | 'withdrawn';

export interface CaseView {
  id: string;
  /** `SOL-000204` */
  number: string;
  right: Right;
  state: CaseState;
  receivedAt: Date;
  dueAt: Date;
  /** `+56 9 •••• •321` */
  masked: string;
  records: number;
  decidedBy?: string;
  reason?: string;
  /** Until when WhatsApp takes our answer to this person; none: they are to write again first. */
  answerUntil?: Date;
  /** The answer is proved sent, or the company told them by another way. */
  told: boolean;
}

export interface PrivacyVerbs {
  /** Opens a case from this message, or finds the open one; promotions stop in the same transaction; the controller is told. */
  open(contact: string, right: Right): Promise<CaseView & { isNew: boolean }>;
  /** The person said yes. */
  confirm(id: string): Promise<CaseView>;
  /** The person takes it back. */
  withdraw(id: string): Promise<CaseView>;
  /** @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  accept(id: string): Promise<CaseView>;
  /** Needs a legal ground and facts. @throws REJECTION_INCOMPLETE */
  reject(id: string, ground: string, facts: string): Promise<CaseView>;
  /** The answer that could not leave was given by another way. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  toldOtherwise(id: string): Promise<CaseView>;
  /** A person sees their own alone. */
  get(id: string): Promise<CaseView>;
  list(): Promise<readonly CaseView[]>;
  /** Those that somebody of the team speaks of: by the number, by the person's phone or mail (audited), by digits alone. `undefined`: none in particular. */
  meant(said: { code?: unknown; address?: unknown; text: string }): Promise<readonly CaseView[] | undefined>;
  /** What the person wrote since they asked, for whoever decides; empty once it is gone. Reading it is audited. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  words(id: string): Promise<string>;
  /** Whether the person is asked for a yes first, and the legal grounds on which it may be refused. */
  rulesOf(right: Right): { confirm: boolean; grounds: readonly string[] };
  /** Every case of this person that is not over, newest first. */
  openOf(contact: string): Promise<readonly CaseView[]>;
  /** The newest case of this person, if any. */
  latest(contact: string): Promise<CaseView | undefined>;
  /** What is held about this person: categories of the data map with counts. */
  summary(
    contact: string,
  ): Promise<{ categories: readonly { category: string; count: number }[]; records: number; firstSeen: Date }>;
}
