import type { CaseView } from './services-privacy';

/** desk: a person of the company has to see it · tomorrow: there were too many today. `channel`: by which a code went; `url`: of the form. */
export interface IdentityStep {
  way: 'enough' | 'desk' | 'tomorrow' | 'code' | 'form';
  channel?: string;
  url?: string;
  until?: Date;
  isNew?: boolean;
}

export interface IdentityVerbs {
  /** What is missing to prove who asks is begun: a code to another number or mailbox that the company holds, or a form. @throws CASE_NOT_FOUND */
  begin(caseId: string): Promise<IdentityStep>;
  /** The case of the person who speaks that waits for them to prove who they are, the newest. */
  waiting(): Promise<string | undefined>;
  /** How sure it has to be, and is. @throws CASE_NOT_FOUND */
  of(caseId: string): Promise<{ needed: string; has: string; isEnough: boolean }>;
  /** A code that the person who speaks just wrote. `undefined`: none is waited for. */
  hear(code: string): Promise<{ proved: string } | 'wrong' | undefined>;
  /** A request for somebody else's data, as whom the one who speaks asks. Their own for themselves is another. */
  openFor(
    contact: string,
    right: string,
    relation: 'representative' | 'heir' | 'parent' | 'somebody_else',
    words: string,
  ): Promise<CaseView>;
  /** The company saw on what paper somebody asks for another person: the request is from here on about that one. @throws ROLE_REQUIRED, MANDATE_INCOMPLETE, SUBJECT_UNKNOWN, HEIRS_BARRED, CASE_STATE */
  represent(caseId: string, mandate: { relation: string; paper: string; address: string }): Promise<CaseView>;
  /** Whoever has this phone or mail died; `barred`: they had forbidden their heirs to ask. @throws ROLE_REQUIRED, SUBJECT_UNKNOWN */
  deceased(address: string, barred: boolean): Promise<void>;
  /** A person of the company saw who it is, and says what they saw. @throws ROLE_REQUIRED, IDENTITY_HOW, MANDATE_FIRST, CASE_NOT_FOUND */
  record(caseId: string, how: string): Promise<void>;
}
