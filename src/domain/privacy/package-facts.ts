import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TenantTx } from '../../data/database';
import { disclosures } from '../registers/disclosures';
import { subprocessor } from '../registers/subprocessors';
import type { CaseRow } from './cases.table';
import { byCategory } from './data-map';
import { regimeOf } from './deadlines';
import { answeringRegimes, letterTexts } from './letters';
import { factsTable } from './package-facts.table';
import type { AccessCopy } from './package-schema';
import type { PackageWords } from './package-words';
import { retentionTable } from './retention.table';
import { retentionOf } from './retention-rules';

export interface PackageRules {
  days: number;
  downloads: number;
  shown: number;
  schemas: { access: string; portability: string };
  processor: { name: string; rut: string };
  purposes: readonly { purpose: string; basis: string }[];
  automated: { exists: boolean };
  rights: readonly string[];
}
/** package.yaml as it stands. */
export const packageRules = load(readFileSync(join(__dirname, 'package.yaml'), 'utf8')) as PackageRules;

type Facts = Pick<
  AccessCopy,
  'controller' | 'processor' | 'purposes' | 'recipients' | 'automated_decisions' | 'transfers' | 'rights' | 'complaint'
>;

/** What art. 5 b, c, e and f and what goes with it say for a person, from the registers and what the company declared. */
export async function factsOf(tx: TenantTx, row: CaseRow, words: PackageWords, now: Date): Promise<Facts> {
  const { exists } = packageRules.automated;
  return {
    controller: await factsTable.responsible(tx),
    processor: packageRules.processor,
    purposes: await purposesOf(tx, words),
    recipients: await recipientsOf(tx, row.contact_id, words),
    automated_decisions: { exists, logic: words.says('automated_none'), consequences: null },
    transfers: await transfersOf(tx, words),
    rights: packageRules.rights.map((one) => words.says(`rights.${one}`)),
    complaint: complaintOf(row, words, now),
  };
}

async function purposesOf(tx: TenantTx, words: PackageWords): Promise<AccessCopy['purposes']> {
  const declared = (await factsTable.purposes(tx)).map(({ purpose, basis, interest }) => ({
    purpose: words.value(purpose),
    basis: words.among('bases', basis),
    // Where it is the basis and nobody said which: no copy (art. 5 e).
    legitimate_interest: basis === 'legitimate_interest' ? interest : null,
  }));
  if (declared.length === 0) return [];
  const ours = packageRules.purposes.map(({ purpose, basis }) => ({
    purpose: words.says(`purposes.${purpose}`),
    basis: words.among('bases', basis),
    legitimate_interest: null,
  }));
  return [...declared, ...ours];
}

/** Who may get something, as kinds; and by name, since when: who got something of this person, and who works for the company on everything. */
async function recipientsOf(tx: TenantTx, contact: string, words: PackageWords): Promise<AccessCopy['recipients']> {
  const authorised = await factsTable.authorised(tx);
  const given = new Map((await disclosures.of(tx, contact)).map((one) => [one.subprocessor, one.since]));
  const known = authorised.flatMap((one) => subprocessor(one.subprocessor) ?? []);
  const kinds = known.flatMap(({ channels }) => (channels.length > 0 ? channels : ['none']));
  const since = new Map(authorised.map((one) => [one.subprocessor, one.since]));
  return {
    categories: [words.says('recipients.team'), ...new Set(kinds.map((kind) => words.among('recipients', kind)))],
    identities_on_request: known.map(({ id, name, country }) => ({
      name,
      country,
      since: (given.get(id) ?? since.get(id) ?? new Date(0)).toISOString(),
    })),
  };
}

async function transfersOf(tx: TenantTx, words: PackageWords): Promise<AccessCopy['transfers']> {
  return (await factsTable.transfers(tx)).map((one) => ({
    country: one.country,
    recipient: subprocessor(one.subprocessor)?.name ?? one.subprocessor,
    mechanism: words.among('mechanisms', one.ground),
    adequate: one.ground === 'adequacy',
  }));
}

function complaintOf(row: CaseRow, words: PackageWords, now: Date): AccessCopy['complaint'] {
  const [one, ...also] = answeringRegimes(row, now).map((regime) => {
    const { name = '', term = '' } = letterTexts[words.language].authorities[regime] ?? {};
    return { authority: name, term, url: regimeOf(regime).authority_url ?? null };
  });
  return { ...(one as NonNullable<typeof one>), ...(also.length > 0 && { also }) };
}

/** In days, by rule: what a company set for itself. */
export type OwnPeriods = Readonly<Record<string, number>>;
export const ownPeriods = (tx: TenantTx): Promise<OwnPeriods> => retentionTable.settings(tx);

/** How long a company keeps what is of a category, in words; and until when what there is of it now, where a date can be told. */
export function retentionFor(
  category: string,
  newest: Date | undefined,
  words: PackageWords,
  own: OwnPeriods,
): AccessCopy['retention'][number] {
  const rules = retentionOf(category).map(({ rule, keep }) => ({ rule, keep: own[rule] ? { days: own[rule] } : keep }));
  const said = rules.map(({ rule, keep }) =>
    keep ? `${words.period(keep)} ${words.among('from', rule)}` : words.among('periods', rule),
  );
  const keeps = rules.map(({ keep }) => keep);
  const ends = rules.length > 0 && newest ? latest(newest, keeps) : null;
  return { category: words.category(category).name, period: [...new Set(said)].join('; '), ends };
}

/** What is held of a category about one person, told in the map's words. */
export interface HeldFact {
  category: string;
  count: number;
  name: string;
  purpose: string;
  origin: string;
  recipients: string;
  retention: string;
}

/** Answers "which data do you have?". @param counts by table */
export const heldFacts = (counts: Readonly<Record<string, number>>, words: PackageWords, own: OwnPeriods): HeldFact[] =>
  byCategory(counts).map(({ category, count }) => ({
    ...{ category, count, ...words.category(category) },
    retention: retentionFor(category, undefined, words, own).period,
  }));

type Keep = Readonly<Partial<Record<'hours' | 'days' | 'months' | 'years', number>>> | undefined;

/** Nothing, where any of the periods has no length of its own. */
function latest(from: Date, keeps: readonly Keep[]): string | null {
  const ends = keeps.map((keep) => {
    if (!keep) return Number.NaN;
    const end = new Date(from);
    end.setUTCFullYear(end.getUTCFullYear() + (keep.years ?? 0), end.getUTCMonth() + (keep.months ?? 0));
    return end.getTime() + (keep.days ?? 0) * 86_400_000 + (keep.hours ?? 0) * 3_600_000;
  });
  return ends.some(Number.isNaN) ? null : new Date(Math.max(...ends)).toISOString().slice(0, 10);
}
