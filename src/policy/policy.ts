import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { say } from '../conversation/texts';
import type { Language, Vars } from '../intent';
import { languages, page } from '../pages/frame';
import { html } from '../pages/html';

interface Policy {
  title: string;
  version: string;
  sections: { title: string; lines: string[] }[];
}
/** What a person is told about the company that writes to them. */
export interface PolicyFacts {
  name: string;
  legalName: string;
  zone: string;
  contact: string;
  policyVersion: string;
  policyDate: Date;
}

const texts = Object.fromEntries(
  languages.map((language) => [language, parse(readFileSync(join(__dirname, `${language}.yaml`), 'utf8')) as Policy]),
) as Record<Language, Policy>;

/** A company's privacy policy as a page that needs no script. */
export function policyPage(company: PolicyFacts, language: Language): string {
  const { title, version, sections } = texts[language];
  const reader = { language, zone: company.zone };
  const vars: Vars = {
    company: company.name,
    legal: company.legalName,
    contact: company.contact,
    version: company.policyVersion,
    date: { day: company.policyDate },
  };
  const write = (sentence: string) => say(sentence, vars, reader);
  const body = html`<h1>${write(title)}</h1>
<p>${write(version)}</p>
${sections.map((one) => html`<h2>${write(one.title)}</h2>\n<ul>${one.lines.map((line) => html`<li>${write(line)}</li>`)}</ul>\n`)}`;
  return page(language, write(title), body);
}
