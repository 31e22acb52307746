import type { CaseView } from './services-privacy';

/** Something that nobody here can read: a voice note, a picture, a mail without a wish we know. */
export interface UnsortedView {
  inbox: string;
  contact: string;
  masked: string;
  /** audio, image, video, document, mail */
  medium: string;
  receivedAt: Date;
  /** waiting · case · none */
  state: string;
  /** `SOL-000204`, once it is one. */
  number?: string;
}

export interface RequestVerbs {
  /** What is being said came to the mailbox for requests, which is for nothing else. */
  readonly isDoor: boolean;
  /** Keeps what the person who speaks just sent for somebody of the company to look at; the clock runs from when it came. @returns whether there is somebody to tell */
  unheard(medium: string): Promise<boolean>;
  /** Of one person, or of all; the oldest first. */
  waiting(contact?: string): Promise<readonly UnsortedView[]>;
  /** @throws REQUEST_NOT_FOUND */
  get(inbox: string): Promise<UnsortedView>;
  /** A request that reached us by no channel of ours: its time runs from now, and nothing proves yet who asks. @param whom phone, email or contact @returns undefined where nobody is known by it @throws ROLE_REQUIRED, ACTION_INVALID */
  file(whom: string, right: string, words: string): Promise<(CaseView & { isNew: boolean }) | undefined>;
  /** What was written, for whoever sorts it; reading it is audited. @throws ROLE_REQUIRED, REQUEST_NOT_FOUND */
  words(inbox: string): Promise<string>;
  /** It is that request, made when it came; `none`: it is not. @throws ROLE_REQUIRED, REQUEST_NOT_FOUND */
  sort(inbox: string, as: string): Promise<(CaseView & { isNew: boolean }) | undefined>;
}
