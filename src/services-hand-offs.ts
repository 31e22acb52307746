/** A talk of the team with a person, masked. */
export interface HandOffView {
  id: string;
  contact: string;
  masked: string;
  language: string;
  /** shown: the bot still answers · open: it keeps quiet · resolved: over */
  state: 'shown' | 'open' | 'resolved';
  /** Somebody of the company is taken to be writing from its own app, until then. */
  presentUntil?: Date;
  assignee?: string;
  resolvedBy?: string;
  /** It was over by itself, after so many days without a word. */
  lapsedAfter?: number;
  resolvedAt?: Date;
  openedAt: Date;
  channel: string;
  /** Until when an answer may leave; none: whenever. */
  until?: Date;
  isLate: boolean;
  lines: readonly TalkLine[];
  /** Their data is only stored: nothing of what was said is shown. */
  isBlocked: boolean;
  /** In a list: since when what they said is not answered. */
  waitsSince?: Date;
}
export interface TalkLine {
  at: Date;
  /** `app`: somebody of the company, by its own WhatsApp app. */
  from: 'person' | 'us' | 'app';
  text: string;
  /** A picture, a voice note, …; the text is its caption. */
  media?: string;
}

/** The team's talks with people who asked for a person, or whose words were shown to it. */
export interface HandOffVerbs {
  /** How it stands, for its card. @param handOff none: the newest with this person. @throws ACTION_INVALID */
  view(contact: string, handOff?: string): Promise<HandOffView>;
  /** One line of its thread, by what holds it; `undefined`: that is gone. */
  line(
    contact: string,
    of: { inbox?: string; seq?: string; by?: string },
  ): Promise<(TalkLine & { by?: string; state?: string; reason?: string }) | undefined>;
  /** Whoever speaks looked: of one of Connectus' own people it is written down. @param contact none: at who waits */
  looked(contact?: string): Promise<void>;
  /** How many wait for the team, and for whoever speaks. */
  waiting(): Promise<{ open: number; mine: number; oldest?: Date }>;
  /** Those who wait, the longest first. */
  list(most: number): Promise<readonly HandOffView[]>;
  /** What a member sends. `file`: as its form gave it. @throws ROLE_REQUIRED, HAND_OFF_OVER, ANSWER_TOO_LATE, ANSWER_NO_FILE, ANSWER_FILE_UNFIT */
  answer(contact: string, text: string, file?: string): Promise<void>;
  /** What they can be sent although a day has passed since they wrote: approved notices in their language. */
  templates(contact: string): Promise<readonly TemplateOffer[]>;
  /** Sends one of them. @returns why it may not leave: a code of the gate. @throws ROLE_REQUIRED, HAND_OFF_OVER */
  notify(contact: string, template: string, values: readonly string[]): Promise<string | undefined>;
  /** Whether that file, as a form gave it, can be sent. */
  takes(file: string): boolean;
  /** @throws ROLE_REQUIRED, HAND_OFF_OVER; so do `pass` and `resolve` */
  take(handOff: string): Promise<void>;
  /** Whom it can be passed to. */
  colleagues(): Promise<readonly { id: string; name: string }[]>;
  /** @returns the name of whoever looks after it now */
  pass(handOff: string, member: string, note: string): Promise<string>;
  resolve(handOff: string): Promise<void>;
  /** How many have had no word for days, and after how many. */
  quiet(): Promise<{ count: number; days: number }>;
  /** Ends all of them. @returns how many. @throws ROLE_REQUIRED */
  resolveQuiet(): Promise<number>;
  /** @throws ROLE_REQUIRED, HAND_OFF_ELSEWHERE */
  reopen(handOff: string): Promise<void>;
  /** What the team answers often, by name. */
  canned(): Promise<readonly { id: string; name: string; words: string }[]>;
  /** One of that name says this from now on. @throws ROLE_REQUIRED, CANNED_FULL */
  keep(name: string, words: string): Promise<void>;
  drop(id: string): Promise<void>;
  /** When the team answers: weekdays (1: Monday), minutes of the day. `undefined`: nobody said. */
  hours(): Promise<SupportHoursView | undefined>;
  /** @throws ROLE_REQUIRED, SUPPORT_HOURS_INVALID */
  setHours(hours: SupportHoursView | undefined): Promise<void>;
}
export interface TemplateOffer {
  id: string;
  name: string;
  /** With numbered places. */
  body: string;
  /** What fills them if nothing else is said. */
  values: readonly string[];
}
export interface SupportHoursView {
  days: readonly number[];
  opens: number;
  closes: number;
  /** On the holidays of the company's country, too. */
  onHolidays: boolean;
  /** What people are told at other hours, in the company's own words; empty: in ours. */
  words: string;
}
