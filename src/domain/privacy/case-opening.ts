import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience } from '../audience/audience.service';
import { contactsTable } from '../audience/contacts.table';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import type { Blocks } from './blocks';
import { setClocks } from './case-clocks';
import { caseEnvelope } from './case-envelope';
import { findCase, waitsForMandate } from './case-moves';
import { isOpen, type Right } from './case-state';
import { type CaseView, caseNumber, viewOf } from './case-view';
import { type CaseRow, casesTable, type Scope } from './cases.table';
import { deadlines, dueOf } from './deadlines';
import { identityPolicy, type Relation } from './identity-policy';
import { namesPromotions, usesIn } from './objections';
import { stopPromotions } from './promotions';
import { representationsTable } from './representations.table';
import { inOrder, isAutomatic, rights } from './rights';
import { summaryOf } from './summary';

export interface NewRequest {
  contact: string;
  right: Right;
  scope?: Scope;
  /** Why, where the law names it (rights.yaml); the first of them where nothing was said. */
  cause?: string;
  /** What exactly is asked, in the person's own words. */
  detail?: string;
  /** For whom somebody else asks. */
  relation?: Relation;
  /** The inbox row it stands in. */
  from?: string;
  /** Which way it came, where no inbox row says it: `page`, `email`. */
  channel?: string;
  /** The provider's time: the clock runs from there. */
  receivedAt: Date;
  now: Date;
  /** The case of the same message that came first. */
  parent?: string;
}

interface Deps {
  keys: Keys;
  audience: Audience;
  consent: Consent;
  audit: Audit;
  blocks: Blocks;
  ports: OpeningPorts;
}
export interface OpeningPorts {
  /** The controller is told, in the same transaction. @returns whether there was anybody to tell */
  // biome-ignore lint/suspicious/noConfusingVoidType: who says nothing has told them
  onOpened(tx: TenantTx, view: CaseView, contact: string, now: Date): Promise<boolean | void>;
  /** Signs a document for whoever gets it. Absent: it is kept unsigned. */
  sign?(document: object): string;
}

/** What happens when a wish arrives, all of it in the transaction that handles the message: case, clocks, freeze, promotions, and the controller told. */
export class Opening {
  constructor(private readonly deps: Deps) {}

  /** Opens a case, or finds the open one for the same right. */
  async open(tx: TenantTx, request: NewRequest): Promise<{ row: CaseRow; isNew: boolean }> {
    const { contact, right, receivedAt, now } = request;
    await contactsTable.lock(tx, [contact]);
    // For themselves and for somebody else are two wishes.
    const { relation = 'self' } = request;
    const said =
      right === 'object' ? { right, cause: request.cause ?? null, objected: named(request.detail) } : undefined;
    // What the law decides is a case of its own: it waits for none that a person has to.
    const same = (one: CaseRow) =>
      one.right === right &&
      (one.relation ?? 'self') === relation &&
      (!said || isAutomatic(one) === isAutomatic({ right, cause: said.cause }));
    const open = (await casesTable.ofContact(tx, contact)).find((one) => same(one) && isOpen(one.state));
    if (open) return { row: await this.again(tx, open, request), isNew: false };
    const id = newId(now);
    await this.insert(tx, id, request);
    // From the first moment on: nothing is decided ahead for whoever asks in another's name.
    if (relation !== 'self') await representationsTable.claim(tx, id, relation, receivedAt);
    if (relation === 'self') {
      const { cause = null, objected = null } = said ?? {};
      await stopPromotions(tx, this.deps.consent, { contact, right, cause, objected, id, at: receivedAt, now });
    }
    if (right === 'block' && relation === 'self') await this.deps.blocks.freeze(tx, contact, now); // nothing is processed until it is decided
    const detail = { right, from: request.from ?? null, late: now.getTime() - receivedAt.getTime() > ackMs };
    const entry = { actor: `contact:${contact}`, act: 'case.opened', subject: `case:${id}`, detail };
    await this.deps.audit.record(tx, entry, now);
    if (rights[right].confirm) await casesTable.wake(tx, id, deadlines.confirmMinutes * 60);
    return { row: await this.forward(tx, await findCase(tx, id), now), isNew: true };
  }

  /** Every right of one message, in the order in which they are carried out; the first is the parent of the others. */
  async openAll(
    tx: TenantTx,
    { rights: several, ...request }: Omit<NewRequest, 'right'> & { rights: readonly Right[] },
  ): Promise<{ row: CaseRow; isNew: boolean }[]> {
    const opened: { row: CaseRow; isNew: boolean }[] = [];
    for (const right of inOrder(several)) {
      const parent = opened[0]?.row.id;
      opened.push(await this.open(tx, { ...request, right, ...(parent && { parent }) }));
    }
    return opened;
  }

  /** A signed document says what was handed over, to whom and when; it holds no number and no name of the person. */
  private async forward(tx: TenantTx, row: CaseRow, now: Date): Promise<CaseRow> {
    const { ports } = this.deps;
    const words = row.opened_from || (await casesTable.detail(tx, row.id));
    const envelope = caseEnvelope(row, {
      tenant: tx.tenant,
      company: await tenantsTable.get(tx),
      hasWords: !!words,
      now,
    });
    const isTold = await ports.onOpened(tx, viewOf(row, now), row.contact_id, now);
    const signed = ports.sign?.(envelope) ?? JSON.stringify(envelope);
    await casesTable.change(tx, row.id, { envelope: signed, ...(isTold !== false && { routed_at: now }) });
    const after = await findCase(tx, row.id);
    await setClocks(tx, after);
    const detail = { case: caseNumber(row.number), told: isTold !== false };
    const entry = { actor: 'system:cases', act: 'case.forwarded', subject: `case:${row.id}`, detail };
    await this.deps.audit.record(tx, entry, now);
    return after;
  }

  // The same wish in other words: what it says more is kept beside what it said.
  private async again(
    tx: TenantTx,
    row: CaseRow,
    { detail, scope, cause, receivedAt, now }: NewRequest,
  ): Promise<CaseRow> {
    if (row.right === 'block' && cause === 'minor') await casesTable.change(tx, row.id, { cause });
    if (row.right === 'object' && !row.decided_at) await this.objectsToo(tx, row, detail, receivedAt, now);
    if (detail && !(await casesTable.detail(tx, row.id)))
      await casesTable.addDetail(tx, row.id, await this.sealed(tx, row.id, detail));
    if (scope !== 'full' || row.scope === 'full') return row;
    await casesTable.widen(tx, row.id, identityPolicy().needed(row.right));
    return findCase(tx, row.id);
  }

  private async objectsToo(tx: TenantTx, row: CaseRow, words: string | undefined, at: Date, now: Date): Promise<void> {
    const more = named(words);
    if (!more) return;
    const objected = [...new Set([...(row.objected ?? []), ...more])];
    await casesTable.change(tx, row.id, { objected });
    const wish = { contact: row.contact_id, right: row.right, cause: row.cause, objected, id: row.id, at, now };
    if (!waitsForMandate(row) && namesPromotions(wish)) await stopPromotions(tx, this.deps.consent, wish);
  }

  private async insert(tx: TenantTx, id: string, request: NewRequest): Promise<void> {
    const { contact, right, receivedAt, scope = 'full', now } = request;
    const { audience } = this.deps;
    const person = await audience.read(tx, contact);
    const controller = (await tenantsTable.get(tx))?.country ?? person.country;
    const from = request.from && isId(request.from) ? request.from : null;
    const lanes = await audience.findTokens(tx, contact);
    const sender = from ? await casesTable.senderOfInbox(tx, lanes, from) : undefined;
    const due = dueOf({ right, receivedAt, countries: [controller, person.country] });
    const policy = identityPolicy();
    const age = await contactsTable.ageBand(tx, contact);
    const asks = {
      ...(age && { age }),
      ...(scope === 'summary' && { part: scope }),
      ...(request.relation && { relation: request.relation }),
    };
    const cause = request.cause ?? (right === 'erase' ? rights.erase.causes?.[0] : undefined);
    await casesTable.insert(
      tx,
      {
        id,
        contact_id: contact,
        right,
        scope,
        cause: cause && rights[right].causes?.includes(cause) ? cause : null,
        objected: right === 'object' ? named(request.detail) : null,
        regime: due.regime,
        authorities: due.authorities,
        received_at: receivedAt,
        due_at: due.dueAt,
        opened_from: from,
        parent_id: request.parent ?? null,
        detail: request.detail ? await this.sealed(tx, id, request.detail) : null,
        id_needed: policy.needed(right, asks),
        id_level: policy.byChannel(request.channel ?? sender?.channel),
        block: right === 'block' ? 'provisional' : null,
        // What they wrote is answered in this transaction.
        acked_at: from ? now : null,
        language: person.language,
        zone: person.zone,
        masked: await audience.masked(tx, contact),
        records: (await summaryOf(tx, contact, lanes)).records,
        sender_id: sender?.id ?? (await casesTable.anySender(tx)) ?? null,
      },
      await casesTable.nextNumber(tx),
    );
  }

  private async sealed(tx: TenantTx, id: string, detail: string): Promise<Buffer> {
    return (await this.deps.keys.of(tx)).seal(detail.slice(0, mostDetail), aboutDetail(id));
  }
}

const ackMs = 60_000;
/** None in particular is null. */
const named = (words = ''): string[] | null => {
  const found = usesIn(words);
  return found.length > 0 ? found : null;
};
const mostDetail = 4_000;
export const aboutDetail = (id: string): string => `privacy_case|${id}|detail`;
