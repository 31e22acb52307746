import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Router } from 'express';
import type { ZodType } from 'zod';
import type { Clock } from './clock';
import type { Log } from './log';

/** Who is on the other side, as the channel knows them. Any field may be missing for ever; at least one is there. */
export interface Identity {
  /** E.164 with `+`. */
  phone?: string;
  /** WhatsApp business-scoped user id, `CL.9900887766`. */
  bsuid?: string;
  parentBsuid?: string;
  email?: string;
  /** The customer's own number for this person: of a list, never of a channel. */
  external?: string;
  /** A member of a customer's team. */
  slack?: { team: string; user: string };
  /** The name they show, never an identity. */
  name?: string;
}

/** Where in Slack something happened, and so where its answer goes. Channels without a surface leave it out. */
export interface SurfaceRef {
  team: string;
  channel?: string;
  thread?: string;
  /** The thread begins with what was said: it continues none. */
  begins?: true;
  /** The post that carried the button. */
  post?: string;
  /** The form that was opened or submitted. */
  view?: string;
  user?: string;
  /** Answer so that only this user sees it. */
  private?: boolean;
}

export type InboundContent =
  /** `title`: of a mail that answers none, what stands above it. */
  | { type: 'text'; text: string; title?: string }
  | { type: 'button'; label: string; action: string }
  | { type: 'media'; media: string; caption?: string; file?: InboundFile }
  | { type: 'reaction'; emoji?: string; on: string }
  | { type: 'edited'; of: string; text?: string }
  | { type: 'revoked'; of: string }
  | { type: 'unsupported'; what: string };

/** A picture, voice note or paper that somebody sent, by the provider's own id; its bytes are there for some days. */
export interface InboundFile {
  id: string;
  mime?: string;
  name?: string;
}

/** A file that somebody put beside their words; its bytes are fetched when they are wanted. */
export interface FileRef {
  id: string;
  name: string;
  bytes: number;
}

export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed';

/** What to do about a provider's error; the table is data beside each adapter. */
export type Treatment = 'retry' | 'wait' | 'permanent' | 'suppress' | 'pause' | 'bug';

/** `code` is ours (`WHATSAPP_131050`), never the provider's prose. */
export interface ProviderError {
  code: string;
  treatment: Treatment;
  /** Final here, and the person may still be reached by another channel. */
  elsewhere?: true;
  retryAfterMs?: number;
  /** It came too often to this one person: nobody else need wait. */
  personal?: true;
}

export type FormValues = Record<string, string>;

/** One thing that happened outside. `app` and `sender` say which of our numbers or workspaces it happened to: the tenant follows from them alone. */
export type ChannelEvent = {
  channel: string;
  /** The provider's application whose secret signed it; `default` where there is one. */
  app: string;
  /** Phone number id, Slack team id, … */
  sender: string;
  /** Unique within the sender; the same update delivered twice has the same id. */
  id: string;
  /** The provider's time. */
  at: Date;
  raw?: unknown;
  /** A card's number stood in it, and was taken out before anything was stored. No channel says so. */
  hadCard?: true;
} & (
  | {
      kind: 'message';
      from: Identity;
      content: InboundContent;
      replyTo?: string;
      surface?: SurfaceRef;
      files?: readonly FileRef[];
      /** Written to our own mailbox and handed on by us: it is heard, and not answered. No channel says so. */
      forwarded?: true;
      /** Said in a thread among colleagues, to nobody by name: it is for us only where that thread is the speaker's own. */
      aside?: true;
    }
  /** An entry of the place's own menus, by its name; `said`: the words of the message it was used on. */
  | { kind: 'shortcut'; from: Identity; name: string; surface: SurfaceRef; said?: string }
  | { kind: 'action'; from: Identity; action: string; values?: FormValues; surface: SurfaceRef }
  /** They look at the page that they have with us, where the channel has one: it is drawn as things stand. */
  | { kind: 'opened'; from: Identity; surface: SurfaceRef }
  | {
      kind: 'receipt';
      providerId: string;
      status: ReceiptStatus;
      reference?: string;
      error?: ProviderError;
      /** As what the provider charges it, where it says so: `free`, or a category (`MARKETING`). */
      charged?: string;
    }
  /** Somebody of the company wrote to them by the provider's own app, past us. */
  | { kind: 'echo'; to: Identity; content: InboundContent }
  | { kind: 'preference'; from: Identity; marketing: 'stop' | 'resume' }
  | { kind: 'identity'; previous: Identity; current: Identity }
  | { kind: 'account'; field: string; value: unknown }
);

export interface Button {
  /** A signed action, or a word that means the same when typed. At most 256 characters. */
  id: string;
  label: string;
  style?: 'primary' | 'danger';
  /** Pressing it opens a form at once. */
  form?: boolean;
  /** Pressing it leads to this address, besides. Only to a page of ours, or of who takes payments. */
  link?: string;
}

/** A message in no channel's dialect; every adapter shows as much of it as its channel can. */
export interface Content {
  text: string;
  title?: string;
  facts?: readonly string[];
  progress?: { done: number; of: number };
  note?: string;
  /** A picture that everybody may see; `alt` says what is in it. Channels that show none leave it out. */
  image?: { url: string; alt: string };
  buttons?: readonly Button[];
  /** What stands below it, each part with its own title, words and buttons. Channels without richer places leave it out. */
  parts?: readonly Content[];
}

export interface FormField {
  id: string;
  label: string;
  /** Of a `file`, what comes back is a FileRef as JSON. */
  type: 'text' | 'paragraph' | 'choice' | 'file';
  options?: readonly { value: string; label: string }[];
  /** What stands in it already. */
  initial?: string;
  /** What was wrong with it when it was sent. */
  error?: string;
  minLength?: number;
  optional?: boolean;
  /** There are more than fit in a list: they are asked for by `ChannelDeps.choices` as somebody types. */
  isSearched?: true;
}

export interface Form {
  title: string;
  submit: string;
  close: string;
  intro?: string;
  fields: readonly FormField[];
  /** Once sent it stays open and waits: what comes of it fills it, be it the next form, the same with what was wrong, or a sentence. */
  stays?: true;
  /** The signed action that the submission carries. */
  action: string;
}

/** What stands above a template's words: what fills its one variable, or a picture, video or paper the provider already has. */
export type TemplateHeader =
  | { kind: 'text'; text: string }
  | { kind: 'image' | 'video' | 'document'; media: string; name?: string };

/** What a button of a template is given, by its place among all; `null`: nothing. */
export type ButtonValue = { payload: string } | { suffix: string } | null;

/** `unsubscribe`: a link that stops promotions when it is posted to, for channels that carry one beside their words. `text` and `email` leave as they are. */
export type OutboundContent =
  | ({ kind: 'content'; replyTo?: string; unsubscribe?: string } & Content)
  | {
      kind: 'template';
      name: string;
      language: string;
      variables: readonly string[];
      header?: TemplateHeader;
      buttons?: readonly ButtonValue[];
      /** As it reads, for whoever looks at what was sent; the provider has its words. */
      words?: string;
    }
  | { kind: 'text'; text: string }
  /** A file the provider already has, with words beneath where it can. */
  | { kind: 'media'; medium: MediumKind | 'audio'; media: string; text: string; name?: string }
  | { kind: 'email'; subject: string; text: string; html: string; unsubscribe?: string };

/** One of our own addresses with what is needed to send from it. */
export interface Sender {
  channel: string;
  app: string;
  id: string;
  token: string;
  /** What people see as the sender, where a channel shows more than the address. */
  name?: string;
}

/** `not_sent`: no byte of the request left. `unknown`: it may have arrived. */
export type SendOutcome =
  | { outcome: 'accepted'; providerId: string }
  | ({ outcome: 'refused' } & ProviderError)
  | { outcome: 'not_sent'; code: string }
  | { outcome: 'unknown'; code: string };

export const tooLate = { outcome: 'not_sent', code: 'TOO_LATE' } as const;

/** @property content whole, or as it comes with how long it is. alt: what is in a picture */
export interface FileToPut {
  name: string;
  content: Buffer | { bytes: number; source: AsyncIterable<Buffer> };
  alt?: string;
}

/** The bytes of a file as they come. */
export type Fetched =
  | { outcome: 'accepted'; source: AsyncIterable<Buffer> }
  | Exclude<SendOutcome, { outcome: 'accepted' }>;

export interface Surface {
  /** Posts; `accepted` carries channel and ts as `channel/ts`. Never retried by itself: a post has no idempotency key. */
  post(sender: Sender, at: SurfaceRef, content: Content, reference: string): Promise<SendOutcome>;
  update(sender: Sender, at: SurfaceRef & { post: string }, content: Content): Promise<SendOutcome>;
  remove(sender: Sender, at: SurfaceRef & { post: string }): Promise<SendOutcome>;
  /**
   * Whether a post stands whose outcome nobody knows, by the reference it was made with; `accepted` names it as \`post\` does.
   * \`refused\` with \`SURFACE_NOT_FOUND\`: it is certain that it does not. Absent where nobody can look. @param since when it was tried
   */
  find?(sender: Sender, at: SurfaceRef, reference: string, since: Date): Promise<SendOutcome>;
  /** Fills the form that was opened as a loading view. */
  form(sender: Sender, view: string, form: Form | { title: string; text: string; close: string }): Promise<SendOutcome>;
  /** Draws the page that one member has with us, whole; twice is once. Absent where nobody has one. */
  home?(sender: Sender, user: string, content: Content): Promise<SendOutcome>;
  /** What somebody is there. Absent where everybody is the same. */
  who?(sender: Sender, user: string): Promise<Told<Described>>;
  /** What a member put there. Absent where nobody can put files. @param most bytes; of a longer one none come */
  fetchFile?(sender: Sender, file: string, most: number): Promise<Fetched>;
  /** Puts a file beneath a post; `accepted` carries the file's id. */
  putFile?(sender: Sender, at: SurfaceRef & { post: string }, file: FileToPut): Promise<SendOutcome>;
  /** Takes a file down; one that is gone already is. Absent where none can be put. */
  removeFile?(sender: Sender, file: string): Promise<SendOutcome>;
}

export type MediumKind = 'image' | 'video' | 'document';

/** A template as it is handed in for review: `{{1}}` are places, each with an example of what will stand there. */
export interface WrittenTemplate {
  name: string;
  language: string;
  category: string;
  body: string;
  examples: readonly string[];
  /** `sample`: what `sample` of the desk answered; `examples` of a text's one place. */
  header?: { kind: 'text'; text: string; example?: string } | { kind: MediumKind; sample?: string };
  footer?: string;
  buttons: readonly (
    | { kind: 'reply'; label: string }
    | { kind: 'url'; label: string; url: string; example?: string }
    | { kind: 'phone'; label: string; phone: string }
  )[];
}

/** As the provider keeps it. */
export interface KeptTemplate extends WrittenTemplate {
  id: string;
  status: string;
  quality: string;
  /** Its own code for why it was refused. */
  why?: string;
  /** Something of it is of a kind that we can't write, nor send. */
  isForeign?: boolean;
}

/** What a provider answers where it sends nothing: `code` of a refusal is one of ours. */
export type Told<T> = { outcome: 'accepted'; value: T } | Exclude<SendOutcome, { outcome: 'accepted' }>;

/** A file to be shown to people. */
export interface Medium {
  mime: string;
  name: string;
  content: Buffer;
}

/** Where a provider keeps and reviews templates. @param account what the numbers hang on */
export interface TemplateDesk {
  /** A page, and what the next one is asked with. */
  list(account: Sender, after?: string): Promise<Told<{ templates: readonly KeptTemplate[]; after?: string }>>;
  create(account: Sender, template: WrittenTemplate): Promise<Told<{ id: string; status: string; category: string }>>;
  /** It goes back to review. */
  edit(account: Sender, id: string, template: WrittenTemplate): Promise<Told<true>>;
  remove(account: Sender, template: { id: string; name: string }): Promise<Told<true>>;
  /** A picture, video or paper for whoever reviews. */
  sample(account: Sender, medium: Medium): Promise<Told<string>>;
}

/** How a provider sees one of our numbers, in its own words: `GREEN`, `CONNECTED`, `AVAILABLE`. */
export interface NumberStanding {
  /** Under which people see it. */
  name: string;
  quality: string;
  status: string;
  canSend: string;
  /** Messages a second, both ways. */
  throughput?: number;
  /** How many people it may begin with in 24 hours; null: as many as we like; absent: not said. */
  limit?: number | null;
  /** Our codes of what stands in its way. */
  problems: readonly string[];
}

/** What was found when one of our addresses was looked at: `code` names the sentence of whoever tells it. */
export interface Examined {
  code: string;
  /** look: it works, and will not for long, or not for all. */
  state: 'well' | 'look' | 'wrong';
  vars?: Readonly<Record<string, string | number>>;
}

/** A token that a customer brings from the provider. */
export interface OfferedToken {
  isValid: boolean;
  /** It was made for our application; another's would send, and its receipts would reach whoever has that one. */
  isOurs: boolean;
  /** It is a program's own, not somebody's who may leave. */
  isOfSystem: boolean;
  /** What it may not do and must. */
  lacks: readonly string[];
  /** Of those it is good for, where it says so. */
  accounts: readonly string[];
  /** Absent: never. */
  endsAt?: Date;
}

/** A number that a customer has at the provider. */
export interface OfferedNumber {
  id: string;
  label: string;
  name?: string;
  /** What stands first in the way of using it: their code was never typed in, its name was declined, it is not registered yet, the provider stopped it. */
  state: 'ready' | 'unverified' | 'unregistered' | 'name' | 'blocked';
  /** `TIER_1K` */
  limit?: string;
}

/** How a number of a customer's own becomes one of ours, step by step; `code` of a refusal says what is wrong. */
export interface Connecting {
  token(token: string): Promise<Told<OfferedToken>>;
  numbers(account: Sender): Promise<Told<readonly OfferedNumber[]>>;
  /** From here on what happens there is told to us. */
  subscribe(account: Sender): Promise<Told<true>>;
  /** @param pin six digits, of the customer's choice */
  register(number: Sender, pin: string): Promise<Told<true>>;
}

/** A token for a workspace, and what it may do there. */
export interface Renewed {
  token: string;
  scopes: readonly string[];
  /** For the next token, where this one ends: good once. */
  refresh?: string;
  endsInSeconds?: number;
}

/** A workspace that let us in, and who there did. */
export interface Installation extends Renewed {
  team: string;
  name: string;
  user: string;
  /** Whoever let us in; absent where it could not be asked. */
  by?: Described;
  botUser: string;
}

/** How workspaces let us in by themselves. */
export interface Installer {
  /** Where whoever wants to is sent. @param state comes back with them @param returnTo where they come back to */
  authorize(state: string, returnTo: string): string;
  /** What they came back with becomes a token. */
  exchange(code: string, returnTo: string): Promise<Told<Installation>>;
  /** The next token; asked once, in less than five seconds. */
  renew(refresh: string): Promise<Told<Renewed>>;
}

/** How a workspace describes somebody. */
export interface Described {
  standing: Standing;
  /** That they show there. */
  name: string;
  /** In which they read there, `es`; absent where it is none of ours. */
  language?: 'es' | 'en' | 'pt';
}

/** What somebody is in a workspace: one of its own, a guest, of another company, nobody any more, a program. */
export type Standing = 'member' | 'guest' | 'stranger' | 'gone' | 'program';

/** A place where people talk with us: wire protocol only, no business rule. */
export interface Channel {
  /** Webhook routes: verify, parse, hand over, answer. Nothing else. `receive` resolves after the rows are committed. */
  routes(receive: (events: readonly ChannelEvent[]) => Promise<void>): Router;
  /** Those that come thousands of times a second, in front of all routes: says whether a request is its own. */
  webhooks?(
    receive: (events: readonly ChannelEvent[]) => Promise<void>,
  ): (request: IncomingMessage, response: ServerResponse) => boolean;
  /**
   * Hands one message to the provider. Never throws for what the provider does.
   * @param startBy on `performance.now()`: when no byte has left by then, none does, and the outcome is `tooLate`
   */
  send(
    sender: Sender,
    to: Identity,
    content: OutboundContent,
    reference: string,
    startBy?: number,
  ): Promise<SendOutcome>;
  /** Shows a person that their message was read; nothing depends on it. Absent where the channel has no such sign. @param id of the event */
  seen?(sender: Sender, id: string): Promise<void>;
  /** Has the provider delete what it holds of somebody with this number; gone already is gone. Absent where none offers that. */
  forget?(sender: Sender, who: Identity): Promise<SendOutcome>;
  /** Leaves a file with the provider, to be named in messages from this number; `accepted` carries its id. Absent where messages carry their files. */
  upload?(sender: Sender, medium: Medium): Promise<SendOutcome>;
  /** How the provider sees this number. Absent where none says so. */
  standing?(sender: Sender): Promise<Told<NumberStanding>>;
  /** Absent where numbers are ours, or given to us otherwise. */
  connecting?: Connecting;
  /** Absent where nobody lets us in by themselves, or this installation may not offer it. */
  installer?: Installer;
  /** The bytes of what a person sent. Absent where nobody can send any. @param most bytes; of a longer one none come */
  fetch?(sender: Sender, file: string, most: number): Promise<Fetched & { bytes?: number }>;
  /** Absent where no template is reviewed by anybody. */
  templates?: TemplateDesk;
  /** What richer places can do besides; absent where the channel has none. */
  surface?: Surface;
  /** Asks the provider whether this address, or the account it hangs on, can do its work; nothing is sent or changed. Absent where nobody can be asked. */
  examine?(sender: Sender, what: 'address' | 'account'): Promise<readonly Examined[]>;
  close?(): Promise<void>;
}

/** What somebody types into a field of a form whose choices are too many to be sent along. */
export interface ChoicesAsked {
  app: string;
  sender: string;
  from: Identity;
  /** The form's own, signed. */
  action: string;
  field: string;
  words: string;
}

export interface ChannelDeps {
  clock: Clock;
  log: Log;
  /** What fits the words, at most a hundred; nothing where they may not ask. Absent where no forms are shown. */
  choices?(asked: ChoicesAsked): Promise<readonly { value: string; label: string }[]>;
  /** The token of one of our senders, for channels that must act before a message is stored. */
  sender(app: string, id: string): Promise<Sender | undefined>;
}

/** What `adapters/<name>/index.ts` exports as `adapter`. It owns its settings: each key is described and listed by --help. */
export interface Adapter<Settings = Record<string, unknown>> {
  name: string;
  settings: ZodType<Settings>;
  create(settings: Settings, deps: ChannelDeps): Channel;
}
