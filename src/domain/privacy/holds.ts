import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import { addMonths, dayIn, endOfDay } from './calendar';
import { casesTable } from './cases.table';
import { type HoldRow, holdsTable } from './holds.table';

/** What is to stay: of all that are given, what fits each. */
export interface HoldScope {
  contact?: string;
  campaign?: string;
  since?: Date;
  until?: Date;
}
export interface NewHold extends HoldScope {
  /** Who orders it: a court and its number, an authority. */
  authority: string;
  reason: string;
  /** Somebody looks again after so many months; six at most. */
  months: number;
}
export interface HoldView {
  id: string;
  /** `RET-000003` */
  number: string;
  masked?: string;
  campaign?: string;
  since?: Date;
  until?: Date;
  authority: string;
  reason: string;
  setBy?: string;
  startedAt: Date;
  reviewAt: Date;
  releasedAt?: Date;
}
export interface HoldPorts {
  /** What waited for it goes on. @param contact of one person alone */
  onReleased(tx: TenantTx, contact: string | undefined): Promise<void>;
  onChanged(tx: TenantTx, id: string): Promise<void>;
  /** Its day to be looked at has come. */
  onReview(tx: TenantTx, id: string, now: Date): Promise<void>;
}
interface Holder {
  member: string;
  roles: readonly string[];
}

const mostMonths = 6;
const shortest = { authority: 3, reason: 10 };

/** Data that must stay for a lawsuit or an authority: it wins over erasure and over time, and ends only when somebody releases it. */
export class Holds {
  constructor(
    private readonly keys: Keys,
    private readonly audience: Audience,
    private readonly audit: Audit,
    private readonly ports: HoldPorts,
  ) {}

  /** The hold that keeps something of this person in that category of the data map. `until`: when it is looked at again. */
  covering(
    tx: TenantTx,
    contact: string,
    category: string,
    _now?: Date,
  ): Promise<{ id: string; until: Date } | undefined> {
    return holdsTable.covering(tx, contact, category);
  }

  /** @throws ROLE_REQUIRED, HOLD_INCOMPLETE, HOLD_SCOPE, HOLD_REVIEW, CAMPAIGN_NOT_FOUND */
  async set(tx: TenantTx, hold: NewHold, by: Holder, now: Date): Promise<HoldView> {
    mayHold(by);
    const { contact, campaign, since, until, months } = hold;
    const [authority, reason] = [hold.authority.trim(), hold.reason.trim()];
    if (authority.length < shortest.authority || reason.length < shortest.reason) throw new AppError('HOLD_INCOMPLETE');
    if (!contact && !campaign && !since && !until) throw new AppError('HOLD_SCOPE');
    if (since && until && since >= until) throw new AppError('HOLD_SCOPE');
    if (campaign && !(isId(campaign) && (await holdsTable.hasCampaign(tx, campaign))))
      throw new AppError('CAMPAIGN_NOT_FOUND');
    if (contact && !isId(contact)) throw new AppError('ACTION_INVALID');
    const id = newId(now);
    const masked = contact ? await this.audience.masked(tx, contact) : null;
    const sealed = (await this.keys.of(tx)).seal(JSON.stringify({ authority, reason }), about(id));
    await holdsTable.insert(tx, {
      ...{ id, contact_id: contact ?? null, campaign_id: campaign ?? null, since: since ?? null, until: until ?? null },
      ...{ masked, sealed, set_by: by.member, started_at: now, review_at: await this.reviewIn(tx, months, now) },
    });
    const scope = { person: !!contact, campaign: campaign ?? null, since: written(since), until: written(until) };
    await this.note(tx, by, 'hold.set', id, now, scope);
    return this.get(tx, id);
  }

  /** It is still needed. @throws ROLE_REQUIRED, HOLD_NOT_FOUND, HOLD_RELEASED, HOLD_REVIEW */
  async renew(tx: TenantTx, id: string, months: number, by: Holder, now: Date): Promise<HoldView> {
    mayHold(by);
    await this.standing(tx, id);
    await holdsTable.renew(tx, id, await this.reviewIn(tx, months, now));
    await this.note(tx, by, 'hold.renewed', id, now);
    await this.ports.onChanged(tx, id);
    return this.get(tx, id);
  }

  /** What it kept is nobody's any more: erasures that waited for it go on, and time counts again. @throws ROLE_REQUIRED, HOLD_NOT_FOUND, HOLD_RELEASED */
  async release(tx: TenantTx, id: string, by: Holder, now: Date): Promise<HoldView> {
    mayHold(by);
    const row = await this.standing(tx, id);
    await holdsTable.release(tx, id, by.member, now);
    await this.note(tx, by, 'hold.released', id, now);
    await this.ports.onReleased(tx, row.contact_id ?? undefined);
    await this.ports.onChanged(tx, id);
    return this.get(tx, id);
  }

  /** @throws HOLD_NOT_FOUND */
  async get(tx: TenantTx, id: string): Promise<HoldView> {
    const row = isId(id) ? await holdsTable.get(tx, id) : undefined;
    if (!row) throw new AppError('HOLD_NOT_FOUND');
    return this.view(tx, row);
  }

  /** Those that stand, the one to be looked at first at the top. @throws ROLE_REQUIRED */
  async list(tx: TenantTx, by: Holder): Promise<HoldView[]> {
    mayHold(by);
    const views: HoldView[] = [];
    for (const row of await holdsTable.active(tx)) views.push(await this.view(tx, row));
    return views;
  }

  /** Whose request it is, as a scope. @throws CASE_NOT_FOUND */
  async ofCase(tx: TenantTx, id: string): Promise<string> {
    const row = isId(id) ? await casesTable.get(tx, id) : undefined;
    if (!row) throw new AppError('CASE_NOT_FOUND');
    return row.contact_id;
  }

  /** Tells of those that somebody is to look at again, once each time. */
  async remind(tx: TenantTx, now: Date): Promise<number> {
    const due = await holdsTable.toReview(tx, now);
    for (const { id } of due) {
      await holdsTable.reminded(tx, id, now);
      await this.ports.onReview(tx, id, now);
    }
    return due.length;
  }

  private async standing(tx: TenantTx, id: string): Promise<HoldRow> {
    const row = isId(id) ? await holdsTable.lock(tx, id) : undefined;
    if (!row) throw new AppError('HOLD_NOT_FOUND');
    if (row.released_at) throw new AppError('HOLD_RELEASED');
    return row;
  }

  private async reviewIn(tx: TenantTx, months: number, now: Date): Promise<Date> {
    if (!Number.isInteger(months) || months < 1 || months > mostMonths) throw new AppError('HOLD_REVIEW');
    const zone = (await tenantsTable.get(tx))?.zone ?? 'UTC';
    return endOfDay(addMonths(dayIn(now, zone), months), zone);
  }

  private async view(tx: TenantTx, row: HoldRow): Promise<HoldView> {
    const said = JSON.parse((await this.keys.of(tx)).open(row.sealed, about(row.id)).toString('utf8'));
    const { authority, reason } = said as { authority: string; reason: string };
    return {
      ...{ id: row.id, number: `RET-${String(row.number).padStart(6, '0')}`, authority, reason },
      ...{ startedAt: row.started_at, reviewAt: row.review_at },
      ...(row.masked && { masked: row.masked }),
      ...(row.campaign && { campaign: row.campaign }),
      ...(row.since && { since: row.since }),
      ...(row.until && { until: row.until }),
      ...(row.setter && { setBy: row.setter }),
      ...(row.released_at && { releasedAt: row.released_at }),
    };
  }

  private async note(
    tx: TenantTx,
    by: Holder,
    act: string,
    id: string,
    now: Date,
    detail: Readonly<Record<string, string | boolean | null>> = {},
  ): Promise<void> {
    await this.audit.record(tx, { actor: `member:${by.member}`, act, subject: `hold:${id}`, detail }, now);
  }
}

const about = (id: string): string => `legal_hold|${id}`;
const written = (at: Date | undefined): string | null => at?.toISOString() ?? null;

function mayHold(by: Holder): void {
  if (!by.roles.includes('privacy') && !by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
}
