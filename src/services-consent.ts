type Language = 'es' | 'en' | 'pt';

export type ConsentState = 'given' | 'unproven' | 'pending' | 'withdrawn' | 'needs_reconfirmation' | 'expired' | 'none';
export type ConsentAct =
  | 'given'
  | 'renewed'
  | 'withdrawn'
  | 'expired'
  | 'pending'
  | 'declined'
  | 'needs_reconfirmation';

/** One act of the ledger, on all the channels that it spoke of. */
export interface ConsentLine {
  act: ConsentAct;
  at: Date;
  channels: readonly string[];
  /** `person`, `import:<list>`, `form`, … */
  source: string;
  /** `qr:<code>`, `web:<address>`, `file:<name>#<row>`, `message`; empty: not told. */
  place: string;
  textVersion?: string;
  /** SHA-256 of the words, in hexadecimal. */
  hash?: string;
}
export interface Attested {
  /** Where people said yes, and how, in the member's words. */
  place: string;
  how: string;
  /** The member; empty: none any more. */
  by: string;
  at: Date;
  /** SHA-256 of the file, in hexadecimal. */
  file: string;
}
export interface ConsentProof {
  /** Of each channel that the ledger speaks of. */
  states: readonly { channel: string; state: ConsentState }[];
  /** The newest yes, with the very words. `attested`: what a member vouched for of the list that it came with. */
  given?: ConsentLine & { text?: string; attested?: Attested };
  /** Oldest first. */
  lines: readonly ConsentLine[];
}

export interface SignUpView {
  /** `tienda-7f3k` */
  code: string;
  name: string;
  /** Opens WhatsApp with the message that begins it; none where the company has no number there. */
  chat?: string;
  /** The QR of that link, a picture for everybody. */
  picture: string;
  /** The web form. */
  form: string;
  /** `ALTA tienda-7f3k` */
  message: string;
  /** What people are asked, in the reader's language, and its version. */
  text: string;
  version: string;
}

export interface ConsentVerbs {
  /** Stops all promotions on every channel and cancels what is queued, now. @param said their words, which may also say that they are somebody else */
  withdraw(contact: string, said?: string): Promise<{ alreadyOut: boolean; cancelled: number }>;
  /** Holds promotions until the person says which it is; reversible. */
  hold(contact: string, said?: string): Promise<{ alreadyOut: boolean; cancelled: number }>;
  /** Whether promotions go to this person, or went to them in the last year. */
  isAddressed(contact: string): Promise<boolean>;
  /** Ends a hold; a stop stays. */
  release(contact: string): Promise<{ stillOut: boolean }>;
  /** The person comes back by their own words: consent is recorded with this message as its proof. An open case goes on holding. */
  optIn(contact: string): Promise<{ alreadyIn: boolean; stillOut?: { case?: string } }>;
  /** What the person may see of their own permission: nothing of whoever had the number before. */
  receipt(contact: string): Promise<ConsentProof>;
}

/** People subscribe themselves, in two steps: only their yes to our question is a permission. */
export interface SignUpVerbs {
  /** The person began it: what they are to be asked, in that language. `undefined`: they get it already. */
  ask(contact: string, language: Language, code?: string): Promise<{ code: string; text: string } | undefined>;
  /** Their yes. `late`: nothing of the last days waits for it. */
  confirm(contact: string): Promise<{ alreadyIn: boolean; stillOut?: { case?: string } } | { late: true }>;
  decline(contact: string): Promise<void>;
  /** Whether a bare yes or no of theirs would answer it: they were asked, and have said nothing to it since. */
  waits(contact: string): Promise<boolean>;
  /** Whether to ask this person, who just wrote, if they want news: once, and where the company turned it on. */
  offersNow(contact: string): Promise<boolean>;
  /** A member asks them, in the running talk: within the provider's window, once. @throws ROLE_REQUIRED, ANSWER_TOO_LATE @returns whether they were */
  offer(contact: string): Promise<boolean>;
  /** Whether a member may still do that. */
  mayOffer(contact: string): Promise<boolean>;
  /** Made, or found by its name; without one, the company's own. @throws ROLE_REQUIRED */
  link(language: Language, name?: string): Promise<SignUpView>;
  view(language: Language, code: string): Promise<SignUpView | undefined>;
  /** Those that are open, oldest first. */
  list(): Promise<readonly { code: string; name: string }[]>;
  /** Nobody can begin with it any more. @throws ROLE_REQUIRED */
  close(code: string): Promise<boolean>;
  offers(): Promise<boolean>;
  /** @throws ROLE_REQUIRED */
  setOffers(on: boolean): Promise<void>;
  /** What people agreed or may agree to, newest first. */
  texts(): Promise<
    readonly {
      version: string;
      language: string;
      /** Of a form or list, or what the double opt-in asks. */
      kind: 'statement' | 'question';
      body: string;
      hash: string;
      /** Missing: not known. */
      since?: Date;
    }[]
  >;
}
