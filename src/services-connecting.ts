/** A number of the company's own at the provider. */
export interface NumberView {
  id: string;
  label: string;
  name?: string;
  state: 'ready' | 'unverified' | 'unregistered' | 'name' | 'blocked';
}

/** How far a number is on its way to us. */
export interface ConnectionView {
  state: 'checking' | 'number' | 'connecting' | 'ready' | 'done' | 'wrong';
  /** What is wrong. */
  code?: string;
  numbers: readonly NumberView[];
  chosen?: NumberView;
  /** The token ends then. */
  tokenEndsAt?: Date;
  /** Somebody wrote to it since, and got an answer. */
  isHeard: boolean;
  isAnswered: boolean;
}

/** An owner connects a number, step by step; each step is looked at outside the turn and its card is drawn again. */
export interface ConnectingVerbs {
  /** undefined: nothing has been begun. */
  state(): Promise<ConnectionView | undefined>;
  /** @param account where the token does not say which it is good for; else empty @throws ROLE_REQUIRED */
  offer(token: string, account: string): Promise<void>;
  /** @param pin of a number that is not registered yet @throws ROLE_REQUIRED, CONNECT_STATE */
  choose(number: string, pin?: string): Promise<void>;
  /** What is wrong may have been mended. @throws ROLE_REQUIRED */
  again(): Promise<void>;
}
