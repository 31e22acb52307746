import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { dayIn } from './calendar';
import { byCategory } from './data-map';
import { needsKey } from './erasure-kept';
import type { KeptRow } from './erasure-kept.table';

export interface KeptFact {
  category: string;
  /** `7 ii` */
  article: string;
  ground: string;
  /** A day, `contract_ends`, or `ground_ends`. */
  until: string;
  /** Of a legal hold: the day on which it is looked at again. It does not end by itself. */
  review_at?: string;
}
/** Whom a certificate speaks of, in words a lawyer knows. */
export interface Party {
  name: string;
  tax_id: string;
  contact?: string;
}
/** An earlier certificate of the same erasure. */
export interface Replaced {
  issued_at: string;
  sha256: string;
}
/** What an erasure did, as facts: codes, counts and times, never anything that was erased. */
export interface CertificateFacts {
  /** `CE-000204` */
  number: string;
  /** When this one was; a renewed one is younger than what it says was done. */
  issued_at: string;
  /** The one before it, which stays as true as it was on its day. */
  replaces?: Replaced;
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
export const certificateRules = load(readFileSync(join(__dirname, 'certificate.yaml'), 'utf8')) as Rules;

const dayMs = 86_400_000;
/** A day that was decided as one; it is the same wherever it is read. */
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const inYears = (day: string, years: number): string => `${Number(day.slice(0, 4)) + years}${day.slice(4)}`;

/** Whom the data had been given to, and when they were told. */
export const toldOf = (told: readonly { name: string; at: Date | null }[]): CertificateFacts['told'] =>
  told.map(({ name, at }) => ({ name, at: at?.toISOString() ?? null }));

const numberOf = (caseNumber: number): string => `CE-${String(caseNumber).padStart(6, '0')}`;

/** Until when the backups of before may still be there. */
export const backupsUntil = (at: Date): Date => new Date(at.getTime() + certificateRules.backup_days * dayMs);

/** What became of each system where it is not the usual: what is kept there, could not be taken down, or was not asked for is said. */
function methodsOf(
  kept: readonly KeptRow[],
  left: Readonly<Record<string, number>>,
  { asked }: { asked: number },
): Readonly<Record<string, string | undefined>> {
  const now = new Map(kept.map((one) => [one.category, one]));
  const isLeft = (left.slack_post ?? 0) + (left.lists ?? 0) > 0;
  const withoutKey = now.size > 0 ? 'key_destroyed_some_kept' : undefined;
  const posts = now.has('posts') ? 'our_posts_kept' : undefined;
  return {
    database: needsKey(now) ? 'key_kept' : withoutKey,
    files: now.has('copies') || now.has('posts') || (left.lists ?? 0) > 0 ? 'deleted_but_declared' : undefined,
    slack: posts ?? (isLeft ? 'our_posts_but_declared' : undefined),
    providers: asked === 0 ? 'nothing_asked' : undefined,
    backups: needsKey(now) ? 'readable_until_gone' : undefined,
  };
}

/** What is certified of an erasure. Pure: the same facts make the same certificate. */
export function factsOf(given: {
  number: number;
  regime: string;
  /** Of the person: days are theirs. */
  zone: string;
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
  kept: readonly KeptRow[];
  places: number;
  replaces?: Replaced | undefined;
}): CertificateFacts {
  const { processor, systems, carriers, articles, always } = certificateRules;
  const { now, kept, zone } = given;
  const methods = methodsOf(kept, given.left, given.providers);
  const usual = always.map(({ category, ground, until, years }) => ({
    ...{ category, ground, article: articles[ground] ?? '' },
    until: until ?? inYears(dayIn(now, zone), years ?? 0),
  }));
  const special = kept.map(({ category, ground, until, hold_id: hold }) => ({
    ...{ category, ground, article: articles[ground] ?? '' },
    until: until && !hold ? dayOf(until) : 'ground_ends',
    ...(until && hold && { review_at: dayIn(until, zone) }),
  }));
  return {
    number: numberOf(given.number),
    issued_at: now.toISOString(),
    ...(given.replaces && { replaces: given.replaces }),
    case: `SOL-${String(given.number).padStart(6, '0')}`,
    ...{ regime: given.regime, controller: given.controller, processor },
    received_at: given.receivedAt.toISOString(),
    decided_at: given.decidedAt.toISOString(),
    executed_at: now.toISOString(),
    identifiers: [given.masked],
    erased: byCategory(given.counts),
    systems: systems.map(({ system, method }) => ({ system, method: methods[system] ?? method })),
    told: toldOf(given.told),
    kept: [...special, ...usual],
    left: Object.entries(given.left).map(([what, count]) => ({ what, count })),
    providers: given.providers,
    backups_until: dayIn(backupsUntil(now), zone),
    carriers,
    scan: { at: now.toISOString(), places: given.places, found: 0 },
  };
}
