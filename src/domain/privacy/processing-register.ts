import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TenantTx } from '../../data/database';
import { subprocessor } from '../registers/subprocessors';
import { documentHtml } from '../reports/document';
import { lineOf } from '../reports/list';
import { type OwnPeriods, ownPeriods, packageRules, retentionFor } from './package-facts';
import { factsTable } from './package-facts.table';
import { PackageWords } from './package-words';

const file = (name: string): Buffer => readFileSync(join(__dirname, name));
const used = load(file('processing-register.yaml').toString()) as Readonly<Record<string, readonly string[]>>;
/** Of the map that it is made from. */
const version = createHash('sha256').update(file('data-map.yaml')).digest('hex').slice(0, 12);

export const registerColumns = [
  'purpose',
  'basis',
  'interest',
  'categories',
  'subjects',
  'recipients',
  'retention',
  'transfers',
  'security',
] as const;
export type RegisterLine = Readonly<Record<(typeof registerColumns)[number], string>>;
export interface ProcessingRegister {
  company: string;
  version: string;
  at: Date;
  language: string;
  lines: readonly RegisterLine[];
}

/** What a company's data is used for and all that goes with it: from the map, the registers and what it declared, never written by hand. */
export async function processingRegister(
  tx: TenantTx,
  { language, zone }: { language: string; zone: string },
  now: Date,
): Promise<ProcessingRegister> {
  const words = new PackageWords(language, zone);
  const own = await ownPeriods(tx);
  const { name } = await factsTable.responsible(tx);
  const recipients = (await factsTable.authorised(tx)).map(
    (one) => subprocessor(one.subprocessor)?.name ?? one.subprocessor,
  );
  const transfers = (await factsTable.transfers(tx)).map(
    (one) =>
      `${subprocessor(one.subprocessor)?.name ?? one.subprocessor}: ${one.country}, ${words.among('mechanisms', one.ground)}`,
  );
  const line = (purpose: string, said: string, basis: string, interest = ''): RegisterLine => {
    const categories = used[purpose] ?? [];
    return {
      ...{ purpose: said, basis: words.among('bases', basis), interest },
      categories: categories.map((key) => words.category(key).name).join('; '),
      subjects: words.among('register.subjects', purpose),
      recipients: [words.says('recipients.team'), ...recipients].join('; '),
      retention: categories.map((key) => retentionSaid(key, words, own)).join('; '),
      transfers: transfers.join('; ') || words.says('register.none'),
      security: words.says('register.security'),
    };
  };
  const declared = await factsTable.purposes(tx);
  const lines = [
    ...declared.map((one) => line(one.purpose, words.value(one.purpose), one.basis, one.interest)),
    ...packageRules.purposes.map(({ purpose, basis }) => line(purpose, words.says(`purposes.${purpose}`), basis)),
  ];
  return { company: name, version, at: now, language: words.language, lines };
}

const retentionSaid = (key: string, words: PackageWords, own: OwnPeriods): string => {
  const { category, period } = retentionFor(key, undefined, words, own);
  return `${category}: ${period}`;
};

/** For a spreadsheet. */
export function registerCsv({ lines, language }: ProcessingRegister): string {
  const words = new PackageWords(language, 'UTC');
  const head = registerColumns.map((one) => words.says(`register.head.${one}`));
  return `\uFEFF${[head, ...lines.map((line) => registerColumns.map((one) => line[one]))].map((cells) => lineOf(cells, ',')).join('')}`;
}

/** To be read. */
export function registerHtml({ lines, language, company, at, version: of }: ProcessingRegister, zone: string): string {
  const words = new PackageWords(language, zone);
  const title = words.says('register.title', { company });
  return documentHtml({
    ...{ language, title, mark: title },
    lead: [words.says('register.lead', { date: at, version: of })],
    sections: lines.map((line) => ({
      title: line.purpose,
      facts: registerColumns
        .filter((one) => one !== 'purpose' && line[one] !== '')
        .map((one) => [words.says(`register.head.${one}`), line[one]] as const),
    })),
  });
}
