import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { say } from '../conversation/texts';
import { PackageWords } from '../domain/privacy/package-words';
import { house as own } from '../domain/registers/house';
import { policyHead } from '../domain/registers/policy-ledger';
import type { Language, Vars } from '../intent';
import { languages, page } from '../pages/frame';
import { type Html, html } from '../pages/html';
import { type Around, keptByRule, lists, type Purpose, usualPurposes } from './lists';

export { languages };

/** Whether Connectus speaks of itself, or a customer's page in its name. */
export type Voice = 'house' | 'company';
type Line = string | Partial<Record<Voice | 'list', string>>;
interface Written {
  title: Record<Voice, string>;
  version: string;
  sections: { id: string; title: string; lines: Line[] }[];
  words: Record<string, string>;
  purposes: Record<string, string>;
  cookie_page: { title: string; lead: string };
}
/** Who answers for the data. What is empty is not known, and the linter says so. */
export interface PolicyFacts {
  name: string;
  legalName: string;
  zone: string;
  contact: string;
  representative?: string;
  address?: string;
  rut?: string;
  purposes?: readonly Purpose[];
}
export interface Policy {
  language: Language;
  voice: Voice;
  title: string;
  version: string;
  sections: readonly { id: string; title: string; lines: readonly { text: string; listed: boolean }[] }[];
}

export const written = Object.fromEntries(
  languages.map((language) => [language, load(readFileSync(join(__dirname, `${language}.yaml`), 'utf8')) as Written]),
) as Record<Language, Written>;
/** Who we are ourselves. */
export const house: PolicyFacts = own;
/** Stands for any customer: what all their pages have in common. */
const anybody: PolicyFacts = {
  ...{ name: '{company}', legalName: '{legal}', contact: '{contact}', representative: '{representative}' },
  ...{ address: '{address}', zone: house.zone },
};

/** The policy as it is published, its lists made anew. */
export function policyOf(voice: Voice, facts: PolicyFacts, language: Language): Policy {
  const { title, version, sections, words, purposes: purposeNames } = written[language];
  const reader = { language, zone: facts.zone };
  const told = new PackageWords(language, facts.zone);
  const purposes = facts.purposes ?? usualPurposes;
  const around: Around = { reader, words, purposeNames, told, purposes };
  const vars = varsOf(facts, around);
  const write = (sentence: string) => say(sentence, vars, reader);
  const lineOf = (line: Line) => {
    if (typeof line === 'string') return [{ text: write(line), listed: false }];
    if (line.list) return (lists[line.list]?.(around) ?? []).map((text) => ({ text, listed: true }));
    const own = line[voice];
    return own === undefined ? [] : [{ text: write(own), listed: false }];
  };
  return {
    ...{ language, voice },
    title: write(title[voice]),
    version: write(version),
    sections: sections.map(({ id, title: name, lines }) => ({ id, title: name, lines: lines.flatMap(lineOf) })),
  };
}

function varsOf(facts: PolicyFacts, { words, told, reader, purposes }: Around): Vars {
  const interests = purposes.flatMap(({ basis, interest }) =>
    basis === 'legitimate_interest' ? [interest ?? ''] : [],
  );
  const missing = words.missing ?? '';
  return {
    company: facts.name,
    legal: facts.legalName,
    rut: facts.rut || missing,
    contact: facts.contact || missing,
    representative: facts.representative || missing,
    address: facts.address || missing,
    version: policyHead.version,
    date: { day: policyHead.date, zone: 'UTC' },
    interests:
      interests.length === 0
        ? (words.no_interests ?? '')
        : say(words.interests ?? '', { interest: told.listed(interests) }, reader),
    audit: keptByRule('audit', told),
    log: keptByRule('log', told),
    backup: keptByRule('backup', told),
  };
}

/** As plain text: what its hash is of. */
const textOf = ({ title, sections }: Policy): string =>
  [title, ...sections.flatMap((one) => ['', one.title, ...one.lines.map(({ text }) => text)])].join('\n');

/** What a version is in one language: our own policy, and what every customer's page says. */
export const publishedText = (language: Language): string =>
  `${textOf(policyOf('house', house, language))}\n\n${textOf(policyOf('company', anybody, language))}\n`;

export const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const hashes = new Map<Language, string>();
/** Of what is served now; the ledger's head says what was published. */
export function hashNow(language: Language): string {
  const known = hashes.get(language) ?? hashOf(publishedText(language));
  hashes.set(language, known);
  return known;
}

/** A page that needs no script. */
export function policyPage(voice: Voice, facts: PolicyFacts, language: Language): string {
  const { title, version, sections } = policyOf(voice, facts, language);
  const hash = hashNow(language);
  const head = html`<meta name="policy-version" content="${policyHead.version}">
<meta name="policy-date" content="${policyHead.date.toISOString().slice(0, 10)}">
<meta name="policy-sha256" content="${hash}">
`;
  const body = html`<h1>${title}</h1>
<p>${version} <a href="/privacy/text?lang=${language}">SHA-256</a>: <code>${hash.slice(0, 16)}…</code></p>
${sections.map(({ id, title: name, lines }) => html`<section id="${id}">\n<h2>${name}</h2>\n${blocks(lines)}</section>\n`)}`;
  return page(language, title, body, head);
}

/** Lines that follow each other in a list are one list. */
function blocks(lines: Policy['sections'][number]['lines']): Html[] {
  const found: Html[] = [];
  for (let at = 0; at < lines.length; ) {
    const listed = lines.slice(at).findIndex((line) => !line.listed);
    const end = listed < 0 ? lines.length : at + listed;
    if (end > at) found.push(html`<ul>${lines.slice(at, end).map(({ text }) => html`<li>${text}</li>`)}</ul>\n`);
    else found.push(html`<p>${lines[at]?.text}</p>\n`);
    at = Math.max(end, at + 1);
  }
  return found;
}

/** All that our pages leave in a browser. */
export function cookiePage(language: Language): string {
  const { cookie_page: words } = written[language];
  const section = policyOf('house', house, language).sections.find(({ id }) => id === 'cookies');
  const body = html`<h1>${words.title}</h1>
<p>${words.lead}</p>
${blocks(section?.lines ?? [])}`;
  return page(language, words.title, body);
}
