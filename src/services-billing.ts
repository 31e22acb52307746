import type { Money } from './services-costs';

/** What is left of a prepaid account. */
export interface CreditView {
  /** Tax included; what was taken to be sent counts as spent until it is known what arrived. */
  left: Money;
  /** `low`, `last`: little is left of what there was after the last payment; `over`: nothing leaves any more. */
  level: 'ok' | 'low' | 'last' | 'over';
}
export interface StatementHead {
  id: string;
  /** Its first day. */
  month: Date;
  madeAt: Date;
  total: Money;
}
export interface StatementView extends StatementHead {
  net: Money;
  exempt: Money;
  tax: Money;
  taxPercent: number;
  isPaid: boolean;
  /** The tax document that a person issued for it elsewhere. */
  document?: { type: number; folio: number };
  lines: readonly {
    month: Date;
    isEarlier: boolean;
    channel: string;
    category: string;
    country: string;
    messages: number;
    units: number;
    /** Of one: `13,5`, as whoever reads writes it. */
    price: string;
    cost: Money;
  }[];
}
export interface PaymentView {
  amount: Money;
  /** `over`: the link has ended, and no payment is known of so far; `mismatch`: the gateway speaks of another amount. */
  state: 'asked' | 'open' | 'over' | 'paid' | 'refused' | 'cancelled' | 'failed' | 'mismatch';
  /** What it was for, unless for credit. */
  statement?: string;
  /** Where it is paid, while it can be. */
  url?: string;
}
export type PaperField =
  | ('legal_name' | 'rut' | 'contact' | 'country' | 'activity' | 'address' | 'district')
  | 'billing_mail';

export interface BillingVerbs {
  /** undefined: the company pays by contract, without a limit of ours. */
  credit(): Promise<CreditView | undefined>;
  /** The newest first. */
  statements(): Promise<readonly StatementHead[]>;
  /** @throws STATEMENT_NOT_FOUND */
  statement(id: string): Promise<StatementView>;
  /** Beneath its post, to take along. @throws STATEMENT_NOT_FOUND, ROLE_REQUIRED */
  file(id: string, kind: 'csv' | 'pdf'): Promise<void>;
  /** @throws ROLE_REQUIRED, STATEMENT_NOT_FOUND, DOCUMENT_UNKNOWN */
  noteDocument(id: string, of: { type: number; folio: number }): Promise<void>;
  /** Amounts that one button pays in, in the money's own unit; empty where nobody takes payments. */
  topUps(): Promise<readonly { units: number; amount: Money }[]>;
  /** A link is asked for. @returns the payment's id. @throws ROLE_REQUIRED, PAYMENT_UNAVAILABLE, PAYMENT_AMOUNT, STATEMENT_NOT_FOUND, STATEMENT_PAID */
  pay(wish: { statement: string } | { units: number }): Promise<string>;
  /** @throws PAYMENT_NOT_FOUND */
  payment(id: string): Promise<PaymentView>;
  /** What one message costs today, by channel and category, at home and elsewhere. */
  prices(): Promise<
    readonly { channel: string; category: string; home: string; elsewhere: string; currency: string }[]
  >;
  /** What papers of account say of the company. */
  paper(): Promise<Readonly<Record<PaperField, string>>>;
  /** @returns what is wrong, by field; nothing was changed then. @throws ROLE_REQUIRED */
  editPaper(given: Readonly<Record<string, string>>): Promise<Readonly<Partial<Record<PaperField, string>>>>;
}

/** What Connectus tells those whom it concerns. */
export interface NoticeVerbs {
  /** What whoever speaks was told, the newest first. */
  mine(): Promise<readonly { id: string; title: string; at: Date; readAt?: Date }[]>;
  /** @throws NOTICE_NOT_FOUND */
  get(id: string): Promise<{ title: string; text: string; at: Date; told: number; read: number }>;
  /** @throws NOTICE_NOT_FOUND */
  read(id: string): Promise<void>;
}
