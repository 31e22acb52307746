export interface TemplateSummary {
  id: string;
  name: string;
  language: string;
  channel: string;
  category: string;
  status: string;
  /** As the provider judges it: `GREEN`, …, `UNKNOWN`. */
  quality: string;
  /** It only tells somebody that the letter of their request is there: no campaign is made of it. */
  isNotice: boolean;
  preview: string;
}

/** What is to be changed before it can be sent, or should be looked at. */
export interface TemplateFinding {
  code: string;
  refuses: boolean;
  vars: Readonly<Record<string, string | number>>;
}

export interface TemplateView extends TemplateSummary {
  version: number;
  /** Why it could not be sent for review or changed, as a sentence. */
  why?: string;
  /** Why the provider refused or stopped it, by its own code. */
  verdict?: string;
  /** As it would be typed: `{nombre|cliente}` for a name. */
  words: string;
  /** Above, beneath and behind the words, as the phone or the mailbox shows them. */
  header?: string;
  /** A picture, video or paper stands above the words. */
  medium?: { kind: string; isHere: boolean };
  footer?: string;
  buttons: readonly { kind: string; label: string; url?: string }[];
  subject?: string;
  /** The same as it would be typed. */
  subjectWords?: string;
  preheader?: string;
  sender?: string;
  /** Of an SMS. */
  sms?: { encoding: string; segments: number; otherwise: number; letters: string };
  findings: readonly TemplateFinding[];
  may: { write: boolean; submit: boolean; remove: boolean };
}

/** As typed into a form; what is left out stays. */
export interface WrittenTemplate {
  words: string;
  header?: string;
  footer?: string;
  /** `https://…`; of WhatsApp, a button that leads there. */
  link?: string;
  linkLabel?: string;
  /** The label of a button whose press is an answer. */
  answer?: string;
  subject?: string;
  preheader?: string;
  sender?: string;
}

export interface TemplateVerbs {
  list(): Promise<readonly TemplateSummary[]>;
  /** @throws TEMPLATE_NOT_FOUND */
  get(id: string): Promise<TemplateView>;
  /** Shown to nobody yet. @throws ROLE_REQUIRED, TEMPLATE_NAME_TAKEN */
  draft(
    about: { channel: string; name: string; language: string; category: string },
    written: WrittenTemplate,
  ): Promise<TemplateView>;
  /** A new version. @throws TEMPLATE_STATE, TEMPLATE_UNFIT, ROLE_REQUIRED */
  write(id: string, written: WrittenTemplate): Promise<TemplateView>;
  /** For review, or where nobody reviews it to be used at once. @throws TEMPLATE_STATE, TEMPLATE_UNFIT, ROLE_REQUIRED */
  submit(id: string): Promise<TemplateView>;
  /** @throws TEMPLATE_STATE, TEMPLATE_IN_USE, ROLE_REQUIRED */
  remove(id: string): Promise<void>;
  /** The same with letters that leave room. @throws as `write` */
  plain(id: string): Promise<TemplateView>;
  /** A line that says how to leave, in its language. @throws as `write` */
  addWayOut(id: string): Promise<TemplateView>;
  /** The provider is asked for all it has; cards follow. */
  sync(): Promise<void>;
  /** A picture, video or paper that was dropped: it is fetched and put above the words. @throws ROLE_REQUIRED, TEMPLATE_STATE */
  bringMedium(id: string, file: { id: string; name: string }): Promise<void>;
  /** What one real person would get by each channel of a campaign; without anybody, what stands where nothing is known. */
  preview(campaign: string): Promise<{ masked?: string; shown: readonly TemplateView[] }>;
  /** What should be looked at in a campaign's templates, though it can be sent. */
  toLookAt(campaign: string): Promise<readonly (TemplateFinding & { template: string })[]>;
  /** Its bytes are destroyed. @throws ROLE_REQUIRED, TEMPLATE_STATE */
  dropMedium(id: string): Promise<void>;
}
