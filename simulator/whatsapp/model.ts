import type { Bounded } from '../bounded';
import type { CompanyNumber } from './numbers';

export interface Person {
  /** The phone in E.164 or, without one, the business-scoped id. */
  id: string;
  phone?: string;
  /** Given to those whose phone nobody sees; for others it follows from phone and business. */
  bsuid?: string;
  /** Where they read mail. */
  email?: string;
  name: string;
  language: string;
  /** May be played by a visitor of the page: reads only what is open. */
  isPlayed: boolean;
  /** The id they were first known by. */
  born: string;
  /** By the id of the company's number. */
  chats: Map<string, Chat>;
}

export type Status = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed';

export interface Button {
  id: string;
  title: string;
  /** It leads there instead of being an answer. */
  url?: string;
}

export interface Message {
  id: string;
  /** Out: from the company to the person. */
  direction: 'in' | 'out';
  person: Person;
  number: CompanyNumber;
  at: string;
  type: string;
  text: string;
  title?: string;
  medium?: { kind: string; id?: string; name?: string };
  buttons?: Button[];
  template?: string;
  category?: string;
  reference?: string;
  error?: { code: number; title: string };
  /** What is still to become of it, from the moment it was accepted. */
  life: readonly Step[];
  /** Everything that became of it, in order; the last one holds. */
  statuses: { status: Status; at: string }[];
}

/** What one person and one number of a company said to each other. */
export interface Chat {
  number: CompanyNumber;
  messages: Bounded<Message>;
  /** When the person last wrote: free text may be sent for a day from then. */
  lastInboundMs?: number;
  /** The person stopped this company's promotions in WhatsApp itself. */
  isStopped: boolean;
  /** The company wants to hear nothing from them. */
  isBlocked: boolean;
  /** The person's phone is no longer shared with this company. */
  isPhoneHidden: boolean;
}

export interface Step {
  /** From the moment Meta accepted the message. */
  afterMs: number;
  status: Exclude<Status, 'accepted'>;
  code?: number;
}
