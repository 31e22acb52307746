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
  /** Later it can still be announced by an approved notice. */
  byNotice?: boolean;
  /** The answer is proved sent, or the company told them by another way. */
  told: boolean;
  outcome?: 'granted' | 'partial' | 'denied' | 'not_applicable';
  /** Of a wish to see: what is held by category, or a copy of everything. */
  scope?: 'summary' | 'full';
  /** Why they ask: a name in causes.yaml. */
  cause?: string;
  /** Of an objection: what stops when it is accepted, `promotions`, `sharing`, … */
  objectsTo?: readonly string[];
  /** Asked in the same message as that one: `SOL-000203`. */
  parentNumber?: string;
  /** How sure it is who asks, and how sure it has to be before anything is handed over or changed. */
  identity?: { needed: IdentityLevel; has: IdentityLevel };
  /** As whom somebody else asks for them; `isProved`: the company saw on what paper. */
  onBehalf?: { relation: string; isProved: boolean };
  /** Their data is out of use because of this case; what a block is now. */
  blocked?: boolean;
  block?: 'provisional' | 'granted' | 'refused' | 'released';
  acknowledgedAt?: Date;
  extendedAt?: Date;
  /** Its one extension is still to be had, up to then. */
  mayExtend?: Date;
  overdue?: boolean;
  /** Until it is due, in days; of one that is over: none. */
  daysLeft?: number;
  /** Who of the company looks after it. */
  keeper?: string;
}

export type IdentityLevel = 'L0' | 'L1' | 'L2' | 'L3';
/** What stays of a partial yes: a category of the data map, on which ground, until when (`2031-12-31`). */
export interface Kept {
  category: string;
  ground: string;
  until?: string;
}
export interface Refusal {
  ground: string;
  facts: string;
  /** Of a block: the authority's receipt of that decision. */
  agencyNotice?: string;
}

/** One thing that is to be put right: `name`, `email`, or a column of the customer's own by its key. What stands is hidden but for a letter. */
export interface CorrectionView {
  field: string;
  before: string;
  after: string;
  /** The person saw both and said yes. */
  confirmed: boolean;
  applied: boolean;
}
/** What came of a person's words about what is wrong. */
export interface CorrectionsSaid {
  /** Waits for their yes. */
  proposed: readonly CorrectionView[];
  /** They said what is wrong, not how it should be; gave what is no such thing; or it reads like that already. */
  missing?: string;
  unfit?: string;
  same?: string;
  /** A number is corrected from the number itself. */
  isPhone: boolean;
}

/** Who got something of a person, what, since when: names of fields, never values. */
export interface Shared {
  name: string;
  country: string;
  /** `phone`, `message`, … */
  fields: readonly string[];
  since: Date;
}

/** What the controller may sign in advance, word for word. */
export interface Standing {
  act: 'access_summary' | 'erase';
  words: Readonly<Record<'es' | 'en' | 'pt', string>>;
  /** Missing: nobody has signed it. */
  signedBy?: string;
  signedAt?: Date;
  /** Its words are others than those that were signed: it no longer holds. */
  isStale: boolean;
}

/** A complaint of the person to the authority, by the authority's own number. */
export interface ClaimView {
  id: string;
  reference: string;
  due: Date;
  answered: boolean;
}

export type OpenedCase = CaseView & {
  isNew: boolean;
  /** What became of promotions with it: ended by the person's word, or wait until it is over. */
  promotions?: 'stop' | 'hold';
  /** Why they ask, as far as their words say it: a name in causes.yaml. */
  cause?: string;
};

export interface PrivacyVerbs {
  /**
   * Opens a case from this message, or finds the open one; promotions stop in the same transaction; the controller is told. Several rights in one
   * message belong together. @param words what they wrote: the request, and why; `cause`: why, where it is known
   */
  open(contact: string, right: Right, words?: string, cause?: string): Promise<OpenedCase>;
  /** The person said yes. */
  confirm(id: string): Promise<CaseView>;
  /** The person takes it back. */
  withdraw(id: string): Promise<CaseView>;
  /** The person lifts the block that they asked for and got. @throws CASE_STATE */
  release(id: string): Promise<CaseView>;
  /** Wholly, or but for what stays. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE, REJECTION_INCOMPLETE, VALUE_TAKEN */
  accept(id: string, partly?: { kept: readonly Kept[]; facts: string }): Promise<CaseView>;
  /** Needs a legal ground and facts; of a block the authority's receipt. @throws REJECTION_INCOMPLETE, AGENCY_NOTICE_MISSING */
  reject(id: string, why: Refusal): Promise<CaseView>;
  /** Once, before it is due, with a reason. @throws EXTENSION_NOT_ALLOWED, EXTENSION_USED, EXTENSION_LATE, EXTENSION_INCOMPLETE */
  extend(id: string, more: { days: number; reason: string }): Promise<CaseView>;
  /** The controller has seen it. */
  acknowledge(id: string): Promise<CaseView>;
  /** The person is asked; the clock goes on. @throws QUESTION_INCOMPLETE */
  ask(id: string, question: string): Promise<CaseView>;
  /** The letter as it would leave, word for word; of a refusal with its reasons. `isFinal`: nothing that is done first adds to it. @throws REJECTION_INCOMPLETE */
  previewLetter(id: string, why?: Refusal): Promise<{ text: string; isFinal: boolean }>;
  /** The whole file, for the authority: where it can be fetched, and until when. Audited. */
  dossier(id: string): Promise<{ number: string; link: string; until: Date }>;
  /** The person complained to the authority, which asked the company on that day. @throws CLAIM_INCOMPLETE */
  claim(id: string, said: { reference: string; notified: string }): Promise<{ number: string; due: Date }>;
  /** What the authority has asked about this case, and is not over. */
  claims(id: string): Promise<readonly ClaimView[]>;
  /** The company answered the authority. @throws ROLE_REQUIRED, CLAIM_NOT_FOUND */
  claimAnswered(claim: string): Promise<void>;
  /** It was ruled on or withdrawn, and no court has it: the file may go when its time comes. @throws ROLE_REQUIRED, CLAIM_NOT_FOUND */
  claimClosed(claim: string, ruling: string): Promise<void>;
  standing: {
    list(): Promise<readonly Standing[]>;
    /** @throws ROLE_REQUIRED, STANDING_UNKNOWN */
    sign(act: string): Promise<void>;
    /** @throws ROLE_REQUIRED, STANDING_UNKNOWN */
    revoke(act: string): Promise<void>;
  };
  /** Who had got what was corrected, and has to be told; names of fields, never values. */
  othersToTell(id: string): Promise<readonly { name: string; fields: readonly string[]; toldAt?: Date }[]>;
  /** The company told them. @throws ROLE_REQUIRED, CASE_NOT_FOUND */
  othersTold(id: string): Promise<{ number: string; right: Right }>;
  /** Whoever may decide, by their names. */
  keepers(): Promise<readonly { id: string; name: string }[]>;
  /** One of them looks after it from here on and is told. @throws ROLE_REQUIRED, CASE_NOT_FOUND, MEMBER_NOT_FOUND */
  handOver(id: string, member: string, note: string): Promise<CaseView>;
  /** The answer that could not leave was given by another way. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  toldOtherwise(id: string): Promise<CaseView>;
  /** A person sees their own alone. */
  get(id: string): Promise<CaseView>;
  list(): Promise<readonly CaseView[]>;
  /** Those that somebody of the team speaks of: by the number, by the person's phone or mail (audited), by digits alone. `undefined`: none in particular. */
  meant(said: { code?: unknown; address?: unknown; text: string }): Promise<readonly CaseView[] | undefined>;
  /** What the person wrote since they asked, empty once it is gone, and what exactly is to be corrected: whole, for whoever decides. Reading it is audited. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  read(id: string): Promise<{ words: string; corrections: readonly CorrectionView[] }>;
  /** Whether the person is asked for a yes first, and the legal grounds on which it may be refused; `keeps`: those on which a part of what is held stays. */
  rulesOf(right: Right): { confirm: boolean; grounds: readonly string[]; keeps: readonly string[] };
  /** Every case of this person that is not over, newest first. */
  openOf(contact: string): Promise<readonly CaseView[]>;
  /** The newest case of this person, if any. */
  latest(contact: string): Promise<CaseView | undefined>;
  /** Whom their data went to, of the time in which the number is theirs. */
  sharedWith(contact: string): Promise<readonly Shared[]>;
  /** The newest promotion that left for them. */
  lastPromotion(contact: string): Promise<{ at: Date; channel: string } | undefined>;
  /** Reads what is wrong and how it should be, and keeps it with the case. @param field where it was asked for. @throws CASE_NOT_FOUND, CASE_STATE */
  correct(id: string, words: string, field?: string): Promise<CorrectionsSaid>;
  /** What stands is hidden; to the team, what it is to be as well: `read` shows both. */
  corrections(id: string): Promise<readonly CorrectionView[]>;
  /** The person says yes to what they were shown. @throws CASE_NOT_FOUND, CASE_STATE */
  confirmCorrections(id: string): Promise<void>;
  /** No, not like that. @throws CASE_NOT_FOUND, CASE_STATE */
  dropCorrections(id: string): Promise<void>;
  /** What is held about this person: categories of the data map with counts. */
  summary(
    contact: string,
  ): Promise<{ categories: readonly { category: string; count: number }[]; records: number; firstSeen: Date }>;
}
