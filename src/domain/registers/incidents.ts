import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audit } from '../audit/audit.service';
import type { Actor } from './authorities';
import { duties } from './duties';
import { type Affected, type IncidentRow, incidentsTable, type Scope } from './incidents.table';

const natures = ['destruction', 'leak', 'loss', 'alteration', 'access'] as const;
const kindsOfData = ['contact', 'messages', 'consents', 'sensitive', 'minors', 'economic'] as const;

/** What happened, as whoever found it says. */
export interface IncidentReport extends Scope {
  nature: string;
  what: string;
  effects: string;
  measures: string;
  categories: readonly string[];
  foundAt: Date;
}
export interface IncidentView extends Omit<IncidentRow, 'number'> {
  /** `INC-000002` */
  number: string;
  /** Until when the customer must have been told, and the authority. */
  controllerDue: Date;
  agencyDue: Date;
  overdue: boolean;
}
export interface IncidentPorts {
  /** The customer is told, in the same transaction. */
  onOpened(tx: TenantTx, view: IncidentView, now: Date): Promise<void>;
  onChanged(tx: TenantTx, view: IncidentView): Promise<void>;
  /** The authority does not know yet, and its time ends soon. */
  onDue(tx: TenantTx, view: IncidentView, now: Date): Promise<void>;
}

const mayWork = ['privacy', 'owner', 'support', 'platform'];
const hourMs = 3_600_000;

/** Which kinds of data were hit: what was said, and what the rows show. */
const categoriesHit = (said: readonly string[], { minors, in_debt }: Affected): string[] =>
  kindsOfData.filter(
    (kind) => said.includes(kind) || (kind === 'minors' && minors > 0) || (kind === 'economic' && in_debt > 0),
  );

/** Whether each person is told as well: always where the data are of a debt, of children, or sensitive. */
const mustNotifySubjects = (categories: readonly string[]): boolean =>
  categories.some((one) => duties.incident.told_to_people.includes(one));

/** The register of incidents (art. 14 sexies): what happened, to how many, who must be told and until when. */
export class Incidents {
  constructor(
    private readonly audit: Audit,
    private readonly ports: IncidentPorts,
  ) {}

  /** @throws ROLE_REQUIRED, INCIDENT_INCOMPLETE */
  async open(tx: TenantTx, report: IncidentReport, by: Actor, now: Date): Promise<IncidentView> {
    requireRole(by);
    const { nature, scope, scope_of, since, until, foundAt } = report;
    const [what = '', effects = '', measures = ''] = [report.what, report.effects, report.measures].map((text) =>
      text.trim(),
    );
    const isWhole = (natures as readonly string[]).includes(nature) && what !== '' && since < until && foundAt <= now;
    if (!isWhole || !isScope(report)) throw new AppError('INCIDENT_INCOMPLETE');
    const counted = await incidentsTable.count(tx, report);
    const categories = categoriesHit(report.categories, counted);
    const id = newId(now);
    await incidentsTable.insert(tx, {
      ...{ id, nature, what, effects, measures, scope, scope_of, since, until, categories, ...counted },
      must_notify_subjects: mustNotifySubjects(categories),
      ...{ found_at: foundAt, opened_at: now, opened_by: `member:${by.id}`, controller_told_at: now },
    });
    const detail = { nature, affected: counted.affected, notify: mustNotifySubjects(categories) };
    await this.audit.record(tx, { ...entry(by, 'incident.opened', id), detail }, now);
    const view = await this.get(tx, id);
    await this.ports.onOpened(tx, view, now);
    return view;
  }

  /** @param reference what the authority answered @throws ROLE_REQUIRED, INCIDENT_NOT_FOUND */
  async toldAgency(tx: TenantTx, id: string, reference: string, by: Actor, now: Date): Promise<IncidentView> {
    return this.change(tx, id, by, 'incident.agency_told', now, () =>
      incidentsTable.agencyTold(tx, id, reference, now),
    );
  }

  async toldPeople(tx: TenantTx, id: string, by: Actor, now: Date): Promise<IncidentView> {
    return this.change(tx, id, by, 'incident.people_told', now, () => incidentsTable.peopleTold(tx, id, now));
  }

  /** @throws INCIDENT_STATE while somebody must still be told */
  async close(tx: TenantTx, id: string, by: Actor, now: Date): Promise<IncidentView> {
    return this.change(tx, id, by, 'incident.closed', now, async (before) => {
      const isTold = before.agency_told_at && (before.people_told_at || !before.must_notify_subjects);
      if (!isTold) throw new AppError('INCIDENT_STATE');
      await incidentsTable.close(tx, id, now);
    });
  }

  /** Looks whose time ends soon; each is told once. */
  async remind(tx: TenantTx, now: Date): Promise<void> {
    for (const row of await incidentsTable.untold(tx)) {
      const view = await this.viewOf(tx, row, now);
      if (now.getTime() < view.agencyDue.getTime() - duties.incident.remind_hours * hourMs) continue;
      await incidentsTable.reminded(tx, row.id, now);
      await this.ports.onDue(tx, view, now);
    }
  }

  /** @throws INCIDENT_NOT_FOUND */
  async get(tx: TenantTx, id: string, now?: Date): Promise<IncidentView> {
    const row = isId(id) ? await incidentsTable.get(tx, id) : undefined;
    if (!row) throw new AppError('INCIDENT_NOT_FOUND');
    return this.viewOf(tx, row, now);
  }

  async list(tx: TenantTx, now: Date): Promise<readonly IncidentView[]> {
    const views: IncidentView[] = [];
    for (const row of await incidentsTable.list(tx)) views.push(await this.viewOf(tx, row, now));
    return views;
  }

  private async viewOf(tx: TenantTx, row: IncidentRow, now?: Date): Promise<IncidentView> {
    const { controller_hours, agency_hours } = duties.incident;
    const country = (await tenantsTable.get(tx))?.country ?? '';
    const after = (hours: number) => new Date(row.found_at.getTime() + hours * hourMs);
    const agencyDue = after(agency_hours[country] ?? agency_hours.default);
    const overdue = now !== undefined && !row.agency_told_at && !row.closed_at && now > agencyDue;
    const number = `INC-${String(row.number).padStart(6, '0')}`;
    return { ...row, number, controllerDue: after(controller_hours), agencyDue, overdue };
  }

  private async change(
    tx: TenantTx,
    id: string,
    by: Actor,
    act: string,
    now: Date,
    work: (before: IncidentView) => Promise<void>,
  ): Promise<IncidentView> {
    requireRole(by);
    const before = await this.get(tx, id);
    if (before.closed_at) throw new AppError('INCIDENT_STATE');
    await work(before);
    await this.audit.record(tx, entry(by, act, id), now);
    const view = await this.get(tx, id, now);
    await this.ports.onChanged(tx, view);
    return view;
  }
}

const channels = ['whatsapp', 'sms', 'email'];
const isScope = ({ scope, scope_of }: Scope): boolean =>
  (scope === 'everybody' && scope_of === '') ||
  (scope === 'channel' && channels.includes(scope_of)) ||
  (scope === 'campaign' && isId(scope_of));

const entry = (by: Actor, act: string, id: string) => ({ actor: `member:${by.id}`, act, subject: `incident:${id}` });

function requireRole(by: Actor): void {
  if (!by.roles.some((role) => mayWork.includes(role))) throw new AppError('ROLE_REQUIRED');
}
