import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { say, sayHouse } from '../conversation/texts';
import { PackageWords } from '../domain/privacy/package-words';
import { policyHead } from '../domain/registers/policy-ledger';
import { subprocessors } from '../domain/registers/subprocessors';
import type { Language } from '../intent';
import { abroad, categories, keptFor, usualPurposes } from './lists';
import { type Policy, type PolicyFacts, written } from './policy';

export const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'] as const;
export type Letter = (typeof letters)[number];
export interface Lack {
  letter: Letter;
  /** What should stand in it and does not. */
  missing: readonly string[];
}
type Rule = { facts?: readonly string[] } & Partial<Record<Language, readonly string[]>>;
const rules = load(readFileSync(join(__dirname, 'linter.yaml'), 'utf8')) as Readonly<Record<Letter, Rule>>;

/** Where each is true, whatever the policy says: what must stand together, in one line. */
const facts: Readonly<Record<string, (of: PolicyFacts, told: PackageWords, language: Language) => string[][]>> = {
  version: () => [[policyHead.version]],
  date: (of, _told, language) => [
    [say('{date}', { date: { day: policyHead.date, zone: 'UTC' } }, { language, zone: of.zone })],
  ],
  controller: ({ legalName }) => [[legalName]],
  representative: ({ representative }) => [[representative ?? '']],
  address: ({ address }) => [[address ?? '']],
  contact: ({ contact }) => [[contact]],
  categories: (_of, told) => categories.map((one) => [`${told.category(one).name}: ${told.category(one).purpose}`]),
  sources: (_of, told) => categories.map((one) => [`${told.category(one).name}: ${told.category(one).origin}`]),
  periods: (_of, told) => categories.map((one) => [`${told.category(one).name}: ${keptFor(one, told)}`]),
  recipients: (of, _told, language) =>
    subprocessors.map(({ name, country }) => [
      `${name} (${sayHouse({ text: `countries.${country}` }, { language, zone: of.zone })}): `,
    ]),
  purposes: ({ purposes = usualPurposes }, told) => purposes.map(({ basis }) => [told.says(`bases.${basis}`)]),
  interests: ({ purposes = usualPurposes }) =>
    purposes.flatMap(({ basis, interest }) => (basis === 'legitimate_interest' ? [[interest ?? '']] : [])),
  transfers: (of, _told, language) =>
    abroad.map(({ name, country, transfer }) => {
      const reader = { language, zone: of.zone };
      const { words } = written[language];
      const adequate = transfer?.mechanism === 'adequacy' ? words.adequate : words.not_adequate;
      return [
        name,
        sayHouse({ text: `countries.${country}` }, reader),
        sayHouse({ text: `mechanisms.${transfer?.mechanism}` }, reader),
        adequate ?? '',
      ];
    }),
};

/** The letters of the law that a policy leaves out, with what is missing of each. None: it may be published. */
export function lint(policy: Policy, of: PolicyFacts): Lack[] {
  const { language, sections, title, version } = policy;
  const lines = [title, version, ...sections.flatMap((one) => [one.title, ...one.lines.map(({ text }) => text)])];
  const told = new PackageWords(language, of.zone);
  const stands = (together: readonly string[]) =>
    together.every((part) => part !== '') && lines.some((line) => together.every((part) => line.includes(part)));
  const isSaid = (words: string) => words.split(' | ').some((one) => lines.some((line) => line.includes(one)));
  return letters.flatMap((letter) => {
    const rule = rules[letter];
    const unsaid = (rule[language] ?? []).filter((words) => !isSaid(words));
    const untrue = (rule.facts ?? []).flatMap((name) =>
      (facts[name]?.(of, told, language) ?? [])
        .filter((together) => !stands(together))
        .map((one) => `${name}: ${one.join(' · ')}`),
    );
    const missing = [...unsaid, ...untrue];
    return missing.length > 0 ? [{ letter, missing }] : [];
  });
}
