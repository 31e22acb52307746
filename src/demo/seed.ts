import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Database, TenantTx } from '../data/database';
import { newId } from '../data/ids';
import type { Rooms } from '../domain';
import type { Role } from '../domain/accounts/roles';
import { tenantsTable } from '../domain/accounts/tenants.table';
import type { TemplateParts } from '../domain/campaigns/template-parts';
import { type TemplateRow, templatesTable, type Variable } from '../domain/campaigns/templates.table';
import { statementOf } from '../domain/consent/statement';
import { purposesOffered, recordPapers, usualPapers } from '../domain/registers/papers';

interface DemoPerson {
  phone?: string;
  email?: string;
  bsuid?: string;
  name: string;
  language?: string;
  country?: string;
  zone?: string;
  attributes: Record<string, string>;
  consent?: 'none' | 'left';
}
interface DemoTenant {
  id: string;
  name: string;
  legalName: string;
  rut: string;
  contact: string;
  address: string;
  representative: string;
  paper?: { activity: string; district: string; billing_mail: string };
  /** Prepaid, with so much of its own money's unit to begin with. */
  credit?: number;
  /** Besides promotions: see purposes.yaml. */
  writesFor?: string[];
  workspace: { team: string; token: string };
  numbers: {
    channel: string;
    providerId: string;
    account?: string;
    label: string;
    ratePerSecond: number;
    purpose?: 'privacy';
  }[];
  staffWorkspaces: { team: string; token: string }[];
  places: Record<string, string>;
  members: { team: string; user: string; name: string; roles: Role[]; grantedDays?: number }[];
  templates: {
    /** WhatsApp, where none is named. */
    channel?: string;
    name: string;
    language: string;
    category: string;
    status: string;
    body: string;
    variables: Variable[];
    stopWord?: string;
    senderName?: string;
    parts?: TemplateParts;
  }[];
  segments: { name: string; key: string; value: string }[];
  people: DemoPerson[];
  crowd: {
    firstPhone: string;
    count: number;
    attributes: Record<string, string>;
    unproven: number;
    left: number;
    names: string[];
  };
}
interface Demo {
  tenants: DemoTenant[];
}

export interface SeedDeps {
  database: Database;
  rooms: Rooms;
  now: Date;
  /** The token of every WhatsApp number of the demo. */
  whatsappToken: string;
}

const list = 'import:clientes-2026';
const channels = ['whatsapp', 'sms', 'email'];

/** The two demo customers. Once: a second start finds them and changes nothing but the tokens of this start. */
export async function seedDemo(deps: SeedDeps): Promise<void> {
  const demo = load(readFileSync(join(__dirname, 'demo.yaml'), 'utf8')) as Demo;
  for (const tenant of demo.tenants) {
    const isNew = !(await deps.rooms.tenants.all()).includes(tenant.id);
    await seedPlaces(deps, tenant);
    if (isNew) await deps.database.withTenant(tenant.id, (tx) => seedInside(tx, deps, tenant));
    if (isNew) await deps.database.withTenant(tenant.id, (tx) => seedAccount(tx, deps, tenant));
  }
}

async function seedPlaces({ database, rooms, now, whatsappToken }: SeedDeps, tenant: DemoTenant): Promise<void> {
  const { tenants } = rooms;
  const { id, name, legalName, rut, contact, address, representative } = tenant;
  await tenants.create({ name, legalName, rut, contact, address, representative }, now, id);
  for (const { account, ...number } of tenant.numbers) {
    // The carrier and the relay know us by our line, not by our number.
    const own = { ...number, app: 'default', token: number.channel === 'whatsapp' ? whatsappToken : 'none' };
    await tenants.addSender(id, { ...own, ...(account && { account }) }, now);
    if (account) await tenants.addAccount(id, { ...own, providerId: account });
  }
  await tenants.addWorkspace(id, tenant.workspace.team, tenant.workspace.token);
  for (const { team, token } of tenant.staffWorkspaces) await tenants.addStaffWorkspace(id, team, token);
  const papers = usualPapers(legalName, now);
  const others = purposesOffered.filter(({ purpose }) => tenant.writesFor?.includes(purpose));
  const purposes = [...papers.purposes, ...others];
  await database.withTenant(id, (tx) => recordPapers(tx, { ...papers, purposes }, 'system:demo', now));
  for (const [purpose, channel] of Object.entries(tenant.places))
    await tenants.addPlace(id, purpose, tenant.workspace.team, channel);
}

async function seedAccount(tx: TenantTx, { rooms, now }: SeedDeps, { paper, credit }: DemoTenant): Promise<void> {
  const by = 'system:demo';
  if (paper) await tenantsTable.edit(tx, { ...(await rooms.companyPaper.get(tx)), ...paper });
  if (!credit) return;
  await rooms.credit.terms(tx, { prepaid: true, line: 0 }, by, now);
  await rooms.credit.enter(tx, { kind: 'grant', amount: credit, by }, now);
}

async function seedInside(tx: TenantTx, { rooms, now }: SeedDeps, tenant: DemoTenant): Promise<void> {
  for (const [language, body] of Object.entries(statementOf(tenant.name).bodies))
    await rooms.consent.addText(tx, 'v1', language, body);
  for (const { team, user, name, roles, grantedDays } of tenant.members) {
    const until = grantedDays ? new Date(now.getTime() + grantedDays * 86_400_000) : undefined;
    await rooms.members.join(tx, { team, user, name }, roles, now, until);
  }
  for (const template of tenant.templates) await templatesTable.insert(tx, rowOf(template));
  for (const segment of tenant.segments) await rooms.audience.addSegment(tx, segment, now);
  for (const person of [...tenant.people, ...crowd(tenant.crowd)]) await seedPerson(tx, rooms, person, now);
}

const rowOf = ({ stopWord, senderName, ...template }: DemoTenant['templates'][number]): TemplateRow => ({
  channel: 'whatsapp',
  ...template,
  id: newId(),
  stop_word: stopWord ?? null,
  sender_name: senderName ?? null,
  version: 1,
});

/** People are loaded from an attested list a month ago; who left did so last week. */
async function seedPerson(tx: TenantTx, rooms: Rooms, person: DemoPerson, now: Date): Promise<void> {
  const loaded = new Date(now.getTime() - 30 * 86_400_000);
  const { phone, bsuid, email, name, attributes, language = 'es', country = 'CL', zone = 'America/Santiago' } = person;
  const identity = { ...(phone && { phone }), ...(bsuid && { bsuid }), ...(email && { email }) };
  const taken = await rooms.audience.importPerson(
    tx,
    { identity, name, attributes },
    { source: list, now: loaded, place: { language, country, zone } },
  );
  if (!('contact' in taken)) return;
  const evidence = `${list}#${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
  if (person.consent !== 'none')
    for (const channel of channels)
      await rooms.consent.give(
        tx,
        taken.contact,
        { channel, purpose: 'marketing', at: loaded, source: list, actor: list, evidence, textVersion: 'v1', language },
        loaded,
      );
  if (person.consent === 'left')
    await rooms.consent.withdraw(tx, taken.contact, {
      source: 'person',
      evidence: 'tienda',
      now: new Date(now.getTime() - 7 * 86_400_000),
    });
}

/** Invented people with numbers one after the other. */
function crowd({ firstPhone, count, attributes, unproven, left, names }: DemoTenant['crowd']): DemoPerson[] {
  const first = Number(firstPhone.slice(1));
  return Array.from({ length: count }, (_, index) => ({
    phone: `+${first + index}`,
    name: names[index % names.length] ?? '',
    attributes,
    ...(index < unproven && { consent: 'none' as const }),
    ...(index >= unproven && index < unproven + left && { consent: 'left' as const }),
  }));
}
