import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience } from '../audience/audience.service';
import { contactsTable } from '../audience/contacts.table';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import { type CaseEvent, isOpen, next, type Right } from './case-state';
import { type CaseView, viewOf } from './case-view';
import { type CaseChange, type CaseRow, casesTable } from './cases.table';
import { byCategory } from './data-map';
import { deadlines, dueOf } from './deadlines';
import { holdingsTable } from './holdings.table';
import { endHold, stopPromotions } from './promotions';
import { isRejectionComplete, rights } from './rights';

export interface PrivacyPorts {
  /** The controller is told, in the same transaction. */
  onOpened(tx: TenantTx, view: CaseView, contact: string, now: Date): Promise<void>;
  /** What is shown of the case changed. */
  onChanged(tx: TenantTx, view: CaseView, now: Date): Promise<void>;
  /** After the commit: there is work for a case. */
  wake(): void;
}
export interface Decider {
  member: string;
  roles: readonly string[];
}
export interface NewRequest {
  contact: string;
  right: Right;
  /** The inbox row it stands in. */
  from?: string;
  /** The provider's time: the clock runs from there. */
  receivedAt: Date;
  now: Date;
}

const listed = 50;

/** Requests of the people whose data it is: opened when they arrive, decided by the controller alone, answered with proof. */
export class Privacy {
  constructor(
    private readonly audience: Audience,
    private readonly consent: Consent,
    private readonly audit: Audit,
    private readonly ports: PrivacyPorts,
  ) {}

  /** Opens a case, or finds the open one for the same right. Promotions stop in the same transaction. */
  async open(tx: TenantTx, request: NewRequest): Promise<CaseView & { isNew: boolean }> {
    const { contact, right, receivedAt, now } = request;
    await contactsTable.lock(tx, [contact]);
    const open = (await casesTable.ofContact(tx, contact)).find((one) => one.right === right && isOpen(one.state));
    if (open) return { ...viewOf(open), isNew: false };
    const id = newId(now);
    await this.insert(tx, id, request);
    await stopPromotions(tx, this.consent, { contact, right, id, at: receivedAt, now });
    if (right === 'block') await casesTable.freeze(tx, contact, now); // nothing is processed until it is decided
    const detail = { right, from: request.from ?? null };
    await this.audit.record(
      tx,
      { actor: `contact:${contact}`, act: 'case.opened', subject: `case:${id}`, detail },
      now,
    );
    if (rights[right].confirm) await this.wake(tx, id, deadlines.confirmMinutes * 60);
    const view = viewOf(await this.row(tx, id));
    await this.ports.onOpened(tx, view, contact, now);
    return { ...view, isNew: true };
  }

  /** The person said yes. A wish to be erased is now also a wish to leave. */
  async confirm(tx: TenantTx, id: string, now: Date): Promise<CaseView> {
    const row = await this.move(tx, id, 'confirm', now, 'contact:', { confirmed_at: now });
    if (rights[row.right].after === 'stop')
      await this.consent.withdraw(tx, row.contact_id, { source: 'case', evidence: row.id, now });
    return viewOf(row);
  }

  /** The person takes it back: what this case held goes on. */
  async withdraw(tx: TenantTx, id: string, now: Date): Promise<CaseView> {
    const row = await this.move(tx, id, 'withdraw', now, 'contact:', {});
    await endHold(tx, this.consent, row, now);
    if (row.right === 'block') await casesTable.freeze(tx, row.contact_id, null);
    return viewOf(row);
  }

  /** The controller grants it; what follows is done by the worker. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  async accept(tx: TenantTx, id: string, by: Decider, now: Date): Promise<CaseView> {
    mayDecide(by);
    const row = await this.move(tx, id, 'accept', now, by.member, { decided_at: now, decided_by: by.member });
    await this.wake(tx, row.id, 0);
    return viewOf(row);
  }

  /** The controller refuses it, with a ground and facts. @throws REJECTION_INCOMPLETE, ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  async reject(tx: TenantTx, id: string, ground: string, facts: string, by: Decider, now: Date): Promise<CaseView> {
    mayDecide(by);
    const before = await this.row(tx, id);
    if (!isRejectionComplete(before.right, ground, facts)) throw new AppError('REJECTION_INCOMPLETE');
    const decided = { decided_at: now, decided_by: by.member, ground, facts: facts.trim() };
    const row = await this.move(tx, id, 'reject', now, by.member, decided);
    if (row.right === 'block') {
      await casesTable.freeze(tx, row.contact_id, null);
      await this.audience.setMinor(tx, row.contact_id, false); // a minor's case that is not founded
    }
    await this.wake(tx, row.id, 0);
    return viewOf(row);
  }

  /** The case is over, our answer could not leave, and the company gave it by another way. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  async toldOtherwise(tx: TenantTx, id: string, by: Decider, now: Date): Promise<CaseView> {
    mayDecide(by);
    const found = await this.row(tx, id);
    const row = (await casesTable.lock(tx, found.id)) ?? found;
    if (row.state !== 'closed' || row.answered_at) throw new AppError('CASE_STATE', { status: row.state });
    await casesTable.change(tx, row.id, { answered_at: now });
    const entry = { actor: `member:${by.member}`, act: 'case.told_otherwise', subject: `case:${row.id}` };
    await this.audit.record(tx, entry, now);
    const after = viewOf(await this.row(tx, row.id));
    await this.ports.onChanged(tx, after, now);
    return after;
  }

  /** By its id or its number. @throws CASE_NOT_FOUND */
  async get(tx: TenantTx, id: string): Promise<CaseView> {
    return viewOf(await this.row(tx, id));
  }

  /** Whoever is to decide reads what the person wrote: whose words, and since when. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  async read(tx: TenantTx, id: string, by: Decider, now: Date): Promise<{ contact: string; since: Date }> {
    mayDecide(by);
    const row = await this.row(tx, id);
    if (!isOpen(row.state)) throw new AppError('CASE_STATE', { status: row.state });
    const entry = { actor: `member:${by.member}`, act: 'case.read', subject: `case:${row.id}` };
    await this.audit.record(tx, entry, now);
    return { contact: row.contact_id, since: row.received_at };
  }

  /** Whether this case is that person's. */
  async isOf(tx: TenantTx, id: string, contact: string): Promise<boolean> {
    return (await this.row(tx, id)).contact_id === contact;
  }

  /** Open ones first, the most urgent at the top. */
  async list(tx: TenantTx): Promise<readonly CaseView[]> {
    return (await casesTable.list(tx, listed)).map(viewOf);
  }

  /** Those of a person that are not over, newest first. */
  async openOf(tx: TenantTx, contact: string): Promise<readonly CaseView[]> {
    return (await casesTable.ofContact(tx, contact)).filter((row) => isOpen(row.state)).map(viewOf);
  }

  /** The case for which this person's data is out of use: all that may still be said to them belongs to it. */
  freezing(tx: TenantTx, contact: string): Promise<string | undefined> {
    return casesTable.freezing(tx, contact);
  }

  async latest(tx: TenantTx, contact: string): Promise<CaseView | undefined> {
    const [row] = await casesTable.ofContact(tx, contact);
    return row && viewOf(row);
  }

  /** What is held about a person, by the categories of the data map. */
  async summary(tx: TenantTx, contact: string) {
    const counts = await holdingsTable.count(tx, contact, await this.audience.findTokens(tx, contact));
    const categories = byCategory(counts);
    const firstSeen = await holdingsTable.firstSeen(tx, contact);
    if (!firstSeen) throw new AppError('PERSON_ERASED');
    return { categories, records: categories.reduce((sum, one) => sum + one.count, 0), firstSeen };
  }

  private async insert(tx: TenantTx, id: string, request: NewRequest): Promise<void> {
    const { contact, right, receivedAt } = request;
    const person = await this.audience.read(tx, contact);
    const controller = (await tenantsTable.get(tx))?.country ?? person.country;
    const from = request.from && isId(request.from) ? request.from : null;
    const lanes = await this.audience.findTokens(tx, contact);
    const sender = (from && (await casesTable.senderOfInbox(tx, lanes, from))) || (await casesTable.anySender(tx));
    const due = dueOf({ right, receivedAt, countries: [controller, person.country] });
    await casesTable.insert(
      tx,
      {
        id,
        contact_id: contact,
        right,
        regime: due.regime,
        received_at: receivedAt,
        due_at: due.dueAt,
        opened_from: from,
        language: person.language,
        zone: person.zone,
        masked: await this.audience.masked(tx, contact),
        records: (await this.summary(tx, contact)).records,
        sender_id: sender ?? null,
      },
      await casesTable.nextNumber(tx),
    );
  }

  private async move(
    tx: TenantTx,
    id: string,
    event: CaseEvent,
    now: Date,
    by: string,
    change: CaseChange,
  ): Promise<CaseRow> {
    const found = await this.row(tx, id);
    const row = (await casesTable.lock(tx, found.id)) ?? found;
    await casesTable.change(tx, row.id, { ...change, state: next(row.state, event, rights[row.right].confirm) });
    const actor = by === 'contact:' ? `contact:${row.contact_id}` : `member:${by}`;
    const after = await this.row(tx, row.id);
    await this.audit.record(tx, { actor, act: `case.${event}`, subject: `case:${row.id}` }, now);
    await this.ports.onChanged(tx, viewOf(after), now);
    return after;
  }

  private async row(tx: TenantTx, id: string): Promise<CaseRow> {
    const number = /^SOL-0*(\d{1,9})$/i.exec(id)?.[1];
    const row = number
      ? await casesTable.byNumber(tx, Number(number))
      : isId(id)
        ? await casesTable.get(tx, id)
        : undefined;
    if (!row) throw new AppError('CASE_NOT_FOUND');
    return row;
  }

  private async wake(tx: TenantTx, id: string, seconds: number): Promise<void> {
    await casesTable.wake(tx, id, seconds);
    if (seconds === 0) tx.afterCommit(() => this.ports.wake());
  }
}

function mayDecide(by: Decider): void {
  if (!by.roles.includes('privacy') && !by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
}
