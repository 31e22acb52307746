import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { say } from '../conversation/texts';
import type { Language, Vars } from '../intent';

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

const languages = ['es', 'en', 'pt'] as const;
const names: Readonly<Record<Language, string>> = { es: 'Español', en: 'English', pt: 'Português' };
const texts = Object.fromEntries(
  languages.map((language) => [language, parse(readFileSync(join(__dirname, `${language}.yaml`), 'utf8')) as Policy]),
) as Record<Language, Policy>;

/** The language asked for in the address, else the browser's first that we speak, else Spanish. */
export function languageOf(asked: unknown, accepted: string | undefined): Language {
  const wishes = [String(asked ?? ''), ...(accepted ?? '').split(',').slice(0, 10)];
  const found = wishes.map((one) => one.trim().slice(0, 2).toLowerCase()).find((one) => one in texts);
  return (found as Language | undefined) ?? 'es';
}

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
  const write = (sentence: string) => escapeHtml(say(sentence, vars, reader));
  const others = languages
    .filter((one) => one !== language)
    .map((one) => `<a href="?lang=${one}" hreflang="${one}" lang="${one}">${names[one]}</a>`);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${write(title)}</title>
<style>${style}</style>
</head>
<body>
<nav>${others.join(' · ')}</nav>
<main>
<h1>${write(title)}</h1>
<p>${write(version)}</p>
${sections.map((one) => `<h2>${write(one.title)}</h2>\n<ul>${one.lines.map((line) => `<li>${write(line)}</li>`).join('')}</ul>`).join('\n')}
</main>
</body>
</html>
`;
}

const style =
  'body{font:1.05rem/1.6 system-ui,sans-serif;margin:0 auto;max-width:42rem;padding:1.5rem;color-scheme:light dark}' +
  'h1{line-height:1.25}h2{font-size:1.15rem;margin:1.8rem 0 .4rem}ul{padding-left:1.2rem;margin:0}li{margin:.3rem 0}nav{text-align:right}';

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
