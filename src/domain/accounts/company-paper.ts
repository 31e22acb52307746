import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { displayRut, rutOf } from './rut';
import { type Paper, tenantsTable } from './tenants.table';

export const paperFields = [
  ...(['legal_name', 'rut', 'contact', 'country', 'activity', 'address', 'district'] as const),
  'billing_mail',
] as const;
export type PaperField = (typeof paperFields)[number];
/** What is wrong with a field: a key of the form that asks for it. */
export type PaperWrongs = Readonly<Partial<Record<PaperField, 'missing' | 'rut' | 'mail' | 'long' | 'country'>>>;

const longest = 120;
const mail = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/;
const must: readonly PaperField[] = ['legal_name', 'rut', 'contact'];
const mails: readonly PaperField[] = ['contact', 'billing_mail'];

/** What somebody filled in, in its one form, and what of it can't be taken. In Chile the tax number has a check digit. @param before where it is somewhere else, that may be left out */
export function readPaper(
  given: Readonly<Partial<Record<PaperField, string>>>,
  before: Pick<Paper, 'country'>,
  isCountry: (country: string) => boolean = () => true,
): { paper: Paper; wrongs: PaperWrongs } {
  const country = given.country || before.country;
  const said = (field: PaperField): string =>
    field === 'country' ? country : (given[field] ?? '').replace(/\s+/g, ' ').trim();
  const rut = country === 'CL' ? displayRut(said('rut')) : said('rut');
  const paper = { ...(Object.fromEntries(paperFields.map((field) => [field, said(field)])) as unknown as Paper), rut };
  const wrong = (field: PaperField): PaperWrongs[PaperField] => {
    if (paper[field] === '') return must.includes(field) ? 'missing' : undefined;
    if (paper[field].length > longest) return 'long';
    if (field === 'rut' && country === 'CL' && !rutOf(rut)) return 'rut';
    if (field === 'country' && !isCountry(country)) return 'country';
    return mails.includes(field) && !mail.test(paper[field]) ? 'mail' : undefined;
  };
  const wrongs = Object.fromEntries(paperFields.flatMap((field) => (wrong(field) ? [[field, wrong(field)]] : [])));
  return { paper, wrongs };
}

/** What papers of account say of a customer: whoever runs the account keeps it right, and every change is on record. */
export class CompanyPaper {
  /** @param zoneOf of a country, where its hour is known; onChanged: who it is, is said elsewhere too */
  constructor(
    private readonly audit: Audit,
    private readonly ports: { zoneOf(country: string): string | undefined; onChanged(tx: TenantTx): Promise<void> },
  ) {}

  /** Whether it says who the company is, and whom people ask about their data. */
  async isNamed(tx: TenantTx): Promise<boolean> {
    const paper = await this.get(tx);
    return must.every((field) => paper[field] !== '');
  }

  async get(tx: TenantTx): Promise<Paper> {
    const row = await tenantsTable.get(tx);
    if (!row) throw new AppError('TENANT_REQUIRED', { tenant: tx.tenant });
    return row;
  }

  /** @returns what is wrong; nothing was changed then. @throws ROLE_REQUIRED */
  async edit(
    tx: TenantTx,
    given: Readonly<Partial<Record<PaperField, string>>>,
    by: { id: string; roles: readonly string[] },
    now: Date,
  ): Promise<PaperWrongs> {
    if (!by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    const before = await this.get(tx);
    const { paper, wrongs } = readPaper(given, before, (country) => this.ports.zoneOf(country) !== undefined);
    const changed = paperFields.filter((field) => paper[field] !== before[field]);
    if (Object.keys(wrongs).length > 0 || changed.length === 0) return wrongs;
    await tenantsTable.edit(tx, paper);
    // Whoever moves to another country moves to its hour.
    const zone = paper.country === before.country ? undefined : this.ports.zoneOf(paper.country);
    if (zone) await tenantsTable.setZone(tx, zone);
    const entry = { actor: `member:${by.id}`, act: 'company.edited', subject: `tenant:${tx.tenant}` };
    await this.audit.record(tx, { ...entry, detail: { fields: changed.join(',') } }, now);
    await this.ports.onChanged(tx);
    return {};
  }
}
