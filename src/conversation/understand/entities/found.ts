import type { DayNote } from './days';

/** One of the tenant's own things, as it is called. */
export interface Named {
  id: string;
  name: string;
}

/** What was found of one kind of name. */
export interface FoundName {
  id?: string;
  /** Several fit equally well: to be asked. */
  options?: Named[];
}
/** An amount of money; `$` where it isn't said of which country. */
export interface Amount {
  value: number;
  currency: 'CLP' | 'BRL' | 'USD' | 'EUR' | '$';
}

/** A moment that was said, or why it can't be taken as one. */
export interface Moment {
  at?: Date;
  note?: DayNote | 'hour-missing' | 'hour-ambiguous' | 'vague' | 'no-such-time';
  /** What is clear of a moment that isn't: an answer may give the rest. */
  partly?: string;
}

export type Channel = 'whatsapp' | 'sms' | 'email';
/** At everybody's own hour, a few first, or everybody at once. */
export type Pace = 'local' | 'waves' | 'once';

/** People of an earlier campaign. */
export type Outcome = 'unread' | 'failed';

/** Everything a message names, whatever it wishes. Lists are in the order of the text; what is not named is empty. */
export interface Entities {
  /** Of the tenant's own things: the id of the one that is meant, or those that it may be. */
  campaign: FoundName;
  template: FoundName;
  segment: FoundName;
  /** The one moment that lies ahead, or why it can't be taken as said. */
  moment?: Moment;
  /** The same words as a time that has passed; a day alone is its beginning. */
  past?: Date;
  /** Lengths of time in minutes. */
  minutes: readonly number[];
  /** As typed, digits only, with a plus if one was written. */
  phones: readonly string[];
  emails: readonly string[];
  /** `SOL-000204` */
  cases: readonly string[];
  /** 118 of `C-118`. */
  campaignNumbers: readonly number[];
  /** `12.345.678-5`; only with the right check digits. */
  taxIds: readonly string[];
  percents: readonly number[];
  amounts: readonly Amount[];
  channels: readonly Channel[];
  /** By which it is to go where those reach nobody. */
  backup?: Channel | 'none';
  /** How something is to go out. */
  pace?: Pace;
  /** Whom of an earlier campaign. */
  outcome?: Outcome;
  /** What stands between quotation marks. */
  quoted: readonly string[];
  /** How the person calls himself. */
  people: readonly string[];
}
