import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import { findCase } from './case-moves';
import type { CaseView } from './case-view';
import { casesTable } from './cases.table';
import type { Identity } from './identity.service';
import type { Relation } from './identity-policy';
import type { Decider, NewRequest, Privacy } from './privacy.service';
import { endHold, stopPromotions } from './promotions';
import { representationsTable } from './representations.table';

interface Mandate {
  relation: string;
  /** What the paper is called, and its date. */
  paper: string;
  /** The phone or mail of the person whose data it is about. */
  address: string;
}

const shortestPaper = 10;
const proven = ['representative', 'parent', 'heir'];

/** Lawyers, parents, heirs, and whoever asks about somebody else: nothing is said or done before the company has seen on what paper. */
export class Representations {
  constructor(
    private readonly keys: Keys,
    private readonly audience: Audience,
    private readonly consent: Consent,
    private readonly privacy: Privacy,
    private readonly identity: Identity,
    private readonly audit: Audit,
  ) {}

  /** The request of somebody for somebody else, as whom they said. Theirs for themselves is another. */
  open(
    tx: TenantTx,
    request: Omit<NewRequest, 'relation'> & { relation: Exclude<Relation, 'self'> },
  ): Promise<CaseView & { isNew: boolean }> {
    return this.privacy.open(tx, request);
  }

  /**
   * The company saw the paper: the request is from here on about the person it names, and its answer goes to whoever asked.
   * @throws ROLE_REQUIRED, MANDATE_INCOMPLETE, SUBJECT_UNKNOWN, HEIRS_BARRED, CASE_STATE, CASE_NOT_FOUND
   */
  async record(tx: TenantTx, caseId: string, mandate: Mandate, by: Decider, now: Date): Promise<CaseView> {
    if (!by.roles.includes('privacy') && !by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    const { id, right, state, receivedAt } = await this.privacy.get(tx, caseId, now);
    const { relation, paper, address } = mandate;
    if (!proven.includes(relation) || paper.trim().length < shortestPaper) throw new AppError('MANDATE_INCOMPLETE');
    if (!['received', 'unconfirmed', 'confirmed'].includes(state)) throw new AppError('CASE_STATE', { status: state });
    const subject = await this.audience.findByAddress(tx, address);
    if (!subject || (await this.privacy.isOf(tx, id, subject))) throw new AppError('SUBJECT_UNKNOWN');
    const died = await representationsTable.deceased(tx, subject);
    if (relation === 'heir' && died?.barred) throw new AppError('HEIRS_BARRED');
    const sealed = (await this.keys.of(tx)).seal(paper.trim(), `representation|${id}`);
    await representationsTable.record(tx, { caseId: id, relation, mandate: sealed, subject, by: by.member }, now);
    const before = await casesTable.get(tx, id);
    await representationsTable.moveCase(tx, id, { subject, masked: await this.audience.masked(tx, subject) });
    if (before) await endHold(tx, this.consent, before, now); // whoever asked is let go of
    const { cause, objected } = await findCase(tx, id);
    await stopPromotions(tx, this.consent, { contact: subject, right, cause, objected, id, at: receivedAt, now });
    if (right === 'block') await this.privacy.blocks.freeze(tx, subject, now); // nothing of theirs is processed until it is decided
    await this.identity.record(tx, id, { how: `${relation}: ${paper.trim()}` }, by, now);
    const entry = {
      actor: `member:${by.member}`,
      act: 'mandate.recorded',
      subject: `case:${id}`,
      detail: { relation },
    };
    await this.audit.record(tx, entry, now);
    return this.privacy.get(tx, id, now);
  }

  /** Somebody died: nothing is sent to them any more; what they had forbidden their heirs stays forbidden. @throws ROLE_REQUIRED, SUBJECT_UNKNOWN */
  async died(tx: TenantTx, address: string, isBarred: boolean, by: Decider, now: Date): Promise<void> {
    if (!by.roles.includes('privacy') && !by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    const contact = await this.audience.findByAddress(tx, address);
    if (!contact) throw new AppError('SUBJECT_UNKNOWN');
    await representationsTable.died(tx, contact, isBarred, now);
    await this.consent.withdraw(tx, contact, { source: 'deceased', evidence: `member:${by.member}`, now });
    const entry = { actor: `member:${by.member}`, act: 'person.deceased', subject: `contact:${contact}` };
    await this.audit.record(tx, { ...entry, detail: { barred: isBarred } }, now);
  }
}
