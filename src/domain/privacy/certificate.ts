import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { byCategory } from './data-map';

export interface KeptFact {
  category: string;
  /** `7 ii` */
  article: string;
  ground: string;
  /** A day, `contract_ends`, or `ground_ends`. */
  until: string;
}
/** Whom a certificate speaks of, in words a lawyer knows. */
export interface Party {
  name: string;
  tax_id: string;
  contact?: string;
}
/** What an erasure did, as facts: codes, counts and times, never anything that was erased. */
export interface CertificateFacts {
  /** `CE-000204` */
  number: string;
  /** `SOL-000204` */
  case: string;
  regime: string;
  controller: Party;
  processor: Party;
  received_at: string;
  decided_at: string;
  executed_at: string;
  /** As it was masked when the request came. */
  identifiers: readonly string[];
  erased: readonly { category: string; count: number }[];
  systems: readonly { system: string; method: string }[];
  /** Whom the data had been given to, when they were told, and by what they must be gone. */
  told: readonly { name: string; at: string | null }[];
  kept: readonly KeptFact[];
  /** What others could not take down, by what it is. */
  left: readonly { what: string; count: number }[];
  /** What was asked of providers, and what became of it. */
  providers: { asked: number; done: number };
  backups_until: string;
  /** Days that each carrier may keep technical copies. */
  carriers: Readonly<Record<string, number>>;
  scan: { at: string; places: number; found: number };
}

interface Rules {
  processor: Party;
  backup_days: number;
  always: readonly { category: string; ground: string; until?: string; years?: number }[];
  articles: Readonly<Record<string, string>>;
  systems: readonly { system: string; method: string }[];
  carriers: Readonly<Record<string, number>>;
}

/** certificate.yaml as it stands. */
export const certificateRules = parse(readFileSync(join(__dirname, 'certificate.yaml'), 'utf8')) as Rules;

const dayMs = 86_400_000;
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const inYears = (at: Date, years: number): string => `${at.getUTCFullYear() + years}${dayOf(at).slice(4)}`;

const numberOf = (caseNumber: number): string => `CE-${String(caseNumber).padStart(6, '0')}`;

/** Until when the backups of before may still be there. */
export const backupsUntil = (at: Date): Date => new Date(at.getTime() + certificateRules.backup_days * dayMs);

/** What is certified of an erasure. Pure: the same facts make the same certificate. */
export function factsOf(given: {
  number: number;
  regime: string;
  masked: string;
  controller: Party;
  receivedAt: Date;
  decidedAt: Date;
  now: Date;
  /** `erased:<table>` and `left:<what>`, as the steps noted them. */
  counts: Readonly<Record<string, number>>;
  left: Readonly<Record<string, number>>;
  providers: { asked: number; done: number };
  told: readonly { name: string; at: Date | null }[];
  kept: readonly { category: string; ground: string; until: Date | null }[];
  places: number;
}): CertificateFacts {
  const { processor, systems, carriers, articles, always } = certificateRules;
  const { now, kept } = given;
  const usual = always.map(({ category, ground, until, years }) => ({
    ...{ category, ground, article: articles[ground] ?? '' },
    until: until ?? inYears(now, years ?? 0),
  }));
  const special = kept.map(({ category, ground, until }) => ({
    ...{ category, ground, article: articles[ground] ?? '' },
    until: until ? dayOf(until) : 'ground_ends',
  }));
  return {
    number: numberOf(given.number),
    case: `SOL-${String(given.number).padStart(6, '0')}`,
    ...{ regime: given.regime, controller: given.controller, processor },
    received_at: given.receivedAt.toISOString(),
    decided_at: given.decidedAt.toISOString(),
    executed_at: now.toISOString(),
    identifiers: [given.masked],
    erased: byCategory(given.counts),
    systems,
    told: given.told.map(({ name, at }) => ({ name, at: at?.toISOString() ?? null })),
    kept: [...special, ...usual],
    left: Object.entries(given.left).map(([what, count]) => ({ what, count })),
    providers: given.providers,
    backups_until: dayOf(backupsUntil(now)),
    carriers,
    scan: { at: now.toISOString(), places: given.places, found: 0 },
  };
}
