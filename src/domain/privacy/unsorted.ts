import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import type { Right } from './case-state';
import type { CaseView } from './case-view';
import type { Decider, Privacy } from './privacy.service';
import { rights } from './rights';
import { type UnsortedRow, unsortedTable } from './unsorted.table';

interface Arrived {
  contact: string;
  inbox: string;
  channel: string;
  /** audio, image, video, document, mail */
  medium: string;
  /** When it came: should it be a request, its clock runs from there. */
  at: Date;
}

const maySort = ['privacy', 'agent', 'owner'];
const listed = 20;

/** A voice note, a picture, a mail without a wish we know: somebody of the company says what it is, and nothing of its time is lost meanwhile. */
export class Unsorted {
  constructor(
    private readonly privacy: Privacy,
    private readonly audit: Audit,
  ) {}

  async note(tx: TenantTx, { contact, inbox, channel, medium, at }: Arrived): Promise<void> {
    await unsortedTable.insert(tx, { inbox_id: inbox, contact_id: contact, channel, medium, received_at: at });
  }

  /** Of one person, or of all; the oldest first. */
  async waiting(tx: TenantTx, contact?: string): Promise<readonly UnsortedRow[]> {
    if (contact && !isId(contact)) return [];
    return contact ? unsortedTable.waiting(tx, contact) : unsortedTable.allWaiting(tx, listed);
  }

  /** @throws REQUEST_NOT_FOUND */
  async get(tx: TenantTx, inbox: string): Promise<UnsortedRow> {
    const row = isId(inbox) ? await unsortedTable.get(tx, inbox) : undefined;
    if (!row) throw new AppError('REQUEST_NOT_FOUND');
    return row;
  }

  /**
   * It was that request, made when it came; or none. Said twice, nothing is opened twice.
   * @throws ROLE_REQUIRED, REQUEST_NOT_FOUND, ACTION_INVALID
   */
  async sort(
    tx: TenantTx,
    inbox: string,
    as: string,
    by: Decider,
    now: Date,
  ): Promise<(CaseView & { isNew: boolean }) | undefined> {
    if (!by.roles.some((role) => maySort.includes(role))) throw new AppError('ROLE_REQUIRED');
    const row = await this.get(tx, inbox);
    if (as !== 'none' && !(as in rights)) throw new AppError('ACTION_INVALID');
    if (row.state === 'case' && row.case_id) return { ...(await this.privacy.get(tx, row.case_id, now)), isNew: false };
    const { contact_id: contact, received_at: receivedAt } = row;
    const opened =
      as === 'none'
        ? undefined
        : await this.privacy.open(tx, { contact, right: as as Right, from: inbox, receivedAt, now });
    const state = opened ? 'case' : 'none';
    await unsortedTable.settle(tx, inbox, { state, caseId: opened?.id ?? null, by: by.member, now });
    const entry = { actor: `member:${by.member}`, act: 'request.sorted', subject: `inbox:${inbox}`, detail: { as } };
    await this.audit.record(tx, entry, now);
    return opened;
  }
}
