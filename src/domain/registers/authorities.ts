import { createHash } from 'node:crypto';
import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audit } from '../audit/audit.service';
import { type AuthorityRow, authoritiesTable } from './authorities.table';
import { duties } from './duties';

export interface Actor {
  id: string;
  roles: readonly string[];
}
/** What an authority asks for, as somebody writes it down. */
export interface AuthorityWish {
  authority: string;
  /** The law that obliges. */
  basis: string;
  /** The paper by which it was asked: a number, a date. */
  document: string;
  /** Phones or mails of those it asks about. */
  addresses: readonly string[];
  fields: readonly string[];
  since: Date;
  until: Date;
}
export interface AuthorityView extends Omit<AuthorityRow, 'number'> {
  /** `AUT-000004` */
  number: string;
  state: 'waiting' | 'half' | 'approved' | 'refused' | 'handed_over';
}
export interface AuthorityPorts {
  find(tx: TenantTx, address: string): Promise<string | undefined>;
  read(tx: TenantTx, contact: string): Promise<{ name?: string; identity: { phone?: string; email?: string } }>;
  /** Written down, approved, refused or handed over. */
  onChanged(tx: TenantTx, view: AuthorityView, now: Date): Promise<void>;
}

/** What there is to hand over; everything that somebody wrote, and what the rest of the house knows, is not. */
export const authorityFields = ['name', 'phone', 'email', 'consents', 'messages'] as const;

const mayRecord = ['support', 'privacy', 'owner', 'platform'];
const longestDays = 366;

/**
 * What is handed to authorities: nothing but what the law obliges to, of whom and of when it was asked, once two people who did not write it down have
 * agreed. There is no other way out: the file is made here alone, and Postgres refuses a row that says otherwise.
 */
export class Authorities {
  constructor(
    private readonly keys: Keys,
    private readonly audit: Audit,
    private readonly ports: AuthorityPorts,
  ) {}

  /** @throws ROLE_REQUIRED, AUTHORITY_INCOMPLETE when scope, basis or paper is missing, or somebody of it is nobody here */
  async record(tx: TenantTx, wish: AuthorityWish, by: Actor, now: Date): Promise<AuthorityView> {
    requireRole(by, mayRecord);
    const written = [wish.authority, wish.basis, wish.document].map((text) => text.trim());
    const [authority = '', basis = '', document = ''] = written;
    const people = await this.peopleOf(tx, wish.addresses);
    const fields = authorityFields.filter((field) => wish.fields.includes(field));
    const days = (wish.until.getTime() - wish.since.getTime()) / 86_400_000;
    const isWhole = written.every((text) => text !== '') && people.length > 0 && days > 0 && days <= longestDays;
    if (!isWhole || fields.length === 0 || fields.length < wish.fields.length)
      throw new AppError('AUTHORITY_INCOMPLETE');
    const { since, until } = wish;
    const row = { id: newId(now), authority, basis, document, fields, people: people.length, since, until };
    const sealed = (await this.keys.of(tx)).seal(JSON.stringify(people), about(row.id));
    await authoritiesTable.insert(tx, { ...row, recorded_by: by.id, recorded_at: now }, sealed);
    return this.changed(tx, row.id, 'authority.recorded', by, now, { people: people.length, fields: fields.join(',') });
  }

  /** The first, or the second of two. @throws ROLE_REQUIRED, AUTHORITY_NOT_FOUND, AUTHORITY_STATE, AUTHORITY_NEEDS_ANOTHER */
  async approve(tx: TenantTx, id: string, by: Actor, now: Date): Promise<AuthorityView> {
    requireRole(by, duties.authority_approvers);
    const row = await this.locked(tx, id, ['waiting', 'half']);
    if ([row.recorded_by, row.approved_by].includes(by.id)) throw new AppError('AUTHORITY_NEEDS_ANOTHER');
    if (row.state === 'waiting') await authoritiesTable.approve(tx, id, by.id, now);
    else await authoritiesTable.second(tx, id, by.id, now);
    return this.changed(tx, id, 'authority.approved', by, now);
  }

  /** @throws ROLE_REQUIRED, AUTHORITY_NOT_FOUND, AUTHORITY_STATE */
  async refuse(tx: TenantTx, id: string, reason: string, by: Actor, now: Date): Promise<AuthorityView> {
    requireRole(by, duties.authority_approvers);
    await this.locked(tx, id, ['waiting', 'half', 'approved']);
    await authoritiesTable.refuse(tx, id, by.id, reason.trim(), now);
    return this.changed(tx, id, 'authority.refused', by, now);
  }

  /**
   * The file for the authority: the fields that were approved, of those people and of that time, and nothing else. Once.
   * @throws AUTHORITY_NOT_FOUND, AUTHORITY_STATE until two people have approved
   */
  async export(tx: TenantTx, id: string, by: string, now: Date): Promise<{ name: string; content: Buffer }> {
    const row = await this.locked(tx, id, ['approved']);
    const people: object[] = [];
    for (const contact of await this.asked(tx, id)) people.push(await this.handed(tx, contact, row));
    const { number, authority, basis, document, fields, since, until } = row;
    const controller = (await tenantsTable.get(tx))?.legal_name;
    const whole = { request: number, authority, basis, document, controller, fields, since, until, at: now, people };
    const content = Buffer.from(`${JSON.stringify(whole, null, 2)}\n`);
    const sha256 = createHash('sha256').update(content).digest();
    await authoritiesTable.exported(tx, id, { by, items: people.length, sha256 }, now);
    const view = await this.get(tx, id);
    const detail = { sha256: sha256.toString('hex'), people: people.length };
    await this.audit.record(tx, { actor: by, act: 'authority.handed_over', subject: `authority:${id}`, detail }, now);
    await this.ports.onChanged(tx, view, now);
    return { name: `${number}.json`, content };
  }

  /** @throws AUTHORITY_NOT_FOUND */
  async get(tx: TenantTx, id: string): Promise<AuthorityView> {
    const said = /^AUT-0*(\d{1,9})$/i.exec(id.trim());
    const row = said
      ? await authoritiesTable.byNumber(tx, Number(said[1]))
      : isId(id) && (await authoritiesTable.get(tx, id));
    if (!row) throw new AppError('AUTHORITY_NOT_FOUND');
    return viewOf(row);
  }

  async list(tx: TenantTx): Promise<readonly AuthorityView[]> {
    return (await authoritiesTable.list(tx)).map(viewOf);
  }

  /** Whom it is about. */
  private async asked(tx: TenantTx, id: string): Promise<string[]> {
    const sealed = await authoritiesTable.sealed(tx, id);
    if (!sealed) return [];
    const people: string[] = JSON.parse((await this.keys.of(tx)).open(sealed, about(id)).toString('utf8'));
    return Promise.all(people.map((contact) => authoritiesTable.isNow(tx, contact)));
  }

  private async peopleOf(tx: TenantTx, addresses: readonly string[]): Promise<string[]> {
    const people: string[] = [];
    for (const address of addresses) {
      const contact = await this.ports.find(tx, address);
      if (!contact) throw new AppError('AUTHORITY_INCOMPLETE');
      people.push(contact);
    }
    return [...new Set(people)];
  }

  /** One person's part of the file. Of somebody who was erased meanwhile there is nothing. */
  private async handed(tx: TenantTx, contact: string, { fields, since, until }: AuthorityRow | AuthorityView) {
    const person = await this.ports.read(tx, contact).catch((error) => {
      if (error instanceof AppError && error.code === 'PERSON_ERASED') return undefined;
      throw error;
    });
    if (!person) return { erased: true };
    const values = { name: person.name, phone: person.identity.phone, email: person.identity.email };
    const part: Record<string, unknown> = {};
    for (const field of fields)
      part[field] =
        field === 'consents' || field === 'messages'
          ? await authoritiesTable.rows(tx, contact, field, { since, until })
          : (values[field as keyof typeof values] ?? null);
    return part;
  }

  private async locked(tx: TenantTx, id: string, states: readonly AuthorityView['state'][]): Promise<AuthorityView> {
    if (isId(id)) await authoritiesTable.lock(tx, id);
    const view = await this.get(tx, id);
    if (!states.includes(view.state)) throw new AppError('AUTHORITY_STATE');
    return view;
  }

  private async changed(
    tx: TenantTx,
    id: string,
    act: string,
    by: Actor,
    now: Date,
    detail?: Record<string, string | number>,
  ): Promise<AuthorityView> {
    const entry = { actor: `member:${by.id}`, act, subject: `authority:${id}` };
    await this.audit.record(tx, { ...entry, ...(detail && { detail }) }, now);
    const view = await this.get(tx, id);
    await this.ports.onChanged(tx, view, now);
    return view;
  }
}

const about = (id: string): string => `authority_request|${id}`;

const viewOf = (row: AuthorityRow): AuthorityView => ({
  ...row,
  number: `AUT-${String(row.number).padStart(6, '0')}`,
  state: row.exported_at
    ? 'handed_over'
    : row.refused_by
      ? 'refused'
      : row.seconded_by
        ? 'approved'
        : row.approved_by
          ? 'half'
          : 'waiting',
});

function requireRole(by: Actor, roles: readonly string[]): void {
  if (!by.roles.some((role) => roles.includes(role))) throw new AppError('ROLE_REQUIRED');
}
