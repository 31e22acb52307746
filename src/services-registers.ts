/** Who else gets data, as a customer sees it. */
export interface SubprocessorLine {
  id: string;
  name: string;
  country: string;
  channels: readonly string[];
  /** What they may receive, by the names of the register. */
  fields: readonly string[];
  contract: { reference: string; until: string };
  review: string;
  standing: 'valid' | 'ending' | 'over';
  /** On what data goes abroad to them; none: it does not. */
  mechanism?: string;
  document?: string;
  hasGround: boolean;
  authorisedAt?: Date;
}

export interface RegisterVerbs {
  list(): Promise<readonly SubprocessorLine[]>;
  /** One by one. @throws ROLE_REQUIRED, SUBPROCESSOR_UNKNOWN */
  authorise(id: string): Promise<void>;
  /** Nothing goes through them any more. @throws ROLE_REQUIRED, SUBPROCESSOR_UNKNOWN */
  revoke(id: string): Promise<void>;
  /** The impact on people was assessed, by which paper. @throws ROLE_REQUIRED, ASSESSMENT_INCOMPLETE */
  assess(reference: string): Promise<void>;
  /** What is offered for signing, as whoever speaks reads it. */
  contract(): {
    version: string;
    hash: string;
    points: Readonly<Record<'object' | 'duration' | 'purpose' | 'data' | 'subjects' | 'duties', string>>;
  };
  /** @param read what stood on the screen @throws ROLE_REQUIRED, COMPANY_INCOMPLETE, PAPER_CHANGED */
  sign(read: { version: string; hash: string }): Promise<void>;
  /** What the company said that it writes for, and the words by which people would permit promotions. */
  purposes(): Promise<{
    declared: readonly ('marketing' | 'service' | 'collections')[];
    proposed: { version: string; bodies: Readonly<Record<string, string>> };
  }>;
  /** @param version of those words, as they stood on the screen @throws ROLE_REQUIRED, ACTION_INVALID, PAPER_CHANGED */
  declare(purpose: string, version: string): Promise<void>;
  papers(): Promise<{
    /** The terms that this customer signed. */
    terms?: { version: string; signedAt: Date; signedBy: string };
    assessment?: { reference: string; at: Date };
    assessedAbove: number;
  }>;
}

export interface AuthorityLine {
  id: string;
  /** `AUT-000004` */
  number: string;
  state: 'waiting' | 'half' | 'approved' | 'refused' | 'handed_over';
  authority: string;
  basis: string;
  document: string;
  fields: readonly string[];
  people: number;
  since: Date;
  until: Date;
  recordedAt: Date;
  exportedAt?: Date;
  reason?: string;
}
export interface AuthorityVerbs {
  /** Days as `2026-12-01`. @throws ROLE_REQUIRED, AUTHORITY_INCOMPLETE */
  record(wish: {
    authority: string;
    basis: string;
    document: string;
    addresses: string;
    fields: readonly string[];
    since: string;
    until: string;
  }): Promise<AuthorityLine>;
  /** @throws ROLE_REQUIRED, AUTHORITY_NOT_FOUND, AUTHORITY_STATE, AUTHORITY_NEEDS_ANOTHER */
  approve(id: string): Promise<AuthorityLine>;
  refuse(id: string, reason: string): Promise<AuthorityLine>;
  get(id: string): Promise<AuthorityLine>;
  list(): Promise<readonly AuthorityLine[]>;
  /** What there is to ask for. */
  fields: readonly string[];
}

export interface IncidentLine {
  id: string;
  /** `INC-000002` */
  number: string;
  nature: string;
  what: string;
  scope: string;
  categories: readonly string[];
  /** Counted from the data. */
  affected: number;
  minors: number;
  inDebt: number;
  mustNotify: boolean;
  foundAt: Date;
  controllerToldAt?: Date;
  agencyDue: Date;
  agencyToldAt?: Date;
  agencyReference?: string;
  peopleToldAt?: Date;
  overdue: boolean;
  closed: boolean;
}
export interface IncidentVerbs {
  /** Days as `2026-12-01`. @throws ROLE_REQUIRED, INCIDENT_INCOMPLETE */
  open(report: {
    nature: string;
    what: string;
    effects: string;
    measures: string;
    /** `everybody`, a channel, or a campaign's number. */
    scope: string;
    since: string;
    until: string;
    category: string;
  }): Promise<IncidentLine>;
  toldAgency(id: string, reference: string): Promise<IncidentLine>;
  toldPeople(id: string): Promise<IncidentLine>;
  close(id: string): Promise<IncidentLine>;
  get(id: string): Promise<IncidentLine>;
  list(): Promise<readonly IncidentLine[]>;
  draft(id: string, to: 'controller' | 'agency' | 'people', language: 'es' | 'en' | 'pt'): Promise<string>;
}

/** Connectus' own policy, and who of the team has read it. */
export interface PolicyVerbs {
  versions(): readonly { version: string; date: Date; change: string; hash: string }[];
  /** Where it stands. */
  url: string;
  cookiesUrl: string;
  /** Where Connectus takes questions about it. */
  contact: string;
  read(version: string): Promise<void>;
  standing(): Promise<readonly { name: string; toldAt?: Date; readAt?: Date; isMe: boolean }[]>;
  /** Everybody of the team is told of the newest. @throws ROLE_REQUIRED */
  announce(): Promise<number>;
}

/** What is held about whoever speaks, as a member of the team: of these data Connectus is the controller. */
export interface MyselfVerbs {
  data(): Promise<{
    name: string;
    roles: readonly string[];
    language: string;
    since: Date;
    grantedUntil?: Date;
    read: number;
    signed: number;
    acts: number;
  }>;
  activity(): Promise<readonly { at: Date; act: string; what: string }[]>;
  /** @throws MEMBER_LAST_OWNER */
  erase(): Promise<void>;
}
