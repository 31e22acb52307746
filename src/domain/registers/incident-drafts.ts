import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { IncidentView } from './incidents';

export type DraftLanguage = 'es' | 'en' | 'pt';
/** Whom a draft is for: the authority, the people it happened to, whoever is the controller. */
export type DraftFor = 'controller' | 'agency' | 'people';
interface Words {
  drafts: Record<DraftFor, string>;
  natures: Record<string, string>;
  categories: Record<string, string>;
  scopes: Record<string, string>;
  none: string;
}
const locales: Readonly<Record<DraftLanguage, string>> = { es: 'es-CL', en: 'en-US', pt: 'pt-BR' };
const words = Object.fromEntries(
  Object.keys(locales).map((language) => [
    language,
    load(readFileSync(join(__dirname, `incident-drafts.${language}.yaml`), 'utf8')) as Words,
  ]),
) as Record<DraftLanguage, Words>;

interface Company {
  legalName: string;
  contact: string;
  zone: string;
}

/** A letter that somebody reads and sends: plain words, which data, what may follow, what was done. */
export function draftOf(
  view: IncidentView,
  to: DraftFor,
  language: DraftLanguage,
  { legalName, contact, zone }: Company,
): string {
  const { drafts, natures, categories, scopes, none } = words[language];
  const format = new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeStyle: 'short', timeZone: zone });
  const list = new Intl.ListFormat(locales[language]);
  const vars: Record<string, string> = {
    number: view.number,
    company: legalName,
    contact,
    nature: natures[view.nature] ?? view.nature,
    what: view.what,
    effects: view.effects || none,
    measures: view.measures || none,
    categories: list.format(view.categories.map((one) => categories[one] ?? one)) || none,
    scope: scopes[view.scope] ?? view.scope,
    affected: new Intl.NumberFormat(locales[language]).format(view.affected),
    found: format.format(view.found_at),
    since: format.format(view.since),
    until: format.format(view.until),
    due: format.format(view.agencyDue),
  };
  return drafts[to].replace(/\{(\w+)\}/g, (whole, name: string) => vars[name] ?? whole).trim();
}
